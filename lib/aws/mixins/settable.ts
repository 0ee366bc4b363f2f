import { isDeepStrictEqual } from 'node:util';
import { Annotations, CfnDeletionPolicy, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';

/** What the CDK hides of a resource. */
interface Internals {
  /** The name of the property that each member is; a `CfnResource` without a class of its own has none. */
  readonly cfnPropertyNames?: Readonly<Record<string, string>>;
  /** Where a resource without a class has its properties. */
  readonly _cfnProperties: Record<string, unknown>;
  readonly rawOverrides: { readonly Properties?: Readonly<Record<string, unknown>> };
  _toCloudFormation(): object;
}

/**
 * Types that hold something, each with the properties whose change has CloudFormation make a new one.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference "Update requires: Replacement"
 */
const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  'AWS::ECR::Repository': ['EncryptionConfiguration'],
  'AWS::EFS::FileSystem': ['Encrypted', 'KmsKeyId'],
  'AWS::SageMaker::Domain': ['AppNetworkAccessType', 'KmsKeyId', 'SubnetIds', 'VpcId'],
  'AWS::SageMaker::FeatureGroup': ['OfflineStoreConfig', 'OnlineStoreConfig'],
  'AWS::SageMaker::ModelCard': ['SecurityConfig'],
  'AWS::SageMaker::ModelPackage': ['SecurityConfig', 'ValidationSpecification'],
  'AWS::SageMaker::NotebookInstance': ['DirectInternetAccess', 'KmsKeyId', 'PlatformIdentifier', 'SecurityGroupIds', 'SubnetId'],
};

/** What becomes of a value; the value itself where nothing does. It is asked in each case that conditions of CloudFormation make, and of undefined where none stands. */
type Change = (present: unknown) => unknown;

/** Where values are put: by the names that the CDK has for members, or by those of CloudFormation. */
interface Way {
  readonly change: Change;
  /** Whether members are named as the CDK does it; what a class takes as JSON has CloudFormation's names all the same. */
  readonly typed: boolean;
  /** How many steps of the path are only taken where something stands. */
  readonly present: number;
  readonly resolve: (value: unknown) => unknown;
  /** Called with what decides a value, where that is neither a value nor a condition. */
  readonly beyond: (intrinsic: string) => void;
}

/**
 * A resource of CloudFormation as it resolves by now, and a way to change it: by the property of its class, where packs that read getters see
 * it, and by an override where one stands already. What a condition decides (`Fn::If`) is changed in each of its cases.
 */
export class Settable {
  private resolved?: Record<string, unknown>;

  constructor(public readonly resource: CfnResource) {}

  /** What stands at a path such as `NetworkConfig.VpcConfig`, by the names that CloudFormation has; undefined for nothing, and for what is only there in some cases. */
  public at(path: string): unknown {
    const found = path.split('.').reduce<unknown>((value, key) => (isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined), this.properties);
    return isNoValue(found) ? undefined : found;
  }

  /** What stands at a path in each case that conditions make. */
  public cases(path: string): unknown[] {
    return path.split('.').reduce<unknown[]>((values, key) => values.flatMap((value) => casesOf(isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined)), [this.properties]);
  }

