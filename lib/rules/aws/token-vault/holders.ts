import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolve';
import type { Resource } from '../../resource';
import { Value } from '../../value';
import { documentAt, documentsOf, each, statementsOf } from '../policy/statements';

/** A statement, and who says it. */
export interface Said {
  readonly statement: Value;
  readonly by: Resource;
}

/** Somebody who has permissions: a role, a user or a group of this app, or somebody of another whom a policy of this one names. */
export interface Holder {
  readonly name: string;
  /** Undefined for who is none of this app: what is found then stands at the policies. */
  readonly resource?: Resource;
  /** Policies of this app that are attached to them. */
  readonly policies: Set<Resource>;
  readonly said: Said[];
  /** Groups of a user. */
  readonly groups: Holder[];
  /** Why it cannot be told who it is. */
  readonly doubt?: string;
}

const IDENTITIES: readonly (readonly [type: string, name: string])[] = [['AWS::IAM::Role', 'RoleName'], ['AWS::IAM::User', 'UserName'], ['AWS::IAM::Group', 'GroupName']];
/** Policies by where they say whom they are attached to, and of which type that is. */
const ATTACHED: Readonly<Record<string, readonly (readonly [property: string, identity: number])[]>> = {
  'AWS::IAM::Policy': [['Roles', 0], ['Users', 1], ['Groups', 2]], 'AWS::IAM::ManagedPolicy': [['Roles', 0], ['Users', 1], ['Groups', 2]],
  'AWS::IAM::RolePolicy': [['RoleName', 0]], 'AWS::IAM::UserPolicy': [['UserName', 1]], 'AWS::IAM::GroupPolicy': [['GroupName', 2]],
};

/** What managed policies of the cloud's own allow of what a vault is made of, as far as it is anything. */
const OF_THE_CLOUD: Readonly<Record<string, readonly string[]>> = {
  'AdministratorAccess': ['*'], 'PowerUserAccess': ['*'], 'AWSLambda_FullAccess': ['lambda:*'], 'AWSLambdaRole': ['lambda:InvokeFunction'], 'AWSLambdaInvocation-DynamoDB': ['lambda:InvokeFunction'],
  'AmazonDynamoDBFullAccess': ['dynamodb:*'], 'AmazonDynamoDBFullAccess_v2': ['dynamodb:*'], 'AmazonDynamoDBReadOnlyAccess': ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
  'DatabaseAdministrator': ['dynamodb:*'], 'ReadOnlyAccess': ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
};

/** Who holds which statements, by identity policies, attached ones and groups. Linear in the policies. */
export class Holders {
  private readonly byResource = new Map<Resource, Holder>();
  private readonly byName = new Map<string, Holder>();
  private readonly bySay = new Map<Resource, Holder[]>();

  constructor(private readonly relations: Relations) {
    for (const [type] of IDENTITIES) for (const resource of relations.ofType(type)) this.own(resource);
    for (const type of Object.keys(ATTACHED)) for (const policy of relations.ofType(type)) this.attach(policy);
    this.group();
  }

  public get all(): readonly Holder[] {
    return [...this.byResource.values(), ...this.byName.values()];
  }

  /** Whom findings of a resource are about: the role, user or group that it is; of a policy, who is none of this app. */
  public at(resource: Resource): readonly Holder[] {
    const own = this.byResource.get(resource);
    return own ? [own] : this.bySay.get(resource) ?? [];
  }

  /** Roles that an ARN or a reference means; one that no template makes has its name for a key. */
  public rolesAt(arn: Value): Holder[] {
    return arn.alternatives.flatMap((one) => {
      const target = one instanceof Unknown ? this.targetOf(one) : undefined;
      if (target) return this.byResource.get(target) ?? [];
      const [, name] = /:role\/(?:.*\/)?([^/?]+)$/.exec(one instanceof Unknown ? one.pattern : String(one ?? '')) ?? [];
      return name === undefined ? [] : this.named(name, 0);
    });
  }

  /** Adds what a policy on a resource lets a role do, the same as if it stood at the role. */
  public add(holder: Holder, said: Said): void {
    holder.said.push(said);
    if (holder.resource || holder.policies.has(said.by)) return;
    holder.policies.add(said.by);
    append(this.bySay, said.by, holder);
  }

  /** Somebody whom a policy lets in, of whom it cannot be told who it is. */
  public stranger(policy: Resource, name: string, doubt?: string): Holder {
    const holder = newHolder(name, undefined, doubt);
    this.byName.set(`${this.byName.size} ${policy.path}`, holder);
    return holder;
  }

  private targetOf(one: Unknown): Resource | undefined {
    return one.leaves.map((leaf) => this.relations.target(leaf)).find((target) => target && this.byResource.has(target));
  }

