import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { scalarText, Value } from '../../value';
import { documentAt, each, waysOf } from '../policy/statements';

/** A statement, and who says it. */
export interface Said {
  readonly statement: Value;
  readonly by: Resource;
  /** What `Fn::If` must decide for it to be there, branch by branch: a Deny takes away what is allowed in its own branches only. */
  readonly branches: readonly string[];
}

/** A value in one of the ways in which it can be deployed. */
type Branched<T> = readonly [T, readonly string[]];

/** Somebody who has permissions: a role, a user or a group of this app, or somebody of another whom a policy of this one names. */
export interface Holder {
  readonly name: string;
  /** Undefined for who is none of this app: what is found then stands at the policies. */
  readonly resource?: Resource;
  /** Policies of this app that are attached to them. */
  readonly policies: Set<Resource>;
  readonly said: Said[];
  /** Groups of a user. */
  readonly groups: Branched<Holder>[];
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
  'AdministratorAccess': ['*'], 'PowerUserAccess': ['dynamodb:*', 'kms:*', 'lambda:*'], 'IAMFullAccess': ['iam:*'], 'AWSLambda_FullAccess': ['lambda:*', 'iam:PassRole'], 'AWSLambdaRole': ['lambda:InvokeFunction'], 'AWSLambdaInvocation-DynamoDB': ['lambda:InvokeFunction'],
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

  /** All that somebody is told, by groups and by policies that no template of the app holds, too. */
  public saidTo(holder: Holder): readonly Said[] {
    const own: Branched<Holder>[] = [[holder, []], ...holder.groups];
    return own.flatMap(([one, branches]) => [...one.said, ...saidElsewhere(one)].map((said) => ({ ...said, branches: [...branches, ...said.branches] })));
  }

