import type { DataFlow } from '../policy/flow';
import type { Resource } from './resource';
import { Unknown, wholeOf, type Scope } from './resolve';
import { UNSEEN } from './rule';
import type { Value } from './value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from './verdict';

const NO_RESOURCES: readonly Resource[] = [];
const KEYS = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::KMS::Alias']);

/** What the CDK hands from a stack to one of another region: written there as a parameter, read by a custom resource. */
const EXPORT_WRITER = 'Custom::CrossRegionExportWriter';
const EXPORT_READER = 'Custom::CrossRegionExportReader';

/** Who refers to whom, built once for all rules. */
export class Relations {
  private readonly all: Resource[] = [];
  private readonly types = new Map<string, Resource[]>();
  private readonly ids = new Map<Scope, Map<string, Resource>>();
  private readonly children = new Map<Resource, Resource[]>();
  private readonly unreadable = new Map<Resource, string>();
  private logTargets?: ReadonlySet<Resource>;
  private open?: ReadonlySet<Resource>;
  private policies?: Map<Resource, Resource[]>;
  private readonly names = new Map<string, Map<string, Resource[]>>();
  private readonly made = new Map<unknown, unknown>();

  /** @param worked what is the same in every case of an app, and is kept for all of them */
  constructor(public readonly flow: DataFlow | undefined, private readonly worked = new Map<unknown, unknown>()) {}

  /** Takes a resource into the index. */
  public add(resource: Resource): void {
    this.all.push(resource);
    append(this.types, resource.type, resource);
    if (resource.within) {
      append(this.children, resource.within.resource, resource);
      return;
    }
    // it is called like the resource that has it
    if (resource.type === UNSEEN) return;
    this.addAbsent(resource);
  }

  /** Takes one that a condition leaves out: nothing finds it but a reference, which no template can have that deploys. */
  public addAbsent(resource: Resource): void {
    const scope = wholeOf(resource.scope);
    const inScope = this.ids.get(scope) ?? new Map<string, Resource>();
    this.ids.set(scope, inScope.set(resource.logicalId, resource));
  }

  /** Notes why the definition inside a resource cannot be read. */
  public addUnreadable(resource: Resource, reason: string): void {
    this.unreadable.set(resource, reason);
  }

  /** Why the definition inside a resource cannot be read; undefined when it can. */
  public unreadableReason(resource: Resource): string | undefined {
    return this.unreadable.get(resource);
  }

  /** All resources, what stands inside others too. */
  public get resources(): readonly Resource[] {
    return this.all;
  }

  /** What is worked out from the whole index: on first use, and then kept. */
  public once<T>(make: (relations: Relations) => T): T {
    if (!this.made.has(make)) this.made.set(make, make(this));
    return this.made.get(make) as T;
  }

  /** What keeps something that follows from what each resource itself says: one for all cases. */
  public always<T>(make: () => T): T {
    if (!this.worked.has(make)) this.worked.set(make, make());
    return this.worked.get(make) as T;
  }

  /** All resources of a type. */
  public ofType(type: string): readonly Resource[] {
    return this.types.get(type) ?? [];
  }

  /** What stands inside a resource: steps, requests. */
  public inside(resource: Resource): readonly Resource[] {
    return this.children.get(resource) ?? NO_RESOURCES;
  }

  /** The resource that a reference means, in another region's stack too; undefined when it is none of the app. */
  public target(reference: Unknown): Resource | undefined {
    const found = reference.target && this.ids.get(reference.target.scope)?.get(reference.target.logicalId);
    return found?.type === EXPORT_READER ? this.once(exportsOfRegions).get(reference.target!.attribute) : found;
  }

  /** Whether a value refers to what another region's stack hands over, which resource that is can be another one in another case. */
  public isHandedOver(value: Value): boolean {
    return value.unknowns.some(({ leaves }) => leaves.some(({ target }) => target && this.ids.get(target.scope)?.get(target.logicalId)?.type === EXPORT_READER));
  }

  /** Resources that the unknown parts of a value refer to. */
  public targets(value: Value): Resource[] {
    return value.unknowns.flatMap((unknown) => unknown.leaves).map((leaf) => this.target(leaf)).filter((found): found is Resource => found !== undefined);
  }

  /** Bucket policies of a bucket. */
  public policiesOf(bucket: Resource): readonly Resource[] {
    this.policies ??= this.indexPolicies();
    return this.policies.get(bucket) ?? NO_RESOURCES;
  }