  /**
   * Changes what stands at a path, and leaves what stands beside it; says whether anything was.
   *
   * @param present the beginning of the path that has to be there: where it is not, nothing is put
   */
  public change(path: string, change: Change, present = ''): boolean {
    const [head, ...rest] = path.split('.') as [string, ...string[]];
    const typed = this.resource as unknown as Record<string, unknown> & Internals;
    const member = Object.entries(typed.cfnPropertyNames ?? {}).find(([, name]) => name === head)?.[0];
    const beyond = new Set<string>();
    const way: Way = {
      change, typed: member !== undefined, present: present === '' ? 0 : present.split('.').length, resolve: (value) => Stack.of(this.resource).resolve(value) as unknown, beyond: (intrinsic) => beyond.add(intrinsic),
    };
    const held = (): boolean => isDeepStrictEqual(way.resolve(placed(this.properties[head], rest, { ...way, typed: false })), this.properties[head]);
    const before = held();
    if (!before) {
      const owner = member === undefined ? typed._cfnProperties : typed;
      owner[member ?? head] = placed(owner[member ?? head], rest, way);
      this.resolved = undefined;
      // an override that stands already wins over the property
      const overrides = typed.rawOverrides.Properties ?? {};
      if (Object.hasOwn(overrides, head) && !held()) {
        this.resource.addPropertyOverride(head, placed(overrides[head], rest, { ...way, typed: false }));
        this.resolved = undefined;
      }
      if (REPLACED_BY[this.resource.cfnResourceType]?.includes(head)) this.keepOnReplacement(head);
    }
    for (const intrinsic of beyond) {
      Annotations.of(this.resource).addWarningV2(`cdk-regulated-ml:${path}`, `${path} of ${this.resource.node.path} is decided by ${intrinsic}, where no mixin reaches: it stays as it is, see to it there`);
    }
    return !before;
  }

  /** Puts a value at a path, and leaves what stands beside it. */
  public set(path: string, value: unknown): void {
    this.change(path, () => value);
  }

  /**
   * Puts items at the end of a list that a property is, those that are not in it.
   *
   * @throws an error when the list comes as one value, such as of a parameter, that nothing can be put behind
   */
  public append(property: string, items: readonly unknown[]): void {
    const resolved = (value: unknown) => Stack.of(this.resource).resolve(value) as unknown;
    const present = this.at(property) ?? [];
    if (!Array.isArray(present)) throw new Error(`${property} of ${this.resource.node.path} is one value and no list: give a list of its items`);
    this.change(property, (list) => {
      const there = Array.isArray(list) ? list as unknown[] : [];
      const missing = items.filter((item) => !there.some((one) => isDeepStrictEqual(resolved(one), resolved(item))));
      return missing.length > 0 ? [...there, ...missing] : list;
    });
  }

  /** Puts a value where none stands. */
  public setIfAbsent(path: string, value: unknown): void {
    this.change(path, (present) => (isAbsent(present) ? value : present));
  }

  /** Puts a value where another one stands, or none. */
  public ensure(path: string, value: unknown): void {
    this.change(path, (present) => (isDeepStrictEqual(present, value) ? present : value));
  }

  /**
   * Puts a flag where it does not stand already; CloudFormation takes `"true"` for `true`.
   *
   * @param present the beginning of the path that has to be there
   */
  public ensureFlag(path: string, flag = true, present?: string): void {
    this.change(path, (old) => (String(old) === String(flag) ? old : flag), present);
  }

