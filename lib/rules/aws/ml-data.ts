import { Answer } from '../../policy/finding';
import type { FlowNode } from '../../policy/flow';
import type { Relations } from '../relations';
import { Choice, Unknown, type Resolved } from '../resolve';
import type { Resource } from '../resource';
import type { Value } from '../value';
import { NOT_APPLICABLE, type Verdict } from '../verdict';
import { allowing, actionsOf, admits, documentsOf, each, isEverything } from './policy/statements';
import { BUCKET_NAME, IMAGE_NAMES, KEY_NAME, LOCATION_NAMES } from './residency/mentions';

/** Services whose business is what models learn from. */
const ML_TYPES = /^(?:AWS::(?:Bedrock|CleanRooms|CleanRoomsML|DataBrew|EMRServerless|Glue|LakeFormation|SageMaker)::|RegulatedML::PipelineStep$)/;
const ML_SERVICES = /^(?:(?:ops\.)?emr-serverless|bedrock|cleanrooms(?:-ml)?|databrew|glue|lakeformation|sagemaker)\.amazonaws\.com/;
/** What holds data: whatever reads or writes it handles data of machine learning. */
const HOLDS_DATA = new Set(['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable', 'AWS::Kinesis::Stream']);
/** What is reached by whom it names, and not the other way round. */
const HANDLES_DATA = new Set(['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine', 'AWS::KinesisFirehose::DeliveryStream']);
const ATTACHED = new Set(['AWS::S3::AccessPoint', 'AWS::S3Express::AccessPoint', 'AWS::S3::MultiRegionAccessPoint', 'AWS::S3::BucketPolicy']);
// what the engine makes itself, steps and jobs left out
const NO_RESOURCES = /^RegulatedML::(?!PipelineStep$)/;
const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];

/** Names by which one resource means another: what the text looks like, and whose name stands in it. */
const NAMES: readonly (readonly [RegExp, string, string])[] = [
  [/^(?:s3[an]?:\/\/|arn:[^:]*:s3:::)([^/?*]+)/, 'AWS::S3::Bucket', 'BucketName'],
  [/^arn:[^:]*:iam::[^:]*:role\/(?:.*\/)?([^/]+)$/, 'AWS::IAM::Role', 'RoleName'],
  [/^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?(alias\/.+)$/, 'AWS::KMS::Alias', 'AliasName'],
  [/^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)/, 'AWS::DynamoDB::Table', 'TableName'],
  [/^arn:[^:]*:sns:[^:]*:[^:]*:([^:]+)$/, 'AWS::SNS::Topic', 'TopicName'],
  [/^arn:[^:]*:sqs:[^:]*:[^:]*:([^:]+)$/, 'AWS::SQS::Queue', 'QueueName'],
  [/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:*]+)/, 'AWS::Logs::LogGroup', 'LogGroupName'],
  [/^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/, 'AWS::Lambda::Function', 'FunctionName'],
  [/^[^/]*\.dkr[.-]ecr[^/]*\/([^:@]+)/, 'AWS::ECR::Repository', 'RepositoryName'],
];

/** Which resources hold, move or guard data that models learn from or answer with; worked out once, linear in the templates. */
export class MlData {
  public static of(relations: Relations): MlData {
    return relations.once(build);
  }

  private readonly touched = new Set<Resource>();
  /** Buckets that are named by what learns or by the flow, not only by code that handles it. */
  private readonly stored = new Set<Resource>();
  private readonly broad = new Set<Resource>();
  private readonly roles = new Set<Resource>();
  private readonly keys = new Set<Resource>();
  private readonly stores = new Map<Resource, FlowNode>();
  private readonly bucketsByStore = new Map<string, Resource[]>();
  private readonly permissions = new Map<Resource, Value[]>();
  private readonly named = new Map<Resource, Set<Resource>>();
  private readonly waiting: Resource[] = [];
  private data?: string;
  private image?: string;
  private anything?: string;

