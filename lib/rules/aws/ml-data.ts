import { Answer } from '../../policy/finding';
import type { FlowNode } from '../../policy/flow';
import { Memos } from '../memo';
import { append, type Relations } from '../relations';
import { Unknown, type Resolved } from '../resolved';
import type { Resource } from '../resource';
import { TASK } from '../rule';
import type { Value } from '../value';
import { NOT_APPLICABLE, type Verdict } from '../verdict';
import { meantBy, visitTexts } from './named';
import { managedPoliciesOf, readsEveryBucket, usesMl } from './policy/managed';
import { allowing, actionsOf, admits, documentsOf, each, isEverything, statementsOf } from './policy/statements';
import { BUCKET_NAME, IMAGE_NAMES, KEY_NAME, LOCATION_NAMES } from './residency/mentions';
import { isVaultFunction } from './token-vault/parts';

/** Services whose business is what models learn from, by types of resource and by who assumes a role. */
const LEARNS = /^(?:AWS::(?:Bedrock\w*|CleanRooms|CleanRoomsML|DataBrew|EMR|EMRServerless|Glue|LakeFormation|SageMaker)::|RegulatedML::PipelineStep$)/;
const LEARNER = /^(?:(?:ops\.)?emr-serverless|bedrock(?:-agentcore)?|cleanrooms(?:-ml)?|databrew|glue|lakeformation|sagemaker)\.(?:amazonaws|\?)/;
/** What holds data: whatever names it handles the data. */
const HOLDS = new Set(['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable', 'AWS::Kinesis::Stream']);
/** What handles data when it names what holds or learns it, by itself or through its role. */
const HANDLES = new Set(['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine', 'AWS::KinesisFirehose::DeliveryStream']);
/** What belongs to the bucket that it names. */
const ATTACHED = ['AWS::S3::AccessPoint', 'AWS::S3Express::AccessPoint', 'AWS::S3::MultiRegionAccessPoint', 'AWS::S3::BucketPolicy'];
/** What is reached by what learns through them. */
const HANDS_ON = new Set(['AWS::IAM::InstanceProfile', 'AWS::IAM::Role', 'AWS::S3::Bucket']);
const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
// made by the engine, steps and jobs left out
const NO_RESOURCE = /^RegulatedML::(?!PipelineStep$)/;

/**
 * Which resources hold, handle or guard data that models learn from or answer with: declared stores, what jobs, models and their roles name, the keys
 * and copies of those, and the functions and state machines that handle them. Worked out once, linear in the templates.
 */
export class MlData {
  public static of(relations: Relations): MlData {
    return relations.once(build);
  }

  private readonly touched = new Set<Resource>();
  /** Of those, what is named by what learns, and not only by code that handles it. */
  private readonly learned = new Set<Resource>();
  private readonly broad = new Map<Resource, boolean>();
  private readonly keys = new Set<Resource>();
  private readonly stores = new Map<Resource, FlowNode>();
  private readonly bucketsByStore = new Map<string, Resource[]>();
  private readonly readable = new Map<Resource, FlowNode[]>();
  /** Documents of permissions that a role has from policies attached to it. */
  private readonly attached = new Map<Resource, Value[]>();
  private readonly byThemselves: ByThemselves;
  private readonly meantByStatements = new Map<readonly Value[], Resource[]>();
  private readonly names = new Memos((resource) => this.findNamed(resource));
  private readonly named = new Map<Resource, Set<Resource>>();
  private readonly waiting: Resource[] = [];
  private readonly hasStores: boolean;
  private used?: boolean;
  /** Why it cannot be told which bucket or key, which image, or what else is used. */
  private readonly doubts: { data?: string; image?: string; anything?: string } = {};

