import { Duration, IAspect, Mixin } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { Control } from '../../policy/control';
import { ComplianceProfile } from '../../policy/profile';
import { having, requireProps } from '../../policy/required';
import { AccessLogged } from './access-logged';
import { ControlMixin } from './control-mixin';
import { EncryptedAtRest } from './encrypted-at-rest';
import { EncryptedBetweenContainers } from './encrypted-between-containers';
import { IdleShutdown } from './idle-shutdown';
import { ImmutableImages } from './immutable-images';
import { InstanceMetadataV2 } from './instance-metadata-v2';
import { KeyRotation } from './key-rotation';
import { LogRetention } from './log-retention';
import { MaximumRuntime } from './maximum-runtime';
import { NetworkIsolation } from './network-isolation';
import { NoPublicAccess } from './no-public-access';
import { NoRemoteAccess } from './no-remote-access';
import { NoRootAccess } from './no-root-access';
import { PrivateNetwork, PrivateNetworkProps } from './private-network';
import { RecordingTrail } from './recording-trail';
import { Recoverable } from './recoverable';
import { RedundantInstances } from './redundant-instances';
import { SupportedPlatform } from './supported-platform';
import { TlsOnly } from './tls-only';
import { TracedUsers } from './traced-users';

/** What the defaults of a regulated app are made from. */
export interface RegulatedDefaultsProps {
  /** How long logs are kept. */
  readonly profile: ComplianceProfile;
  /** Encrypts what rests. */
  readonly key: kms.IKey;
  /**
   * Where models, monitors and notebooks are to run that have no network of their own; a workspace is one.
   *
   * @default - they stay where they are, and the rules say so
   */
  readonly network?: PrivateNetworkProps;
  /**
   * Takes the access logs of buckets.
   *
   * @default - buckets that log to none stay so
   */
  readonly accessLogs?: s3.IBucket;
  /**
   * How long the job of a monitor may run.
   *
   * @default Duration.hours(1)
   */
  readonly maximumRuntime?: Duration;
  /**
   * Controls to leave out.
   *
   * @default - none
   */
  readonly without?: Control[];
}

/**
 * Every mixin of this library that a profile and a key are enough for, as one: a mixin for what an app has by now, and an aspect for what it
 * will have when it is synthesized. An aspect ends where a stage begins, since the CDK synthesizes stages before it calls the aspects of what they
 * stand in: add it to each stage as well. A mixin reaches the stages that are there.
 *
 * `Mixins.of(app).apply(new mixins.RegulatedDefaults({ profile, key }))`, or `Aspects.of(app).add(new mixins.RegulatedDefaults({ profile, key }))`
 */
export class RegulatedDefaults extends Mixin implements IAspect {
  /** The mixins, in the order in which they are applied. */
  public readonly mixins: ControlMixin[];

  /** From a profile and a key. */
  constructor(props: RegulatedDefaultsProps) {
    super();
    requireProps('RegulatedDefaults', props, {
      profile: { is: having('logRetention', 'residency'), give: 'a ComplianceProfile' },
      key: { is: having('keyArn'), give: 'a key, such as workspace.dataKey' },
    });
    const without = new Set(props.without ?? []);
    const all: ControlMixin[] = [
      ...(props.network ? [new PrivateNetwork(props.network)] : []),
      ...(props.accessLogs ? [new AccessLogged(props.accessLogs)] : []),
      new EncryptedAtRest(props.key),
      new EncryptedBetweenContainers(),
      new TlsOnly(),
      new NetworkIsolation(),
      new NoPublicAccess(),
      new NoRootAccess(),
      new NoRemoteAccess(),
      new InstanceMetadataV2(),
      new KeyRotation(),
      new LogRetention(props.profile.logRetention),
      new MaximumRuntime(props.maximumRuntime),
      new IdleShutdown(),
      new RecordingTrail(),
      new Recoverable(),
      new RedundantInstances(),
      new ImmutableImages(),
      new SupportedPlatform(),
      new TracedUsers(),
    ];
    this.mixins = all.filter(({ control }) => !without.has(control));
  }

  /** Whether one of the mixins knows it. */
  public supports(construct: IConstruct): boolean {
    return this.mixins.some((mixin) => mixin.supports(construct));
  }

  /** Applies all of them. */
  public applyTo(construct: IConstruct): void {
    for (const mixin of this.mixins) mixin.applyTo(construct);
  }

  /** Applies all of them, as an aspect. */
  public visit(node: IConstruct): void {
    this.applyTo(node);
  }
}
