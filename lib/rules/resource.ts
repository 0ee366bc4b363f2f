import type { Relations } from './relations';
import { resolve, type Resolved, type Scope } from './resolve';
import { Value } from './value';
import type { Verdict } from './verdict';

/** Where a resource stands, as far as it is known. */
export interface Origin {
  /** Construct path; the logical id where no tree is known. */
  readonly path: string;
  /** `file:line:column`. */
  readonly source?: string;
}

/** What a resource is made from. */
export interface ResourceProps {
  readonly type: string;
  readonly logicalId: string;
  readonly scope: Scope;
  readonly relations: Relations;
  readonly properties: unknown;
  /** Set where properties are resolved by other means than a template's intrinsics, on first use. */
  readonly resolved?: () => Resolved;
  readonly origin: Origin;
  /** Template that holds it, relative to the assembly. */
  readonly template: string;
  /** Set for what stands inside another resource: a pipeline's step, a request of a state machine. */
  readonly within?: Within;
}

/** Where a resource stands that is part of another one's text. */
export interface Within {
  readonly resource: Resource;
  /** Name of the step or state. */
  readonly name: string;
  /** Type of the step, or the action it calls. */
  readonly kind: string;
  readonly location: string;
  /** The whole step or state, of which the properties are the request. */
  readonly whole: Resolved;
}

/**
 * A resource as it will be deployed: overrides merged, intrinsics resolved as far as they can be. Steps of a pipeline and
 * SageMaker requests of a state machine are resources too, with `within` set.
 */
export class Resource {
  public readonly type: string;
  public readonly logicalId: string;
  public readonly scope: Scope;
  public readonly relations: Relations;
  public readonly path: string;
  public readonly source?: string;
  public readonly template: string;
  public readonly within?: Within;

  private readonly raw: unknown;
  private readonly own?: () => Resolved;
  private resolved?: Value;

  constructor(props: ResourceProps) {
    this.type = props.type;
    this.logicalId = props.logicalId;
    this.scope = props.scope;
    this.relations = props.relations;
    this.raw = props.properties;
    this.own = props.resolved;
    this.path = props.origin.path;
    this.source = props.origin.source;
    this.template = props.template;
    this.within = props.within;
  }

  /** Name of its stack. */
  public get stack(): string {
    return this.scope.stackName;
  }

  /** Region of its stack; undefined when the stack names none. */
  public get region(): string | undefined {
    return this.scope.region;
  }

  /** All properties, resolved on first use. */
  public get properties(): Value {
    this.resolved ??= Value.of(this.own ? this.own() : this.within ? (this.raw as Resolved) : resolve(this.raw ?? {}, this.scope), this.within?.location ?? 'Properties');
    return this.resolved;
  }

  /** A property by its path. */
  public at(path: string): Value {
    return this.properties.at(path);
  }

  /** A flag that must be set. */
  public boolean(path: string): Verdict {
    return this.at(path).boolean();
  }

  /** A property that must be there. */
  public present(path: string): Verdict {
    return this.at(path).present();
  }

  /** A key of the customer's own: a key of the app, or one that is named and is not the cloud's. */
  public key(path: string): Verdict {
    return this.relations.customerKey(this.at(path));
  }
}
