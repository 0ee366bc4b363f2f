import type { Relations } from '../../relations';
import { Unknown, type Resolved } from '../../resolved';
import type { Resource } from '../../resource';
import { scalarText, Value } from '../../value';
import { isNarrowedBy } from '../policy/openness';
import { aboutOf, admits, each, isDecided, unreadable } from '../policy/statements';
import { Holders, isOwnAccount, statementsIn, type Holder, type Said } from './holders';
import { Parts, vaultsOf, type Part, type Sure, type Vault } from './parts';
import { functionsByRole } from './stand-ins';

/**
 * What a vault's separation is about: calling its functions, adding to, reading and changing its tables, opening what its key wrapped, giving others the like,
 * and having the role of a function.
 */
export type Verb = 'invoke' | 'add' | 'read' | 'change' | 'open' | 'let' | 'become';

/** A permission, and where it stands. */
export interface Found {
  readonly sure: Sure;
  readonly by: string;
  /** Why it is no more than perhaps. */
  readonly reason?: string;
}

export type Permissions = ReadonlyMap<Verb, ReadonlyMap<Part, Found>>;

/** They make a table or a file of all rows, somewhere else. */
const COPIES = ['dynamodb:ExportTableToPointInTime', 'dynamodb:RestoreTableToPointInTime', 'dynamodb:RestoreTableFromBackup'];

/**
 * Actions by what they are to a vault. What changes a row can ask for it, as it was or is: a function of a vault that adds tokens does not read by it,
 * and somebody else does.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
const VERBS: readonly { readonly verb: Verb; readonly kind: Part['kind']; readonly actions: readonly string[] }[] = [
  { verb: 'invoke', kind: 'function', actions: ['lambda:InvokeFunction'] },
  { verb: 'add', kind: 'table', actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem', 'dynamodb:PartiQLInsert'] },
  { verb: 'read', kind: 'table', actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PartiQLSelect', 'dynamodb:GetRecords', ...COPIES] },
  { verb: 'change', kind: 'table', actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'] },
  { verb: 'open', kind: 'key', actions: ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant'] },
  // with other code, other layers or another policy, a part of a vault answers whomever its writer likes
  { verb: 'let', kind: 'function', actions: ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:AddPermission'] },
  { verb: 'let', kind: 'table', actions: ['dynamodb:PutResourcePolicy', 'dynamodb:EnableKinesisStreamingDestination'] },
  { verb: 'let', kind: 'key', actions: ['kms:PutKeyPolicy'] },
  // who passes a role on makes a function that has it, and who says whom it trusts assumes it
  { verb: 'become', kind: 'role', actions: ['iam:PassRole', 'iam:UpdateAssumeRolePolicy'] },
];

// when and how a request comes, and not what it is about
const SAYS_NOTHING = /^(?:iam:PassedToService|aws:(?:CalledVia.*|CurrentTime|EpochTime|MultiFactorAuth.*|Principal.*|RequestedRegion|SecureTransport|SourceIp|TokenIssueTime|UserAgent|ViaAWSService))$/i;

/**
 * The vaults of an app, and who may do what with them: worked out once, from identities and policies as they will be deployed. Conditions on who asks or from
 * where take nothing away, nor do boundaries of permissions; a Deny without a condition does.
 */
export class VaultAccess {
  public static of(relations: Relations): VaultAccess {
    return relations.once(build);
  }

  public readonly vaults: readonly Vault[];
  private readonly parts: Parts;
  private readonly holders?: Holders;
  private readonly permissions = new Map<Holder, Permissions>();
  private readonly roles = new Map<Resource, Holder[]>();
  private running?: ReadonlyMap<Holder | undefined, readonly Resource[]>;
  private readonly members = new Map<Holder, Set<Vault>>();