  constructor(private readonly relations: Relations) {
    this.indexPermissions();
    for (const resource of relations.resources) this.begin(resource);
    const readers = this.readersOf();
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) {
      const learns = ML_TYPES.test(next.type) || this.roles.has(next) || this.stored.has(next);
      for (const target of this.reachedFrom(next)) this.touch(target, learns);
      if (HOLDS_DATA.has(next.type) || ML_TYPES.test(next.type) || next.type === 'AWS::Lambda::Function') for (const reader of readers.get(next) ?? []) this.touch(reader, false);
    }
  }

  /** Whether the app has anything to do with machine learning. */
  public get isPresent(): boolean {
    return this.touched.size > 0;
  }

  /** Buckets of the app that jobs, models and roles of machine learning name, and declared stores. */
  public get buckets(): Resource[] {
    return [...this.stored];
  }

  /** Whether a resource is known to touch data of machine learning. */
  public has(resource: Resource): boolean {
    return this.touched.has(resource);
  }

  /** Why it cannot be told whether a resource touches such data; undefined where it can. */
  public doubtOf(resource: Resource): string | undefined {
    if (!this.isPresent || this.touched.has(resource)) return undefined;
    return (resource.type.startsWith('AWS::ECR::') ? this.image : HOLDS_DATA.has(resource.type) || resource.type.startsWith('AWS::KMS::') ? this.data : undefined) ?? this.anything;
  }

  /** Whether a key of the app encrypts such data. */
  public isDataKey(key: Resource): boolean {
    return this.keys.has(key);
  }

  /** The declared store that a resource belongs to. */
  public storeOf(resource: Resource): FlowNode | undefined {
    return this.stores.get(resource);
  }

  /** Buckets of the app that belong to a declared store: its own, and its replica. */
  public bucketsOf(id: string): readonly Resource[] {
    return this.bucketsByStore.get(id) ?? [];
  }

  /** Documents of permissions of a role, its own and those of policies attached to it. */
  public permissionsOf(role: Resource): readonly Value[] {
    return this.permissions.get(role) ?? [];
  }

  /** Whether a value of a policy's names something that touches such data. */
  public isMeantBy(value: Value): boolean {
    return this.meantBy(value, 'Resource').some((target) => this.has(target));
  }

  private begin(resource: Resource): void {
    const store = this.declaredStore(resource.path);
    if (store) {
      this.stores.set(resource, store);
      if (resource.type === 'AWS::S3::Bucket') this.bucketsByStore.set(store.id, [...this.bucketsOf(store.id), resource]);
    }
    const unreadable = ML_TYPES.test(resource.type) ? this.relations.unreadableReason(resource) : undefined;
    if (unreadable) this.anything ??= `the definition of '${resource.path}' cannot be read`;
    if (ML_TYPES.test(resource.type) || store || this.isMlRole(resource)) this.touch(resource, true);
    if (resource.within && this.touched.has(resource)) this.touch(resource.within.resource, false);
  }

  private touch(resource: Resource, learns: boolean): void {
    const known = this.touched.has(resource) && (!learns || resource.type !== 'AWS::S3::Bucket' || this.stored.has(resource));
    if (known || NO_RESOURCES.test(resource.type)) return;
    if (learns && resource.type === 'AWS::S3::Bucket') this.stored.add(resource);
    this.touched.add(resource);
    this.waiting.push(resource);
  }

  private declaredStore(path: string): FlowNode | undefined {
    const { flow } = this.relations;
    for (let above = path; flow && above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      const node = flow.node(above);
      if (node) return node.kind === 'store' ? node : undefined;
    }
    return undefined;
  }

  private isMlRole(resource: Resource): boolean {
    if (resource.type !== 'AWS::IAM::Role') return false;
    const ml = each(resource.at('AssumeRolePolicyDocument.Statement')).some((statement) => each(statement.at('Principal.Service')).some(({ texts }) => texts.some((text) => ML_SERVICES.test(text))));
    const broad = ml ? allowing(this.permissionsOf(resource)).some((statement) => (
      actionsOf(statement).some((action) => admits(action, 's3:GetObject')) && each(statement.at('Resource')).some(({ texts }) => texts.some(isEverything)))) : false;
    if (broad || (ml && each(resource.at('ManagedPolicyArns')).some((arn) => BROAD.test([...arn.texts, ...arn.unknowns.map(({ pattern }) => pattern)].join(' '))))) {
      this.broad.add(resource);
      this.data ??= `role '${resource.path}' may read any bucket`;
    }
    if (ml) this.roles.add(resource);
    return ml;
  }

  private indexPermissions(): void {
    const { relations } = this;
    for (const role of relations.ofType('AWS::IAM::Role')) {
      const attached = each(role.at('ManagedPolicyArns')).flatMap((arn) => relations.targets(arn)).flatMap((policy) => documentsOf(policy));
      this.permissions.set(role, [...documentsOf(role), ...attached]);
    }
    for (const policy of POLICIES.flatMap((type) => relations.ofType(type))) {
      for (const role of rolesOf(policy)) this.permissions.get(role)?.push(...documentsOf(policy));
    }
  }

  // what a touched resource names is touched too; of a store, its key and its copies
  private reachedFrom(resource: Resource): Iterable<Resource> {
    if (ML_TYPES.test(resource.type) || HANDLES_DATA.has(resource.type)) return this.namedBy(resource);
    if (resource.type === 'AWS::IAM::Role') return this.permitted(resource);
    if (resource.type === 'AWS::KMS::Alias') return this.relations.targets(resource.at('TargetKeyId'));
    if (resource.type !== 'AWS::S3::Bucket') return this.keysOf(resource);
    const copies = resource.at('ReplicationConfiguration.Rules').items.flatMap((rule) => [...this.meantBy(rule.at('Destination.Bucket'), 'Bucket')]);
    return [...this.keysOf(resource), ...copies];
  }

  private keysOf(resource: Resource): Resource[] {
    const found: Resource[] = [];
    this.walk(resource.properties.alternatives, '', (text, name) => {
      if (KEY_NAME.test(name)) found.push(...this.meant(text, name));
    });
    return found;
  }

  private permitted(role: Resource): Set<Resource> {
    const found = new Set<Resource>();
    for (const statement of allowing(this.permissionsOf(role))) {
      for (const resource of each(statement.at('Resource'))) for (const target of this.meantBy(resource, 'Resource')) found.add(target);
    }
    return found;
  }

  /** Who handles what: functions and state machines, themselves or through their role, by the resources that they name. */
  private readersOf(): Map<Resource, Resource[]> {
    const readers = new Map<Resource, Resource[]>();
    for (const type of [...HANDLES_DATA, ...ATTACHED]) {
      for (const reader of this.relations.ofType(type)) {
        const named = this.namedBy(reader);
        const roles = [...named].filter((target) => target.type === 'AWS::IAM::Role' && HANDLES_DATA.has(type));
        for (const target of new Set([...named, ...roles.flatMap((role) => [...this.permitted(role)])])) {
          const known = readers.get(target);
          if (known) known.push(reader);
          else readers.set(target, [reader]);
        }
      }
    }
    return readers;
  }

  private namedBy(resource: Resource): Set<Resource> {
    const known = this.named.get(resource);
    if (known) return known;
    const found = new Set<Resource>();
    this.named.set(resource, found);
    const gaps: string[] = [];
    const inside = this.relations.inside(resource);
    const whole = resource.within ? [resource.within.whole] : resource.properties.alternatives;
    for (const part of [whole, ...inside.map(({ within }) => within!.whole)]) {
      this.walk(part as Resolved, '', (text, name) => {
        const meant = this.meant(text, name);
        for (const target of meant) found.add(target);
        if (meant.length > 0 || !ML_TYPES.test(resource.type) || typeof text === 'string' || (text.kind !== 'parameter' && text.kind !== 'opaque')) return;
        if (IMAGE_NAMES.has(name)) this.image ??= `an image of '${resource.path}' is ${text.reason}`;
        if (/^s3[an]?:\/\/[^/]*\?/.test(text.pattern) || (!text.parts && (LOCATION_NAMES.has(name) || BUCKET_NAME.test(name)))) gaps.push(text.reason);
      });
    }
    // a role of the app reaches what it is allowed, which is touched already, wherever the location points
    const bounded = [...found].some((target) => target.type === 'AWS::IAM::Role' && !this.broad.has(target));
    if (gaps.length > 0 && !bounded) this.data ??= `a location of '${resource.path}' is ${gaps[0]}`;
    return found;
  }

  private meantBy(value: Value, name: string): Resource[] {
    return value.alternatives.flatMap((one) => (typeof one === 'string' || one instanceof Unknown ? this.meant(one, name) : []));
  }

  private meant(text: string | Unknown, name: string): Resource[] {
    const found = text instanceof Unknown ? text.leaves.map((leaf) => this.relations.target(leaf)).filter((target): target is Resource => target !== undefined) : [];
    const spelled = text instanceof Unknown ? text.pattern : text;
    for (const [shape, type, property] of NAMES) {
      const [, called] = shape.exec(spelled) ?? [];
      if (called) found.push(...this.relations.called(called, type, property));
    }
    if (BUCKET_NAME.test(name)) found.push(...this.relations.called(spelled, 'AWS::S3::Bucket', 'BucketName'));
    if (KEY_NAME.test(name)) for (const key of found) this.keys.add(key.type === 'AWS::KMS::Alias' ? this.relations.targets(key.at('TargetKeyId'))[0] ?? key : key);
    return found;
  }

  private walk(value: Resolved | readonly Resolved[], name: string, visit: (text: string | Unknown, name: string) => void): void {
    if (typeof value === 'string' || value instanceof Unknown) visit(value, name);
    else if (value instanceof Choice) for (const option of value.options) this.walk(option, name, visit);
    else if (Array.isArray(value)) for (const item of value as readonly Resolved[]) this.walk(item, name, visit);
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) this.walk(item as Resolved, key, visit);
  }
}

