import { isDeepStrictEqual } from 'node:util';
import { Annotations, CfnDeletionPolicy, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';

/** What the CDK hides of a resource. */
interface Internals {
  /** The name of the property that each member is; a `CfnResource` without a class of its own has none. */
  readonly cfnPropertyNames?: Readonly<Record<string, string>>;
  /** Where a resource without a class has its properties. */
  readonly _cfnProperties: Record<string, unknown>;
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

/**
 * A resource of CloudFormation as it resolves by now, and a way to change it: by the property of its class, where packs that read getters see
 * it, and by an override where one stands already.
 */
export class Settable {
  private resolved?: Record<string, unknown>;

  constructor(public readonly resource: CfnResource) {}

  /** What stands at a path such as `NetworkConfig.VpcConfig`, by the names that CloudFormation has; undefined for nothing. */
  public at(path: string): unknown {
    this.resolved ??= propertiesOf(this.resource);
    return path.split('.').reduce<unknown>((value, key) => (isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined), this.resolved);
  }

  /** Puts a value at a path, and leaves what stands beside it. */
  public set(path: string, value: unknown): void {
    const [head, ...rest] = path.split('.');
    const typed = this.resource as unknown as Record<string, unknown> & Internals;
    const member = Object.entries(typed.cfnPropertyNames ?? {}).find(([, name]) => name === head)?.[0];
    if (member) typed[member] = placed(typed[member], rest, value, true);
    else typed._cfnProperties[head!] = placed(typed._cfnProperties[head!], rest, value, false);
    this.resolved = undefined;
    if (!isDeepStrictEqual(this.at(path), Stack.of(this.resource).resolve(value))) this.override(path, value);
    if (REPLACED_BY[this.resource.cfnResourceType]?.includes(head!)) this.keepOnReplacement(head!);
  }

  /**
   * Puts items at the end of a list that a property is, those that are not in it.
   *
   * @throws an error when the list comes as one value, such as of a parameter, that nothing can be put behind
   */
  public append(property: string, items: readonly unknown[]): void {
    const present = this.at(property) ?? [];
    if (!Array.isArray(present)) throw new Error(`${property} of ${this.resource.node.path} is one value and no list: give a list of its items`);
    const missing = items.filter((item) => !present.some((one) => isDeepStrictEqual(one, Stack.of(this.resource).resolve(item))));
    if (missing.length > 0) this.set(property, [...present as unknown[], ...missing]);
  }

  /** Puts a value where none stands. */
  public setIfAbsent(path: string, value: unknown): void {
    if (isAbsent(this.at(path))) this.set(path, value);
  }

  /** Puts a value where another one stands, or none. */
  public ensure(path: string, value: unknown): void {
    if (!isDeepStrictEqual(this.at(path), value)) this.set(path, value);
  }

  /** Puts a flag where it does not stand already; CloudFormation takes `"true"` for `true`. */
  public ensureFlag(path: string, flag = true): void {
    if (String(this.at(path)) !== String(flag)) this.set(path, flag);
  }

  /** Puts a key where none stands, or one of the cloud's own; says whether it did. */
  public ensureKey(path: string, key: string): boolean {
    const present = this.at(path);
    const own = !isAbsent(present) && !(typeof present === 'string' && /(^|[:/])alias\/aws\//.test(present));
    if (!own) this.set(path, key);
    return !own;
  }

  // an override that stands already wins over the property; lists take none by index
  private override(path: string, value: unknown): void {
    const [list, index, ...rest] = path.split(/\.(\d+)(?:\.|$)/);
    if (index === undefined) this.resource.addPropertyOverride(path, value);
    else this.resource.addPropertyOverride(list!, placed(this.at(list!), [index, ...rest.join('.').split('.').filter(Boolean)], value, false));
    this.resolved = undefined;
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
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

/** Paths of the items of a list, such as `Replicas.0`; none of one that is not known. */
export function placesIn(resource: Settable, list: string): string[] {
  const items = resource.at(list);
  return Array.isArray(items) ? items.map((_, index) => `${list}.${index}`) : [];
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

/** @param typed whether members are named as the CDK does it; what a class takes as JSON has CloudFormation's names all the same */
function placed(old: unknown, path: readonly string[], value: unknown, typed: boolean): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return typed ? camelKeys(value) : value;
  // what is not known yet keeps what it will be
  if (Token.isUnresolved(old)) return Lazy.uncachedAny({ produce: (context) => placed(context.resolve(old), path, value, typed) });
  if (Array.isArray(old)) {
    const items: unknown[] = [...old];
    items[Number(head)] = placed(items[Number(head)], rest, value, typed);
    return items;
  }
  const record = isRecord(old) ? old : {};
  const named = typed && !Object.keys(record).some((key) => /^[A-Z]/.test(key));
  const key = named ? camelCase(head) : head;
  return { ...record, [key]: placed(record[key], rest, value, named) };
}

/** As the CDK names members: `SSEAlgorithm` is `sseAlgorithm`, `KMSMasterKeyID` is `kmsMasterKeyId`. */
function camelCase(name: string): string {
  const words = name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [name];
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : word.charAt(0) + word.slice(1).toLowerCase())).join('');
}

function camelKeys(value: unknown): unknown {
  if (Token.isUnresolved(value)) return value;
  if (Array.isArray(value)) return value.map(camelKeys);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [camelCase(key), camelKeys(child)])) : value;
}