  private own(resource: Resource): void {
    const holder = newHolder(resource.path, resource);
    this.byResource.set(resource, holder);
    for (const document of documentsOf(resource)) holder.said.push(...statementsIn(document, resource));
  }

  private attach(policy: Resource): void {
    const said = statementsIn(policy.at('PolicyDocument'), policy);
    const holders = ATTACHED[policy.type]!.flatMap(([property, identity]) => each(policy.at(property)).flatMap((name) => this.holdersAt(name, identity, policy)));
    const naming = policy.type === 'AWS::IAM::ManagedPolicy' ? this.relations.once(namers).get(policy) ?? [] : [];
    const known = [...new Set([...holders, ...naming.map((resource) => this.byResource.get(resource)!)])];
    // somebody may attach it elsewhere
    for (const holder of known.length > 0 ? known : [this.stranger(policy, `whoever has '${policy.path}'`)]) for (const one of said) this.add(holder, one);
  }

  private holdersAt(name: Value, identity: number, policy: Resource): Holder[] {
    return name.alternatives.flatMap((one) => {
      if (typeof one === 'string') return this.named(one, identity);
      if (!(one instanceof Unknown)) return [];
      const target = this.targetOf(one);
      return target ? this.byResource.get(target)! : this.stranger(policy, `whom '${policy.path}' is attached to`, `whom '${policy.path}' is attached to is ${one.reason}`);
    });
  }

  private named(name: string, identity: number): Holder[] {
    const [type, property] = IDENTITIES[identity]!;
    const found = this.relations.called(name, type, property).map((resource) => this.byResource.get(resource)!);
    if (found.length > 0) return found;
    const key = `${type} ${name}`;
    if (!this.byName.has(key)) this.byName.set(key, newHolder(name));
    return [this.byName.get(key)!];
  }

  private group(): void {
    const join = (user: Holder, names: Value) => {
      for (const group of each(names).flatMap((name) => [...this.relations.named(name, 'AWS::IAM::Group', 'GroupName')])) user.groups.push(this.byResource.get(group)!);
    };
    for (const user of this.relations.ofType('AWS::IAM::User')) join(this.byResource.get(user)!, user.at('Groups'));
    for (const addition of this.relations.ofType('AWS::IAM::UserToGroupAddition')) {
      for (const user of each(addition.at('Users')).flatMap((name) => [...this.relations.named(name, 'AWS::IAM::User', 'UserName')])) join(this.byResource.get(user)!, addition.at('GroupName'));
    }
  }
}

function newHolder(name: string, resource?: Resource, doubt?: string): Holder {
  return { name, ...(resource ? { resource } : {}), ...(doubt === undefined ? {} : { doubt }), policies: new Set(), said: [], groups: [] };
}

function statementsIn(policy: Value, by: Resource): Said[] {
  const document = documentAt(policy);
  const open = document.unknowns.map((one) => Value.of(one, document.location));
  return [...open, ...(open.length > 0 ? [] : statementsOf(document))].map((statement) => ({ statement, by }));
}

/** Managed policies by who names them, instead of the other way round. */
function namers(relations: Relations): Map<Resource, Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const [type] of IDENTITIES) {
    for (const identity of relations.ofType(type)) {
      for (const arn of each(identity.at('ManagedPolicyArns'))) for (const policy of policiesAt(arn, relations)) append(found, policy, identity);
    }
  }
  return found;
}

function policiesAt(arn: Value, relations: Relations): Resource[] {
  const called = [...arn.texts, ...arn.unknowns.map(({ pattern }) => pattern)].map((text) => /:policy\/(?:.*\/)?([^/?]+)$/.exec(text)?.[1]);
  return [...relations.targets(arn), ...called.flatMap((name) => (name === undefined ? [] : [...relations.called(name, 'AWS::IAM::ManagedPolicy', 'ManagedPolicyName')]))];
}

/** What policies that no template of the app holds allow an identity: those of the cloud's own are known, of others nothing is. */
export function saidElsewhere({ resource }: Holder): Said[] {
  if (!resource) return [];
  return each(resource.at('ManagedPolicyArns')).flatMap((arn): Said[] => {
    if (policiesAt(arn, resource.relations).some(({ type }) => type === 'AWS::IAM::ManagedPolicy')) return [];
    return arn.alternatives.map((one) => {
      const text = one instanceof Unknown ? one.pattern : String(one ?? '');
      const [, name] = /:iam::aws:policy\/(?:.*\/)?([^/?]+)$/.exec(text) ?? [];
      const allowed = name === undefined ? undefined : OF_THE_CLOUD[name] ?? [];
      const statement = allowed ? { Effect: 'Allow', Action: [...allowed], Resource: '*' } : one instanceof Unknown ? one : new Unknown('opaque', `in policy '${text}', which no template here holds`);
      return { statement: Value.of(statement, arn.location), by: resource };
    });
  });
}