// managed policies of the cloud's own that give every bucket
const BROAD = /:policy\/(?:AdministratorAccess|PowerUserAccess|ReadOnlyAccess|AmazonS3(?:FullAccess|ReadOnlyAccess))\b/;

function build(relations: Relations): MlData {
  return new MlData(relations);
}

/** Roles of the app that a policy is attached to. */
export function rolesOf(policy: Resource): Resource[] {
  const { relations } = policy;
  const names = policy.type === 'AWS::IAM::RolePolicy' ? [policy.at('RoleName')] : each(policy.at('Roles'));
  return names.flatMap((name) => [...relations.targets(name), ...name.texts.flatMap((text) => relations.called(text, 'AWS::IAM::Role', 'RoleName'))]).filter(({ type }) => type === 'AWS::IAM::Role');
}

/**
 * Judges a resource where it touches data of machine learning. Where that cannot be told, because a location, an image or a definition cannot be
 * read, what would be a finding is unknown.
 */
export function ofMlData(resource: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  const data = MlData.of(resource.relations);
  if (data.has(resource)) return judge();
  const doubt = data.doubtOf(resource);
  return doubt === undefined ? NOT_APPLICABLE : doubted(judge(), doubt);
}

/** Judges what stands for a whole account, in apps that have to do with machine learning. */
export function inMlApp(resource: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  return MlData.of(resource.relations).isPresent ? judge() : NOT_APPLICABLE;
}

/** Turns findings into unknowns, with what is in doubt. */
export function doubted(judged: Verdict | readonly Verdict[], doubt: string): Verdict[] {
  return [judged].flat().map((verdict) => (verdict.answer === Answer.NON_COMPLIANT
    ? { ...verdict, answer: Answer.UNKNOWN, detail: `${verdict.detail}; whether it has to do with machine learning cannot be told: ${doubt}` }
    : verdict));
}