  /** Roles that an ARN or a reference means; one that no template makes has its name for a key. */
  public rolesAt(arn: Value): Holder[] {
    return arn.alternatives.flatMap((one) => {
      const target = one instanceof Unknown ? this.targetOf(one) : undefined;
      if (target) return this.byResource.get(target) ?? [];
      const [, name] = /:role\/(?:.*\/)?([^/?]+)$/.exec(one instanceof Unknown ? one.pattern : scalarText(one)) ?? [];
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
    for (const [policies, branches] of branched(resource.at('Policies'), resource)) {
      for (const [policy, inner] of policies.items.flatMap((one) => branched(one, resource, branches))) holder.said.push(...statementsIn(policy.at('PolicyDocument'), resource, inner));
    }
  }

  private attach(policy: Resource): void {
    const said = statementsIn(policy.at('PolicyDocument'), policy);
    const holders = ATTACHED[policy.type]!.flatMap(([property, identity]) => (
      namesIn(policy.at(property), policy).flatMap(([name, branches]) => this.holdersAt(name, identity, policy).map((holder): Branched<Holder> => [holder, branches]))));
    const naming = policy.type === 'AWS::IAM::ManagedPolicy' ? this.relations.once(namers).get(policy) ?? [] : [];
    const known = new Map<Holder, Map<string, readonly string[]>>();
    for (const [holder, branches] of [...holders, ...naming.map(([resource, own]): Branched<Holder> => [this.byResource.get(resource)!, own])]) {
      known.set(holder, (known.get(holder) ?? new Map<string, readonly string[]>()).set(branches.join(), branches));
    }
    // a boundary gives nobody anything; another one somebody may attach elsewhere
    if (known.size === 0 && this.relations.once(boundaries).has(policy)) return;
    if (known.size === 0) known.set(this.stranger(policy, `whoever has '${policy.path}'`), new Map([['', []]]));
    for (const [holder, ways] of known) for (const branches of ways.values()) for (const one of said) this.add(holder, { ...one, branches: [...branches, ...one.branches] });
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
    const groupsAt = (names: Value, by: Resource) => namesIn(names, by).flatMap(([name, branches]) => (
      this.relations.named(name, 'AWS::IAM::Group', 'GroupName').map((group): Branched<Holder> => [this.byResource.get(group)!, branches])));
    for (const user of this.relations.ofType('AWS::IAM::User')) this.byResource.get(user)!.groups.push(...groupsAt(user.at('Groups'), user));
    for (const addition of this.relations.ofType('AWS::IAM::UserToGroupAddition')) {
      const groups = groupsAt(addition.at('GroupName'), addition);
      for (const [name, branches] of namesIn(addition.at('Users'), addition)) {
        const joined = groups.map(([group, own]): Branched<Holder> => [group, [...branches, ...own]]);
        for (const user of this.relations.named(name, 'AWS::IAM::User', 'UserName')) this.byResource.get(user)!.groups.push(...joined);
      }
    }
  }
}

function newHolder(name: string, resource?: Resource, doubt?: string): Holder {
  return { name, ...(resource ? { resource } : {}), ...(doubt === undefined ? {} : { doubt }), policies: new Set(), said: [], groups: [] };
}

/** Whether a principal is the account of a resource, which lets its own policies decide; of a stack that names none, any may be. */
export function isOwnAccount(principal: string, { scope: { account } }: Resource): boolean {
  return /^\d{12}$|:root$/.test(principal) && (account === undefined || principal.includes(account) || principal.includes('?'));
}

/** The ways in which a value can be deployed, without those in which nothing stands there. */
function branched(value: Value, by: Resource, above: readonly string[] = []): Branched<Value>[] {
  if (value.alternatives.length === 1) return value.isAbsent ? [] : [[value, above]];
  return value.options.map((option, index): Branched<Value> => [option, [...above, `${by.template} ${by.logicalId} ${value.location} ${index}`]]).filter(([option]) => !option.isAbsent);
}

function namesIn(value: Value, by: Resource): Branched<Value>[] {
  return branched(value, by).flatMap(([list, branches]) => each(list).flatMap((name) => branched(name, by, branches)));
}

/** Statements of a policy, each with what decides whether it is there. */
export function statementsIn(policy: Value, by: Resource, above: readonly string[] = []): Said[] {
  return branched(documentAt(policy), by, above).flatMap(([document, branches]) => (
    document.unknowns.length > 0 ? [{ statement: document, by, branches }] : branched(document.at('Statement'), by, branches).flatMap(([list, inner]) => (
      each(list).flatMap((statement) => waysIn(statement, by, inner))))));
}

function waysIn(statement: Value, by: Resource, above: readonly string[]): Said[] {
  const ways = waysOf(statement);
  const isAlways = ways.length === 1 && statement.alternatives.length === 1;
  return ways.map((way, index) => ({ statement: way, by, branches: isAlways ? above : [...above, `${by.template} ${by.logicalId} ${statement.location} ${index}`] }));
}

/** Managed policies by who names them, instead of the other way round. */
function namers(relations: Relations): Map<Resource, Branched<Resource>[]> {
  const found = new Map<Resource, Branched<Resource>[]>();
  for (const [type] of IDENTITIES) {
    for (const identity of relations.ofType(type)) {
      for (const [arn, branches] of namesIn(identity.at('ManagedPolicyArns'), identity)) for (const policy of policiesAt(arn, relations)) append(found, policy, [identity, branches]);
    }
  }
  return found;
}

/** Policies that bound what others give: of somebody, or by a condition that demands them of whoever is made. */
function boundaries(relations: Relations): Set<Resource> {
  const held = IDENTITIES.flatMap(([type]) => relations.ofType(type)).map((identity) => identity.at('PermissionsBoundary'));
  const demanded = Object.keys(ATTACHED).flatMap((type) => relations.ofType(type)).flatMap((policy) => each(policy.at('PolicyDocument.Statement')))
    .flatMap((statement) => statement.at('Condition').entries).flatMap(([, keys]) => keys.entries).filter(([key]) => key.toLowerCase() === 'iam:permissionsboundary');
  return new Set([...held, ...demanded.map(([, value]) => value)].flatMap(each).flatMap((arn) => policiesAt(arn, relations)));
}

function policiesAt(arn: Value, relations: Relations): Resource[] {
  const called = [...arn.texts, ...arn.unknowns.map(({ pattern }) => pattern)].map((text) => /:policy\/(?:.*\/)?([^/?]+)$/.exec(text)?.[1]);
  return [...relations.targets(arn), ...called.flatMap((name) => (name === undefined ? [] : [...relations.called(name, 'AWS::IAM::ManagedPolicy', 'ManagedPolicyName')]))];
}

/** What policies that no template of the app holds allow an identity: those of the cloud's own are known, of others nothing is. */
function saidElsewhere({ resource }: Holder): Said[] {
  if (!resource) return [];
  return each(resource.at('ManagedPolicyArns')).flatMap((arn): Said[] => {
    if (policiesAt(arn, resource.relations).some(({ type }) => type === 'AWS::IAM::ManagedPolicy')) return [];
    return arn.alternatives.map((one) => {
      const text = one instanceof Unknown ? one.pattern : scalarText(one);
      const [, name] = /:iam::aws:policy\/(?:.*\/)?([^/?]+)$/.exec(text) ?? [];
      const allowed = name === undefined ? undefined : OF_THE_CLOUD[name] ?? [];
      const statement = allowed ? { Effect: 'Allow', Action: [...allowed], Resource: '*' } : one instanceof Unknown ? one : new Unknown('opaque', `in policy '${text}', which no template here holds`);
      return { statement: Value.of(statement, arn.location), by: resource, branches: [] };
    });
  });
}
