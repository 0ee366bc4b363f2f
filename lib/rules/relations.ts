import type { DataFlow } from '../policy/flow';
import type { Resource } from './resource';
import { isRegionOfStack, wholeOf, type Scope } from './resolve';
import { Unknown } from './resolved';
import { UNSEEN } from './rule';
import { shown, type Value } from './value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from './verdict';

const NO_RESOURCES: readonly Resource[] = [];
const KEYS = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::KMS::Alias']);

/** Aliases of keys that the cloud keeps. */
const CLOUD_OWNED = /(?:^|[:/])alias\/aws\//;

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
  private open?: ReadonlyMap<Resource, string>;
  private policies?: Map<Resource, Resource[]>;
  private readonly names = new Map<string, Map<string, Resource[]>>();
  private readonly alike = new Map<string, Map<Scope, Map<string, Resource[]>>>();
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

  /** Buckets that access logs are delivered to by what can encrypt them with keys of S3's own only: other buckets, load balancers but those of networks. */
  public get accessLogTargets(): ReadonlySet<Resource> {
    const targets = (bucket: Value) => this.named(bucket, 'AWS::S3::Bucket', 'BucketName');
    this.logTargets ??= new Set([
      // what a bucket logs to itself makes it none that is there for logs
      ...this.ofType('AWS::S3::Bucket').flatMap((bucket) => targets(bucket.at('LoggingConfiguration.DestinationBucketName')).filter((target) => target !== bucket)),
      ...[
        ...this.ofType('AWS::ElasticLoadBalancing::LoadBalancer').map((balancer) => balancer.at('AccessLoggingPolicy.S3BucketName')),
        ...this.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').filter((balancer) => !balancer.at('Type').texts.includes('network'))
          .flatMap((balancer) => balancer.at('LoadBalancerAttributes').items.filter((one) => one.at('Key').texts.some((key) => key.endsWith('_logs.s3.bucket'))).map((one) => one.at('Value'))),
      ].flatMap(targets),
    ]);
    return this.logTargets;
  }

  /** Subnets of the app with a route to an internet gateway, or whose machines get public addresses where routes are not known: by what they are public. */
  public get publicSubnets(): ReadonlyMap<Resource, string> {
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

  /** Resources of a type that one template calls by a text of which parts are not known, and which is made of the same parts. */
  public calledAlike(name: readonly (string | Unknown)[], scope: Scope, type: string, nameProperty: string): readonly Resource[] {
    const text = comparable(name);
    return text === undefined ? NO_RESOURCES : this.alikeIndex(type, nameProperty).get(scope)?.get(text) ?? NO_RESOURCES;
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
        if (CLOUD_OWNED.test(alternative.pattern)) return nonCompliant(`${value.name} is '${alternative.pattern}', a key of the cloud's own`, value.location);
        return unknown(`${value.name} is ${alternative.reason}`, value.location);
      }
      if (alternative === undefined || alternative === null || alternative === '') return nonCompliant(`${value.name} is not set`, value.location);
      if (typeof alternative !== 'string') return unknown(`${value.name} is ${shown(alternative)}, which names no key`, value.location);
      return CLOUD_OWNED.test(alternative) ? nonCompliant(`${value.name} is '${alternative}', a key of the cloud's own`, value.location) : COMPLIANT;
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

  private alikeIndex(type: string, nameProperty: string): Map<Scope, Map<string, Resource[]>> {
    const key = `${type} ${nameProperty}`;
    const known = this.alike.get(key);
    if (known) return known;
    const index = new Map<Scope, Map<string, Resource[]>>();
    this.alike.set(key, index);
    for (const resource of this.ofType(type)) {
      for (const name of resource.at(nameProperty).unknowns) {
        const text = comparable([name]);
        const inScope = index.get(resource.scope) ?? new Map<string, Resource[]>();
        if (text !== undefined) append(index.set(resource.scope, inScope).get(resource.scope)!, text, resource);
      }
    }
    return index;
  }

  private openSubnets(): Map<Resource, string> {
    const open = new Set<Resource>();
    const undecided = new Set<Resource>();
    for (const route of this.ofType('AWS::EC2::Route')) {
      const gateway = route.at('GatewayId');
      const isOpen = gateway.texts.some((id) => id.startsWith('igw-')) || this.targets(gateway).some(({ type }) => type === 'AWS::EC2::InternetGateway');
      const isKnown = gateway.unknowns.every((one) => this.target(one) !== undefined);
      if (isOpen || !isKnown) for (const table of this.targets(route.at('RouteTableId'))) (isOpen ? open : undecided).add(table);
    }
    const tables = new Map<Resource, Resource[]>();
    for (const association of this.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
      const named = this.targets(association.at('RouteTableId'));
      for (const subnet of this.targets(association.at('SubnetId'))) tables.set(subnet, [...tables.get(subnet) ?? [], ...named]);
    }
    const found = new Map<Resource, string>();
    for (const subnet of this.ofType('AWS::EC2::Subnet')) {
      const own = tables.get(subnet);
      if (own?.some((table) => open.has(table))) found.set(subnet, 'its routes lead to an internet gateway');
      // a network of the app that says nothing of a subnet's routes keeps them within; of any other it is not known
      const isRouted = own === undefined ? this.targets(subnet.at('VpcId')).length > 0 : own.length > 0 && !own.some((table) => undecided.has(table));
      if (!found.has(subnet) && !isRouted && subnet.at('MapPublicIpOnLaunch').texts.includes('true')) found.set(subnet, 'MapPublicIpOnLaunch gives its machines public addresses, and where its routes lead is not known');
    }
    return found;
  }

  private indexPolicies(): Map<Resource, Resource[]> {
    const policies = new Map<Resource, Resource[]>();
    for (const policy of this.ofType('AWS::S3::BucketPolicy')) {
      const bucket = policy.at('Bucket');
      const targets = [
        ...bucket.unknowns.flatMap((reference) => this.target(reference) ?? this.calledAlike([reference], policy.scope, 'AWS::S3::Bucket', 'BucketName')),
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

/** A text by which names of one template can be compared: what parameters, and what the deployment itself, put into it is the same each time. */
export function comparable(pieces: readonly (string | Unknown)[]): string | undefined {
  const parts = pieces.flatMap((piece) => (piece instanceof Unknown && piece.parts ? piece.parts : [piece]));
  const texts = parts.map((part) => (typeof part === 'string' ? part : isSameEachTime(part) ? `\u0000${part.reason}\u0000` : undefined));
  return texts.includes(undefined) ? undefined : texts.join('');
}

function isSameEachTime(part: Unknown): boolean {
  return part.kind === 'parameter' || part.kind === 'execution' || isRegionOfStack(part);
}

/** Adds to the list under a key. */
export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