  constructor(private readonly relations: Relations) {
    this.byThemselves = relations.always(byThemselves);
    this.hasStores = relations.flow?.nodes.some(({ kind }) => kind === 'store') ?? false;
    this.indexPermissions();
    for (const resource of relations.resources) this.begin(resource);
    const handlers = this.handlersOf();
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) {
      const learns = LEARNS.test(next.type) || (this.learned.has(next) && HANDS_ON.has(next.type));
      for (const target of this.reachedFrom(next)) this.touch(target, learns);
      const handled = HOLDS.has(next.type) || LEARNS.test(next.type) || next.type === 'AWS::Lambda::Function';
      for (const handler of handled ? handlers.of(next) : []) this.touch(handler, false);
    }
  }

  /** Whether the app has anything to do with machine learning: with its data, or with its services by what a role of the app is allowed. */
  public get isPresent(): boolean {
    return this.touched.size > 0 || this.isUsed;
  }

  /** Buckets of the app that jobs, models and their roles name, and those of declared stores. */
  public get buckets(): Resource[] {
    return [...this.learned].filter(({ type }) => type === 'AWS::S3::Bucket');
  }

  /** Whether a resource is known to touch data of machine learning. */
  public has(resource: Resource): boolean {
    return this.touched.has(resource);
  }

  /** Why it cannot be told whether a resource touches such data; undefined where it can. */
  public doubtOf({ type }: Resource): string | undefined {
    const { data, image, anything } = this.doubts;
    if (!this.isPresent) return undefined;
    if (type.startsWith('AWS::ECR::')) return image ?? anything;
    return HOLDS.has(type) || type.startsWith('AWS::KMS::') ? data ?? anything : anything;
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
  public bucketsOf(storeId: string): readonly Resource[] {
    return this.bucketsByStore.get(storeId) ?? [];
  }

  /** Declared stores that a role may read. */
  public storesReadBy(role: Resource): readonly FlowNode[] {
    let known = this.readable.get(role);
    if (!known) this.readable.set(role, known = this.findReadable(role));
    return known;
  }

  /** Whether a value of a policy's names something that touches such data. */
  public isMeantBy(value: Value): boolean {
    return value.alternatives.some((one) => this.meant(one, 'Resource').some((target) => this.has(target)));
  }

  /** What a role is allowed, by itself and by policies of the app that are attached to it. */
  public permissionsOf(role: Resource): readonly Value[] {
    return [...this.byThemselves.statements.of(role), ...allowing(this.attached.get(role) ?? [])];
  }

  private get isUsed(): boolean {
    this.used ??= this.relations.ofType('AWS::IAM::Role').some((role) => this.permissionsOf(role).some(namesMlService) || managedPoliciesOf(role.at('ManagedPolicyArns')).some(({ name }) => usesMl(name)));
    return this.used;
  }

  private begin(resource: Resource): void {
    const store = this.declaredStore(resource.path);
    if (store) {
      this.stores.set(resource, store);
      if (resource.type === 'AWS::S3::Bucket') append(this.bucketsByStore, store.id, resource);
    }
    const learns = LEARNS.test(resource.type);
    if (this.relations.unreadableReason(resource)) this.doubts.anything ??= `${resource.type === TASK ? 'what is started by' : 'the definition of'} '${resource.path}' cannot be read`;
    if (learns || store || this.byThemselves.learners.of(resource)) this.touch(resource, true);
    // a vault holds what data was made of, whether or not anything that learns stands beside it
    if (isVaultFunction(resource)) this.touch(resource, false);
    // a state machine that trains, and what makes such a one
    for (let around = learns ? resource.within : undefined; around; around = around.resource.within) this.touch(around.resource, false);
  }

  private declaredStore(path: string): FlowNode | undefined {
    const { flow } = this.relations;
    for (let above = this.hasStores ? path : ''; flow && above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      const node = flow.node(above);
      if (node) return node.kind === 'store' ? node : undefined;
    }
    return undefined;
  }

  private touch(resource: Resource, learns: boolean): void {
    if (NO_RESOURCE.test(resource.type) || (this.touched.has(resource) && (!learns || this.learned.has(resource)))) return;
    if (learns) this.learned.add(resource);
    if (learns && this.isBroad(resource)) this.doubts.data ??= `role '${resource.path}' may read any bucket`;
    this.touched.add(resource);
    this.waiting.push(resource);
  }

  private isBroad(role: Resource): boolean {
    if (role.type !== 'AWS::IAM::Role') return false;
    const known = this.broad.get(role);
    if (known !== undefined) return known;
    const broad = this.byThemselves.broad.of(role) || allowing(this.attached.get(role) ?? []).some(readsAnyBucket);
    this.broad.set(role, broad);
    return broad;
  }

  private findReadable(role: Resource): FlowNode[] {
    if (this.isBroad(role)) return [...new Set(this.stores.values())];
    const reading = this.permissionsOf(role).filter((statement) => actionsOf(statement).some((action) => admits(action, 's3:GetObject')));
    return [...new Set(this.meantBy(reading).flatMap((target) => this.stores.get(target) ?? []))];
  }

  private indexPermissions(): void {
    const { relations } = this;
    for (const role of relations.ofType('AWS::IAM::Role')) {
      this.attached.set(role, each(role.at('ManagedPolicyArns')).flatMap((arn) => relations.targets(arn)).flatMap(documentsOf));
    }
    for (const policy of POLICIES.flatMap((type) => relations.ofType(type))) {
      for (const role of rolesOf(policy)) this.attached.get(role)?.push(...documentsOf(policy));
    }
  }

  /** Who handles what: functions and state machines, which name it themselves or whose role may reach it, and what is attached to a bucket. */
  private handlersOf(): Handlers {
    const handlers = new Handlers();
    const deploying = this.deployingFunctions();
    for (const handler of [...HANDLES, ...ATTACHED].flatMap((type) => this.relations.ofType(type)).filter((one) => !deploying.has(one))) {
      for (const target of this.namedBy(handler)) {
        handlers.add(handler, target);
        if (target.type === 'AWS::IAM::Role' && HANDLES.has(handler.type) && !handlers.has(target)) for (const reached of this.permittedTo(target)) handlers.addRole(target, reached);
      }
    }
    return handlers;
  }

  // what a custom resource calls runs when a stack is deployed, and one such function of the CDK serves all buckets of a stack
  private deployingFunctions(): Set<Resource> {
    const customs = this.relations.resources.filter(({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource');
    return new Set(customs.flatMap((custom) => this.relations.targets(custom.at('ServiceToken'))));
  }

  // what learns or handles reaches all that it names, a role what it is allowed, a store its key and its copies
  private reachedFrom(resource: Resource): Iterable<Resource> {
    if (LEARNS.test(resource.type) || HANDLES.has(resource.type)) return this.namedBy(resource);
    if (resource.type === 'AWS::IAM::Role') return this.permittedTo(resource);
    if (resource.type === 'AWS::IAM::InstanceProfile') return rolesOf(resource);
    if (resource.type === 'AWS::KMS::Alias') return this.relations.targets(resource.at('TargetKeyId'));
    const found: Resource[] = [];
    visitTexts(resource.properties.alternatives, (text, name) => {
      if (KEY_NAME.test(name)) found.push(...this.meant(text, name));
    });
    const copies = resource.type === 'AWS::S3::Bucket' ? resource.at('ReplicationConfiguration.Rules').items.map((rule) => rule.at('Destination.Bucket')) : [];
    return [...found, ...copies.flatMap(({ alternatives }) => alternatives).flatMap((bucket) => this.meant(bucket, 'Bucket'))];
  }

  private permittedTo(role: Resource): Resource[] {
    const own = this.byThemselves.statements.of(role);
    let meant = this.meantByStatements.get(own);
    if (!meant) this.meantByStatements.set(own, meant = this.meantBy(own));
    return [...meant, ...this.meantBy(allowing(this.attached.get(role) ?? []))];
  }

  private meantBy(statements: readonly Value[]): Resource[] {
    return statements.flatMap((statement) => each(statement.at('Resource'))).flatMap(({ alternatives }) => alternatives).flatMap((resource) => this.meant(resource, 'Resource'));
  }

  private namedBy(resource: Resource): Set<Resource> {
    let known = this.named.get(resource);
    if (!known) this.named.set(resource, known = this.names.of(resource));
    return known;
  }

  // what more than the resource itself decides is asked of it: others that would answer the same are not searched
  private findNamed(resource: Resource): Set<Resource> {
    const found = new Set<Resource>();
    const gaps: string[] = [];
    const own = resource.within ? [resource.within.whole] : resource.properties.alternatives;
    for (const part of [own, ...resource.ask(insideOf).map(({ within }) => within!.whole)]) {
      visitTexts(part as Resolved, (text, name) => {
        const meant = this.meant(text, name);
        for (const target of meant) found.add(target);
        if (meant.length > 0 || !LEARNS.test(resource.type) || !isOpen(text)) return;
        if (IMAGE_NAMES.has(name)) this.doubts.image ??= `an image of '${resource.path}' is ${text.reason}`;
        if (/^s3[an]?:\/\/[^/]*\?/.test(text.pattern) || (!text.parts && (LOCATION_NAMES.has(name) || BUCKET_NAME.test(name)))) gaps.push(text.reason);
      });
    }
    // a role of the app reaches what it is allowed, which is touched already, wherever the location points
    const bounded = () => [...found].some((target) => target.type === 'AWS::IAM::Role' && !this.isBroad(target));
    if (gaps.length > 0 && !bounded()) this.doubts.data ??= `a location of '${resource.path}' is ${gaps[0]}`;
    return found;
  }

  private meant(value: Resolved, name: string): Resource[] {
    if (typeof value !== 'string' && !(value instanceof Unknown)) return [];
    const found = meantBy(value, name, this.relations);
    if (!KEY_NAME.test(name)) return found;
    for (const key of found) this.keys.add(key.type === 'AWS::KMS::Alias' ? this.relations.targets(key.at('TargetKeyId'))[0] ?? key : key);
    return found;
  }
}

type ByThemselves = ReturnType<typeof byThemselves>;

// what follows from a role alone
function byThemselves() {
  return {
    learners: new Memos(isLearner),
    statements: new Memos((role) => allowing(documentsOf(role))),
    broad: new Memos((role) => hasBroadPolicy(role) || allowing(documentsOf(role)).some(readsAnyBucket)),
  };
}

/** Who handles a resource. A role stands for all that use it, and is expanded once: many functions can share a role that reaches many stores. */
class Handlers {
  private readonly byTarget = new Map<Resource, Resource[]>();
  private readonly rolesByTarget = new Map<Resource, Resource[]>();
  private readonly roles = new Set<Resource>();
  private readonly expanded = new Set<Resource>();

  public add(handler: Resource, target: Resource): void {
    append(this.byTarget, target, handler);
  }

  public addRole(role: Resource, target: Resource): void {
    this.roles.add(role);
    append(this.rolesByTarget, target, role);
  }

  public has(role: Resource): boolean {
    return this.roles.has(role);
  }

  /** What handles a target and has not been given yet. */
  public of(target: Resource): Resource[] {
    const roles = (this.rolesByTarget.get(target) ?? []).filter((role) => !this.expanded.has(role));
    for (const role of roles) this.expanded.add(role);
    return [target, ...roles].flatMap((one) => this.byTarget.get(one) ?? []);
  }
}

function insideOf(resource: Resource): readonly Resource[] {
  return resource.relations.inside(resource);
}

function hasBroadPolicy(role: Resource): boolean {
  return managedPoliciesOf(role.at('ManagedPolicyArns')).some(({ name }) => readsEveryBucket(name));
}

function readsAnyBucket(statement: Value): boolean {
  return statement.at('Condition').isAbsent && actionsOf(statement).some((action) => admits(action, 's3:GetObject')) && each(statement.at('Resource')).some(({ texts, unknowns }) => [...texts, ...unknowns].some(isEverything));
}

function build(relations: Relations): MlData {
  return new MlData(relations);
}

// what a step gives out, and what the run decides, lies where a step has written it
function isOpen(text: string | Unknown): text is Unknown {
  return text instanceof Unknown && (text.kind === 'parameter' || text.kind === 'opaque');
}

function isLearner(role: Resource): boolean {
  if (role.type !== 'AWS::IAM::Role') return false;
  const services = statementsOf(role.at('AssumeRolePolicyDocument')).flatMap((statement) => each(statement.at('Principal.Service')));
  return services.some(({ texts, unknowns }) => [...texts, ...unknowns.map(({ pattern }) => pattern)].some((service) => LEARNER.test(service)));
}

/** Whether a statement names actions of a service whose business is what models learn from. */
export function namesMlService(statement: Value): boolean {
  return actionsOf(statement).some((action) => ML_SERVICES.includes(action.split(':')[0]!.toLowerCase()));
}

/** The same services, as actions name them. */
export const ML_SERVICES = ['bedrock', 'bedrock-agentcore', 'cleanrooms', 'cleanrooms-ml', 'databrew', 'emr-serverless', 'glue', 'lakeformation', 'sagemaker'];

/** Whether the business of a type is what models learn from. */
export function learns(type: string): boolean {
  return LEARNS.test(type);
}

/** Roles of the app that a policy is attached to, or an instance profile hands on. */
export function rolesOf(policy: Resource): Resource[] {
  const { relations } = policy;
  const names = policy.type === 'AWS::IAM::RolePolicy' ? [policy.at('RoleName')] : each(policy.at('Roles'));
  return names.flatMap((name) => [...relations.named(name, 'AWS::IAM::Role', 'RoleName')]);
}

/**
 * Judges a resource where it touches data of machine learning. Where that cannot be told, because a location, an image or a definition cannot be
 * read, what would be a finding is unknown.
 */
export function ofMlData(resource: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  const touches = resource.ask(touchesMlData);
  if (touches === true) return judge();
  return touches === undefined ? NOT_APPLICABLE : doubted(judge(), touches);
}

// true, or why it cannot be told
function touchesMlData(resource: Resource): true | string | undefined {
  const data = MlData.of(resource.relations);
  return data.has(resource) || data.doubtOf(resource);
}

/** The declared store that a resource belongs to; to be asked of the resource. */
export function declaredStoreOf(resource: Resource): FlowNode | undefined {
  return MlData.of(resource.relations).storeOf(resource);
}

/** Judges what stands for a whole account, in apps that have to do with machine learning. */
export function inMlApp(resource: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  return resource.ask(isInMlApp) ? judge() : NOT_APPLICABLE;
}

function isInMlApp({ relations }: Resource): boolean {
  return MlData.of(relations).isPresent;
}

/** Turns findings into unknowns, with what is in doubt. */
export function doubted(judged: Verdict | readonly Verdict[], doubt: string): Verdict[] {
  return [judged].flat().map((verdict) => (verdict.answer === Answer.NON_COMPLIANT
    ? { ...verdict, answer: Answer.UNKNOWN, detail: `${verdict.detail}; whether it has to do with machine learning cannot be told: ${doubt}` }
    : verdict));
}
