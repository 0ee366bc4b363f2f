import { CfnResource, Mixin } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Control } from '../../policy/control';
import { Settable } from './settable';

/** What a mixin does to each type of resource that it knows. */
export type Settings = Readonly<Record<string, (resource: Settable) => void>>;

/**
 * A mixin that puts one control in place, on resources by their type, whatever class they have: L1, raw `CfnResource`, or inside an L2. What is
 * stricter already stays, and so does what a resource holds; what conditions decide is put in place in each case.
 */
export abstract class ControlMixin extends Mixin {
  /** The control that it puts in place. */
  public abstract readonly control: Control;

  /** @internal */
  protected abstract readonly _settings: Settings;

  /** Whether it knows this type of resource. */
  public supports(construct: IConstruct): boolean {
    return CfnResource.isCfnResource(construct) && Object.hasOwn(this._settings, construct.cfnResourceType);
  }

  /** Puts the control in place on a resource that it knows; leaves any other alone. */
  public applyTo(construct: IConstruct): void {
    if (!CfnResource.isCfnResource(construct)) return;
    this._settings[construct.cfnResourceType]?.(new Settable(construct));
  }
}