  /** Buckets that other buckets deliver their access logs to. */
  public get accessLogTargets(): ReadonlySet<Resource> {
    this.logTargets ??= new Set(this.ofType('AWS::S3::Bucket').flatMap((bucket) => (
      this.named(bucket.at('LoggingConfiguration.DestinationBucketName'), 'AWS::S3::Bucket', 'BucketName'))));
    return this.logTargets;
  }

  /** Subnets of the app with a route to an internet gateway, or whose machines get public addresses. */
  public get publicSubnets(): ReadonlySet<Resource> {
    this.open ??= this.openSubnets();
    return this.open;
  }

  /** The bucket of the app that has this name. */
  public bucketNamed(name: string): Resource | undefined {
    return this.nameIndex('AWS::S3::Bucket', 'BucketName').get(name)?.[0];
  }

  /** Resources of a type that have this name. */
  public called(name: string, type: string, nameProperty: string): readonly Resource[] {
    return this.nameIndex(type, nameProperty).get(name) ?? [];
  }

  /** Resources of a type that a property names, by reference or by name. */
  public named(value: Value, type: string, nameProperty: string): readonly Resource[] {
    const byReference = value.unknowns.map((reference) => this.target(reference)).filter((found): found is Resource => found?.type === type);
    return [...byReference, ...value.texts.flatMap((text) => this.nameIndex(type, nameProperty).get(text) ?? [])];
  }

  /** A key of the app, or one that is named and is not the cloud's own. */
  public customerKey(value: Value): Verdict {
    const verdicts = value.alternatives.map((alternative): Verdict => {
      if (alternative instanceof Unknown) {
        if (alternative.leaves.some((leaf) => KEYS.has(this.target(leaf)?.type ?? ''))) return COMPLIANT;
        if (/^arn:[^:]*:kms:.*:key\//.test(alternative.pattern)) return COMPLIANT;
        return unknown(`${value.name} is ${alternative.reason}`, value.location);
      }
      if (alternative === undefined || alternative === null || alternative === '') return nonCompliant(`${value.name} is not set`, value.location);
      const cloudOwned = typeof alternative === 'string' && /(^|[:/])alias\/aws\//.test(alternative);
      return cloudOwned ? nonCompliant(`${value.name} is '${alternative}', a key of the cloud's own`, value.location) : COMPLIANT;
    });
    return verdicts.reduce((worst, next) => (worst === COMPLIANT || next.answer === 'non-compliant' ? next : worst), COMPLIANT);
  }

  private nameIndex(type: string, nameProperty: string): Map<string, Resource[]> {
    const key = `${type} ${nameProperty}`;
    const known = this.names.get(key);
    if (known) return known;
    const index = new Map<string, Resource[]>();
    this.names.set(key, index);
    for (const resource of this.ofType(type)) for (const text of resource.at(nameProperty).texts) append(index, text, resource);
    return index;
  }

  private openSubnets(): Set<Resource> {
    const tables = new Set(this.ofType('AWS::EC2::Route').filter((route) => {
      const gateway = route.at('GatewayId');
      return gateway.texts.some((id) => id.startsWith('igw-')) || this.targets(gateway).some(({ type }) => type === 'AWS::EC2::InternetGateway');
    }).flatMap((route) => this.targets(route.at('RouteTableId'))));
    const routed = this.ofType('AWS::EC2::SubnetRouteTableAssociation')
      .filter((association) => this.targets(association.at('RouteTableId')).some((table) => tables.has(table)))
      .flatMap((association) => this.targets(association.at('SubnetId')));
    const addressed = this.ofType('AWS::EC2::Subnet').filter((subnet) => subnet.at('MapPublicIpOnLaunch').texts.includes('true'));
    return new Set([...routed, ...addressed]);
  }

  private indexPolicies(): Map<Resource, Resource[]> {
    const policies = new Map<Resource, Resource[]>();
    for (const policy of this.ofType('AWS::S3::BucketPolicy')) {
      const bucket = policy.at('Bucket');
      const targets = [
        ...bucket.unknowns.map((reference) => this.target(reference)),
        ...bucket.texts.map((name) => this.bucketNamed(name)),
      ];
      for (const target of targets) if (target) append(policies, target, policy);
    }
    return policies;
  }
}

function exportsOfRegions(relations: Relations): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const writer of relations.ofType(EXPORT_WRITER)) {
    for (const [name, value] of writer.at('WriterProps.exports').entries) for (const target of relations.targets(value)) found.set(name, target);
  }
  return found;
}

/** Adds to the list under a key. */
export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