  /**
   * Puts a key where none stands, or one of the cloud's own; says whether it did.
   *
   * @param present the beginning of the path that has to be there
   */
  public ensureKey(path: string, key: string, present?: string): boolean {
    return this.change(path, (old) => (isAbsent(old) || (typeof old === 'string' && /(^|[:/])alias\/aws\//.test(old)) ? key : old), present);
  }

  private get properties(): Record<string, unknown> {
    // a class leaves members without a value behind, which another resolution drops
    return this.resolved ??= Stack.of(this.resource).resolve(propertiesOf(this.resource)) as Record<string, unknown>;
  }

  // if it is deployed already, what it holds must not go with it
  private keepOnReplacement(property: string): void {
    const { cfnOptions } = this.resource;
    const kept = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.SNAPSHOT, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE];
    if (cfnOptions.updateReplacePolicy && kept.includes(cfnOptions.updateReplacePolicy)) return;
    cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    Annotations.of(this.resource).addInfo(`${property} was set by a mixin: if ${this.resource.node.path} is deployed already, CloudFormation makes a new one and leaves the old one as it is; move what it holds`);
  }
}

/** Whether nothing stands there: no text, list or object with something in it. */
export function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || isNoValue(value)) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function isNoValue(value: unknown): boolean {
  return isRecord(value) && value.Ref === 'AWS::NoValue';
}

/** What decides a value, such as `Fn::Join`; undefined where it is one already. */
function intrinsicOf(value: unknown): string | undefined {
  return isRecord(value) ? Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::')) : undefined;
}

/** The branches of a condition, with what it is about. */
function branchesOf(value: unknown): [condition: unknown, then: unknown, otherwise: unknown] | undefined {
  return isRecord(value) && Array.isArray(value['Fn::If']) ? value['Fn::If'] as [unknown, unknown, unknown] : undefined;
}

/** What a value is in each case; undefined where it is none. */
export function casesOf(value: unknown): unknown[] {
  const branches = branchesOf(value);
  return branches ? branches.slice(1).flatMap(casesOf) : [isNoValue(value) ? undefined : value];
}

/** Paths of the items of a list, such as `Replicas.0`, of the longest where conditions make several; none of one that is not known. */
export function placesIn(resource: Settable, list: string): string[] {
  const longest = Math.max(0, ...resource.cases(list).map((items) => (Array.isArray(items) ? items.length : 0)));
  return Array.from({ length: longest }, (_, index) => `${list}.${index}`);
}

/** Whether it is a plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The properties of a resource as they resolve by now, by the names that CloudFormation has. */
export function propertiesOf(resource: CfnResource): Record<string, unknown> {
  // internal to the CDK and stable since its first version: no getter shows what overrides will make of a resource
  const fragment = (resource as unknown as Internals)._toCloudFormation();
  const { Resources } = Stack.of(resource).resolve(fragment) as { Resources: Record<string, { Properties?: Record<string, unknown> }> };
  return Object.values(Resources)[0]?.Properties ?? {};
}

/** A value with what stands at a path in it changed. */
function placed(old: unknown, path: readonly string[], way: Way): unknown {
  // what is not known yet keeps what it will be
  if (Token.isUnresolved(old)) {
    const now = way.resolve(old);
    return isDeepStrictEqual(way.resolve(placed(now, path, way)), now) ? old : Lazy.uncachedAny({ produce: (context) => placed(context.resolve(old), path, way) });
  }
  const branches = branchesOf(old);
  if (branches) {
    // the CDK looks into no intrinsic to rename members
    const [then, otherwise] = [branches[1], branches[2]].map((branch) => placed(branch, path, { ...way, typed: false }));
    return then === branches[1] && otherwise === branches[2] ? old : { 'Fn::If': [branches[0], then, otherwise] };
  }
  if (isNoValue(old)) return placed(undefined, path, way) ?? old;
  const [head, ...rest] = path;
  if (head === undefined) {
    const value = way.change(old);
    return way.typed && value !== old ? camelKeys(value) : value;
  }
  if (way.present > 0 && isAbsent(old)) return old;
  const next = { ...way, present: Math.max(0, way.present - 1) };
  const intrinsic = intrinsicOf(old);
  if (intrinsic !== undefined) {
    way.beyond(intrinsic);
    return old;
  }
  if (/^\d+$/.test(head)) {
    // CloudFormation takes one thing for a list of it
    const items: unknown[] = isAbsent(old) ? [] : [old].flat();
    const item = placed(items[Number(head)], rest, next);
    return item === items[Number(head)] ? old : Object.assign([...items], { [head]: item });
  }
  const record = isRecord(old) ? old : {};
  const named = way.typed && !Object.keys(record).some((key) => /^[A-Z]/.test(key));
  const key = named ? camelCase(head) : head;
  const value = placed(record[key], rest, { ...next, typed: named });
  return value === record[key] ? old : { ...record, [key]: value };
}

/** As the CDK names members: `SSEAlgorithm` is `sseAlgorithm`, `KMSMasterKeyID` is `kmsMasterKeyId`. */
function camelCase(name: string): string {
  const words = name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [name];
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : word.charAt(0) + word.slice(1).toLowerCase())).join('');
}

function camelKeys(value: unknown): unknown {
  if (Token.isUnresolved(value) || intrinsicOf(value) !== undefined) return value;
  if (Array.isArray(value)) return value.map(camelKeys);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [camelCase(key), camelKeys(child)])) : value;
}
