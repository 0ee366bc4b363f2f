import { ROOT, type Contents, type Library } from './contents';
import type { Dialogue, Question } from './memo';
import type { Relations } from './relations';
import { resolve, type Scope } from './resolve';
import type { Resolved } from './resolved';
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
  /** Given for what is written in a template, where many resources say the same. */
  readonly library?: Library;
  readonly origin: Origin;
  /** Template that holds it, relative to the assembly. */
  readonly template: string;
  /** Set for what stands inside another resource: a pipeline's step, a request of a state machine. */
  readonly within?: Within;
  /** In a case, what is the same resource without cases, where it stands in a template. */
  readonly standing?: Resource | undefined;
}

/** Where a resource stands that is part of another one's text. */
export interface Within {
  readonly resource: Resource;
  /** Name of the step or state; where a definition leaves options that write it differently, with the option. */
  readonly name: string;
  /** Type of the step, or the action it calls. */
  readonly kind: string;
  readonly location: string;
  /** Set where its properties are what a request changes: what they leave out is as it was. */
  readonly isChange?: boolean;
  /** The whole step or state, of which the properties are the request. */
  readonly whole: Resolved;
  /** Of a pipeline's step: the name that the definition gives it, and whether it is there whichever options are taken. */
  readonly written?: { readonly name: string; readonly isAlways: boolean };
}

/**
 * A resource as it will be deployed: overrides merged, intrinsics resolved as far as they can be. Steps of a pipeline and
 * SageMaker requests of a state machine are resources too, with `within` set.
 */
export class Resource {
  public readonly type: string;
  /** Where its properties stand. */
  public readonly location: string;

  private readonly props: ResourceProps;
  private said?: Contents | null;
  private resolved?: Value;
  private dialogue?: Dialogue;

  constructor(props: ResourceProps) {
    this.props = props;
    this.type = props.type;
    this.location = props.within?.location ?? ROOT;
  }

  public get logicalId(): string {
    return this.personal.logicalId;
  }

  /** Its logical id in the file of the template: of what stands in a template that another one holds, behind that of what holds it. */
  public get placeId(): string {
    const { scope: { within }, logicalId } = this.personal;
    return within === undefined ? logicalId : `${within}.${logicalId}`.replace(/\.$/, '');
  }

  /** The template that it stands in, and what that refers to. */
  public get scope(): Scope {
    return this.personal.scope;
  }

  public get relations(): Relations {
    return this.personal.relations;
  }

  /** Construct path; the logical id where no tree is known. */
  public get path(): string {
    return this.personal.origin.path;
  }

  /** `file:line:column`, where it is known. */
  public get source(): string | undefined {
    return this.personal.origin.source;
  }

  /** Template that holds it, relative to the assembly. */
  public get template(): string {
    return this.personal.template;
  }

  /** Set for what stands inside another resource: a pipeline's step, a request of a state machine. */
  public get within(): Within | undefined {
    return this.props.within;
  }

  /** In a case, the same resource without cases; undefined where it is to be found by its place. */
  public get standing(): Resource | undefined {
    return this.props.standing;
  }

  /** Name of its stack. */
  public get stack(): string {
    return this.personal.scope.stackName;
  }

  /** Region of its stack; undefined when the stack names none. */
  public get region(): string | undefined {
    return this.answer(regionOf, false);
  }

  /** All properties, resolved on first use. */
  public get properties(): Value {
    return this.answer(propertiesOf, false);
  }

  /** All properties as the template writes them; undefined of what no template holds. */
  public get written(): unknown {
    const { within, resolved, properties } = this.personal;
    return within || resolved ? undefined : properties;
  }

  /** A property by its path. */
  public at(path: string): Value {
    const value = this.valueAt(path);
    this.dialogue?.add(path, value);
    return value;
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
    return this.customerKey(this.at(path));
  }

  /** The same of a value that was read of this resource. */
  public customerKey(value: Value): Verdict {
    const { relations } = this.props;
    // a key is a key in every case, but what is handed over from another region
    if (this.dialogue && relations.isHandedOver(value)) this.dialogue.isPersonal = true;
    return relations.customerKey(value);
  }

  /** Whether another resource can be found to tell a rule the same. */
  public get isComparable(): boolean {
    return this.contents !== undefined;
  }

  /** What its properties say, one object for all that say the same; undefined where it cannot be compared. */
  public get contents(): Contents | undefined {
    if (this.said === undefined) {
      const { library, within, resolved, properties, scope } = this.props;
      this.said = (within || resolved ? undefined : library?.read(properties ?? NOTHING, scope)) ?? null;
    }
    return this.said ?? undefined;
  }

  /**
   * What follows from more than its properties. A rule that asks for it is asked once for all resources of which it is the same, so that the answer,
   * and not what it was worked out from, must be all that the rule takes from it.
   */
  public ask<T>(question: (resource: Resource) => T): T {
    return this.answer(question, true);
  }

  private answer<T>(question: (resource: Resource) => T, isBeyond: boolean): T {
    const { dialogue } = this;
    if (!dialogue) return question(this);
    let told: T;
    try {
      told = this.during(undefined, () => question(this));
    } catch (error) {
      // nothing was told that another resource could be compared by
      dialogue.isPersonal = true;
      throw error;
    }
    dialogue.add(question, told, isBeyond);
    return told;
  }

  /** The answer to what another resource was asked. */
  public tell(question: Question): unknown {
    return typeof question === 'string' ? this.valueAt(question) : question(this);
  }

  /** Keeps count of what it is asked meanwhile. */
  public during<T>(dialogue: Dialogue | undefined, act: () => T): T {
    const before = this.dialogue;
    this.dialogue = dialogue;
    try {
      return act();
    } finally {
      this.dialogue = before;
    }
  }

  /** All properties, for the questions of this file. */
  public get whole(): Value {
    const { contents, props } = this;
    this.resolved ??= contents ? props.library!.whole(contents)
      : Value.of(props.resolved ? props.resolved() : props.within ? (props.properties as Resolved) : resolve(props.properties ?? {}, props.scope), this.location);
    return this.resolved;
  }

  private valueAt(path: string): Value {
    const { contents } = this;
    return contents ? this.props.library!.at(contents, path) : this.whole.at(path);
  }

  // what no other resource has
  private get personal(): ResourceProps {
    if (this.dialogue) this.dialogue.isPersonal = true;
    return this.props;
  }
}

const NOTHING = {};

function regionOf(resource: Resource): string | undefined {
  return resource.scope.region;
}

function propertiesOf(resource: Resource): Value {
  return resource.whole;
}