  constructor(private readonly relations: Relations) {
    this.vaults = vaultsOf(relations);
    this.parts = new Parts(relations, this.vaults);
    // most apps have no vault, and need no index of their policies
    if (this.vaults.length === 0) return;
    this.holders = new Holders(relations);
    for (const policy of relations.ofType('AWS::Lambda::Permission')) this.admitCallers(this.holders, policy);
    for (const type of ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable']) for (const table of relations.ofType(type)) this.admitReaders(this.holders, table);
    for (const vault of this.vaults) {
      for (const one of vault.functions) {
        const roles = this.holders.rolesAt(one.at('Role'));
        this.roles.set(one, roles);
        for (const role of roles) this.members.set(role, (this.members.get(role) ?? new Set()).add(vault));
      }
    }
  }

  /** Whom findings of a resource are about. */
  public holdersAt(resource: Resource): readonly Holder[] {
    return this.holders?.at(resource) ?? [];
  }

  /** Roles that a property means. */
  public rolesAt(arn: Value): readonly Holder[] {
    return this.holders?.rolesAt(arn) ?? [];
  }

  /** Roles that a function of a vault runs as. */
  public rolesOf(one: Resource): readonly Holder[] {
    return this.roles.get(one) ?? [];
  }

  /** Functions of the app that run as somebody, those of vaults among them; as nobody, of which it cannot be told. */
  public functionsAs(holder: Holder | undefined): readonly Resource[] {
    this.running ??= functionsByRole(this.relations.ofType('AWS::Lambda::Function'), this);
    return this.running.get(holder) ?? [];
  }

  /** Vaults whose functions run as somebody. */
  public vaultsOf(holder: Holder): ReadonlySet<Vault> {
    return this.members.get(holder) ?? new Set();
  }

  /** What somebody may do with parts of vaults. */
  public of(holder: Holder): Permissions {
    let known = this.permissions.get(holder);
    if (!known) this.permissions.set(holder, known = this.permissionsOf(this.holders?.saidTo(holder) ?? []));
    return known;
  }

  /**
   * Whether a function gives tokens or turns them back: who may add to the table of tokens gives them, who may read it turns them back. What a function
   * calls itself does not matter. Perhaps both where its role or its table is none of this app.
   */
  public does(one: Resource, { tokens }: Vault, verb: 'add' | 'read'): Sure | undefined {
    const roles = this.rolesOf(one);
    if (roles.length === 0 || roles.some(({ resource }) => resource === undefined) || tokens.length === 0) return 'perhaps';
    const found = roles.flatMap((role) => [...this.of(role).get(verb) ?? []]).filter(([{ resource }]) => tokens.includes(resource)).map(([, { sure }]) => sure);
    return found.includes('surely') ? 'surely' : found[0];
  }

  /** Parts that a statement's resources mean. */
  public meantBy(statement: Value): (readonly [Part, Sure])[] {
    const left = statement.at('NotResource').given;
    if (left.isAbsent) return each(statement.at('Resource')).flatMap((resource) => this.parts.meantBy(resource));
    const kept = new Map(each(left).flatMap((resource) => this.parts.meantBy(resource)));
    return this.parts.all.filter((part) => kept.get(part) !== 'surely').map((part) => [part, kept.has(part) ? 'perhaps' : 'surely']);
  }

  private permissionsOf(said: readonly Said[]): Permissions {
    const found = new Map<Verb, Map<Part, Found>>();
    const note = (verb: Verb, part: Part, one: Found) => {
      const own = found.get(verb) ?? new Map<Part, Found>();
      if (own.get(part)?.sure !== 'surely') found.set(verb, own.set(part, one));
    };
    const left = this.leftBy(said);
    for (const { statement, by, branches } of said) {
      const [open] = statement.unknowns;
      if (open) {
        for (const part of this.parts.all) {
          for (const { verb, kind, actions } of VERBS) if (kind === part.kind && left(part, actions, branches)) note(verb, part, { sure: 'perhaps', by: by.path, reason: open.reason });
        }
        continue;
      }
      if (isDenying(statement)) continue;
      const isAbout = aboutOf(statement);
      for (const { verb, kind, actions } of VERBS) {
        const named = actions.filter(isAbout);
        const doubt = named.length > 0 ? undefined : unreadable(statement)?.detail;
        if (doubt === undefined && named.length === 0) continue;
        const condition = statement.at('Condition');
        if (verb === 'open' && doubt === undefined && isGrantToService(statement)) continue;
        // what comes by way of a service opens nothing for who asks
        if (verb === 'open' && isNarrowedBy(condition, (key) => /^kms:ViaService$/i.test(key))) continue;
        if (verb === 'become' && isPassedElsewhere(condition)) continue;
        const isNarrowed = isNarrowedBy(condition, (key) => !SAYS_NOTHING.test(key)) && isWide(statement);
        for (const [part, sure] of this.meantBy(statement).filter(([one]) => one.kind === kind && left(one, named.length > 0 ? named : actions, branches))) {
          const isSure = sure === 'surely' && doubt === undefined && !isNarrowed && !statement.at('Effect').texts.includes('Deny');
          note(verb, part, isSure ? { sure, by: by.path } : { sure: 'perhaps', by: by.path, reason: doubt ?? (isNarrowed ? 'it is allowed on a wildcard, under a condition' : 'what it is allowed on is not known') });
        }
      }
    }
    return found;
  }

  /** Whether something of what is allowed, in a branch of `Fn::If`, is left by what is denied wherever that branch is deployed. */
  private leftBy(said: readonly Said[]): (part: Part, actions: readonly string[], branches: readonly string[]) => boolean {
    const denials = said.filter(({ statement }) => isDenying(statement) && statement.at('Condition').isAbsent && isDecided(statement) && !unreadable(statement))
      .map(({ statement, branches }) => ({ branches, isAbout: aboutOf(statement), resources: each(statement.at('Resource')) }));
    const known = new Map<string, ReadonlySet<Part>>();
    const denied = (action: string, kind: Part['kind'], branches: readonly string[]) => {
      const key = `${action} ${kind} ${branches.join()}`;
      let parts = known.get(key);
      if (!parts) {
        const resources = denials.filter((one) => one.isAbout(action) && one.branches.every((branch) => branches.includes(branch))).flatMap((one) => one.resources);
        known.set(key, parts = new Set(this.denied(resources, kind)));
      }
      return parts;
    };
    return (part, actions, branches) => denials.length === 0 || !actions.every((action) => denied(action, part.kind, branches).has(part));
  }

  /** Parts of which nothing is left: an alias is not denied with its function, nor the function with its aliases. */
  private denied(resources: readonly Value[], kind: Part['kind']): Part[] {
    const sides = new Map<Part, Set<Side>>();
    for (const resource of resources.filter(({ alternatives }) => alternatives.length === 1)) {
      for (const [part, sure] of this.parts.meantBy(resource)) {
        if (part.kind === kind && sure === 'surely') sides.set(part, new Set([...sides.get(part) ?? [], ...sidesOf(resource, kind, this.relations)]));
      }
    }
    return [...sides].filter(([, { size }]) => size === SIDES.length).map(([part]) => part);
  }

  private admitCallers(holders: Holders, permission: Resource): void {
    for (const one of permission.at('FunctionName').alternatives) {
      const statement = Value.of({ Effect: 'Allow', Action: permission.at('Action').alternatives.filter((action) => action !== undefined), Resource: one as Resolved }, permission.properties.location);
      if (this.meantBy(statement).length > 0) this.admit(holders, permission.at('Principal'), { statement, by: permission, branches: [] });
    }
  }

  private admitReaders(holders: Holders, table: Resource): void {
    if (!this.parts.all.some(({ resource }) => resource === table)) return;
    const places = table.type === 'AWS::DynamoDB::Table' ? [table.properties] : table.at('Replicas').items;
    for (const said of places.flatMap((place) => statementsIn(place.at('ResourcePolicy.PolicyDocument'), table))) {
      for (const principal of [...each(said.statement.at('Principal')), ...each(said.statement.at('Principal.AWS'))]) this.admit(holders, principal, said);
    }
  }

  /** What a resource's policy lets others do; an account lets its own policies decide, and services are none that could hold both directions. */
  private admit(holders: Holders, principal: Value, said: Said): void {
    for (const one of principal.options) {
      const [who] = one.alternatives;
      const text = who instanceof Unknown ? who.pattern : scalarText(who);
      if (typeof who === 'object' && !(who instanceof Unknown)) continue;
      if (/\.amazonaws\.|^\*?$/.test(text) || isOwnAccount(text, said.by)) continue;
      const roles = holders.rolesAt(one);
      for (const holder of roles.length > 0 ? roles : [holders.stranger(said.by, `whom '${said.by.path}' lets in`, who instanceof Unknown ? `whom '${said.by.path}' lets in is ${who.reason}` : undefined)]) holders.add(holder, said);
    }
  }
}

function build(relations: Relations): VaultAccess {
  return new VaultAccess(relations);
}

// the role of a function trusts Lambda alone, or is told of: of no use is it to another service
function isPassedElsewhere(condition: Value): boolean {
  return isNarrowedBy(condition, (key, services) => /^iam:PassedToService$/i.test(key)
    && each(services).every((service) => service.unknowns.length === 0 && service.texts.every((text) => !/^lambda\./.test(text) && !admits(text, 'lambda.amazonaws.com'))));
}

function isDenying(statement: Value): boolean {
  const effect = statement.at('Effect');
  return effect.unknowns.length === 0 && effect.texts.length > 0 && effect.texts.every((one) => one === 'Deny');
}

/** Whether of what opens a key it allows grants alone, and those to services: whoever may give one to anybody may decrypt by it. */
export function isGrantToService(statement: Value): boolean {
  const condition = statement.at('Condition');
  const isTrue = (value: Value) => !value.isAbsent && value.alternatives.every((one) => scalarText(one) === 'true');
  return !['kms:Decrypt', 'kms:ReEncryptFrom'].some(aboutOf(statement)) && condition.alternatives.length === 1
    && condition.entries.some(([operator, keys]) => operator === 'Bool' && keys.entries.some(([key, value]) => /^kms:GrantIsForAWSResource$/i.test(key) && isTrue(value)));
}

function isWide(statement: Value): boolean {
  return !statement.at('NotResource').isAbsent || each(statement.at('Resource')).every((resource) => patterns(resource).some((text) => /\*/.test(text)) && resource.unknowns.every(({ leaves }) => leaves.every(({ target }) => target === undefined)));
}

function patterns({ texts, unknowns }: Value): string[] {
  return [...texts, ...unknowns.map(({ pattern }) => pattern)];
}

/** How a function is asked for: as it is, or by an alias or a version. */
type Side = 'plain' | 'qualified';

const SIDES: readonly Side[] = ['plain', 'qualified'];
/** In the ARN of a function its name is the seventh part; what it is qualified by stands behind it. */
const QUALIFIER = 7;

/** Which sides of a part a resource means, all of them: of the aliases `:care` and `:c*` it is none, and of an index of a table it is none of the table. */
function sidesOf(resource: Value, kind: Part['kind'], relations: Relations): readonly Side[] {
  const [text = ''] = patterns(resource);
  if (kind !== 'function') return kind === 'table' && /(?:\?|:table\/[^/]+)\/[^?]+$/.test(text) ? [] : SIDES;
  const targets = resource.unknowns.flatMap(({ leaves }) => leaves.map((leaf) => relations.target(leaf))).filter((target) => target !== undefined);
  if (targets.some(({ type }) => type !== 'AWS::Lambda::Function')) return [];
  // what a reference stands for is the whole ARN, or the name in one
  const qualifier = targets.length > 0 ? /\?:([^?]*)$/.exec(text)?.[1] : text.split(':')[QUALIFIER];
  if (qualifier !== undefined) return qualifier === '*' ? ['qualified'] : [];
  return text.endsWith('*') ? SIDES : ['plain'];
}
