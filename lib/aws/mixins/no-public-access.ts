import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { Settable } from './settable';

/** Blocks public access to buckets and their access points. A website that a bucket serves itself is gone with it. */
export class NoPublicAccess extends ControlMixin {
  public readonly control = Control.NO_PUBLIC_ACCESS;
  /** @internal */
  protected readonly _settings: Settings = { 'AWS::S3::Bucket': blockAll, 'AWS::S3::AccessPoint': blockAll };
}

function blockAll(resource: Settable): void {
  for (const flag of ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']) {
    resource.ensureFlag(`PublicAccessBlockConfiguration.${flag}`);
  }
}
