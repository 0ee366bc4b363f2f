import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { scalarText, type Alternative, type Value } from '../../value';
import { admits } from '../policy/statements';

/** Whether a policy means something, or may: what cannot be told is no pass. */
export type Sure = 'surely' | 'perhaps';

/** A vault, as the settings of its functions have it. */
export interface Vault {
  /** What the paths of its functions begin with. */
  readonly name: string;
  readonly functions: readonly Resource[];
  /** Tables of this app that hold wrapped keys, subjects and tokens. */
  readonly tables: readonly Resource[];
  /** Of these, those of tokens. */
  readonly tokens: readonly Resource[];
  readonly keys: readonly Resource[];
  /** Roles of this app that its functions run as. */
  readonly roles: readonly Resource[];
}

/** What a policy can name of a vault. */
export interface Part {
  readonly resource: Resource;
  readonly kind: 'function' | 'table' | 'key' | 'role';
  readonly vault: Vault;
  /** What its ARN may end in, with the name that CloudFormation would make where it has none. */
  readonly samples: readonly string[];
}

const TABLES = ['KEYS_TABLE', 'SUBJECTS_TABLE', 'TOKENS_TABLE'];

/**
 * Whether a function is one of a vault: its environment names the three tables, without which the code of a vault does not start. No tag and no name
 * says it, which an override could take away and leave the function at work.
 */
export function isVaultFunction(resource: Resource): boolean {
  if (resource.type !== 'AWS::Lambda::Function') return false;
  const variables = resource.at('Environment.Variables');
  return variables.unknowns.length === 0 && TABLES.every((name) => !variables.at(name).isAbsent);
}

/** The vaults of an app: functions with the same table of tokens are of one. */
export function vaultsOf(relations: Relations): readonly Vault[] {
  const byTokens = new Map<unknown, Resource[]>();
  for (const one of relations.ofType('AWS::Lambda::Function').filter(isVaultFunction)) append(byTokens, tablesNamed(one, 'TOKENS_TABLE')[0] ?? textOf(one.at('Environment.Variables.TOKENS_TABLE')), one);
  return [...byTokens.values()].map((functions): Vault => {
    const named = (name: string) => [...new Set(functions.flatMap((one) => tablesNamed(one, name)))];
    return {
      name: commonPath(functions.map(({ path }) => path)), functions, tables: TABLES.flatMap(named), tokens: named('TOKENS_TABLE'),
      keys: [...new Set(functions.flatMap((one) => relations.targets(one.at('Environment.Variables.KEY_ARN'))))].filter(({ type }) => type === 'AWS::KMS::Key'),
      roles: [...new Set(functions.flatMap((one) => rolesAt(one.at('Role'), relations)))],
    };
  });
}

function rolesAt(arn: Value, relations: Relations): Resource[] {
  const called = [...arn.texts, ...arn.unknowns.map(({ pattern }) => pattern)].map((text) => /:role\/(?:.*\/)?([^/?]+)$/.exec(text)?.[1]);
  return [
    ...relations.targets(arn).filter(({ type }) => type === 'AWS::IAM::Role'), ...called.flatMap((name) => (name === undefined ? [] : [...relations.called(name, 'AWS::IAM::Role', 'RoleName')])),
  ];
}

function tablesNamed(one: Resource, variable: string): Resource[] {
  const name = one.at(`Environment.Variables.${variable}`);
  return ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) => [...one.relations.named(name, type, 'TableName')]);
}

function textOf({ alternatives }: Value): string {
  return alternatives.map((one) => (one instanceof Unknown ? `${one.pattern} ${one.reason}` : scalarText(one))).join('|');
}

function commonPath(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => path.replace(/\/Resource$/, '').split('/'));
  const common = first!.filter((part, index) => others.every((other) => other.slice(0, index + 1).join('/') === [...first!.slice(0, index), part].join('/')));
  return common.length > 0 && others.length > 0 ? common.join('/') : paths[0]!;
}

/** The parts of all vaults, and which of them the resource of a statement means. */
export class Parts {
  public readonly all: readonly Part[];
  private readonly byResource = new Map<Resource, Part>();
  private readonly byText = new Map<string, readonly (readonly [Part, Sure])[]>();

  constructor(private readonly relations: Relations, vaults: readonly Vault[]) {
    this.all = vaults.flatMap((vault) => [
      ...vault.functions.map((resource) => partOf('function', resource, vault)), ...vault.tables.map((resource) => partOf('table', resource, vault)),
      ...vault.keys.map((resource) => partOf('key', resource, vault)), ...vault.roles.map((resource) => partOf('role', resource, vault)),
    ]);
    for (const part of this.all) this.byResource.set(part.resource, part);
    for (const type of this.all.length > 0 ? ['AWS::Lambda::Alias', 'AWS::Lambda::Version'] : []) {
      for (const other of relations.ofType(type)) {
        const [part] = this.meantBy(other.at('FunctionName')).filter(([, sure]) => sure === 'surely').map(([found]) => found);
        if (part) this.byResource.set(other, part);
      }
    }
  }

  /** What a value names: by reference, by an ARN, by a name, by a wildcard; all of it, perhaps, where the value is not known. */
  public meantBy(value: Value): (readonly [Part, Sure])[] {
    return value.alternatives.flatMap((one) => this.meant(one));
  }

  private meant(one: Alternative): readonly (readonly [Part, Sure])[] {
    if (typeof one === 'string') return this.named(one);
    if (!(one instanceof Unknown)) return [];
    const targets = one.leaves.map((leaf) => this.relations.target(leaf)).filter((target): target is Resource => target !== undefined);
    const found = targets.map((target) => this.byResource.get(target)).filter((part): part is Part => part !== undefined);
    if (targets.length > 0) return found.map((part) => [part, 'surely']);
    // of an ARN the region and the account may be open, and it says all the same what it is of
    const isOpen = one.pattern.split(':').slice(5).join(':').includes('?') || !one.pattern.includes(':');
    return this.named(one.pattern.replace(/\?/g, '*')).map(([part, sure]) => [part, isOpen ? 'perhaps' : sure]);
  }

  // policies say the same few texts over and over
  private named(text: string): readonly (readonly [Part, Sure])[] {
    let known = this.byText.get(text);
    if (!known) this.byText.set(text, known = /^arn:[^:*?]*:(?!lambda:|dynamodb:|kms:|iam:)[^:*?]+:/.test(text) ? [] : this.all.filter((part) => names(text, part)).map((part) => [part, 'surely']));
    return known;
  }
}

const SERVICES = { function: 'lambda', table: 'dynamodb', key: 'kms', role: 'iam' } as const;
/** Of the parts of a name that it makes, CloudFormation keeps so many letters where the whole would be too long. */
const KEPT = 24;

function partOf(kind: Part['kind'], resource: Resource, vault: Vault): Part {
  return { resource, kind, vault, samples: kind === 'key' ? [`key/${MADE}`] : namesOf(kind, resource).map((name) => `${AHEAD[kind]}${name}`) };
}

const NAMED_BY = { function: 'FunctionName', table: 'TableName', role: 'RoleName' } as const;
const AHEAD = { function: 'function:', table: 'table/', role: 'role' } as const;

function namesOf(kind: keyof typeof NAMED_BY, resource: Resource): string[] {
  const names = resource.at(NAMED_BY[kind]).texts;
  const made = [`${resource.stack}-${resource.logicalId}-`, `${resource.stack.slice(0, KEPT)}-${resource.logicalId.slice(0, KEPT)}-`].map((start) => `${start}${MADE}`);
  const found = names.length > 0 ? names : made;
  // the path of a role stands before its name
  return kind === 'role' ? found.flatMap((name) => (resource.at('Path').isAbsent ? ['/'] : resource.at('Path').texts).map((path) => `${path}${name}`)) : found;
}

// stands for what CloudFormation or KMS makes up
const MADE = 'XXXXXXXXXXXX';

/** What of a table is named by an ARN that begins with its own, and holds rows of it. */
const BELOW_TABLE = ['index', 'stream', 'backup'];

/** Whether a text of a policy, an ARN with or without wildcards or the name of a function, means a part. */
function names(text: string, part: Part): boolean {
  const { resource: { scope }, kind } = part;
  if (!text.includes(':')) return /^\*+$/.test(text) || (kind === 'function' && endsIn(`function:${text}`, part));
  if (!text.startsWith('arn:') && !/^ar?\*|^\*/.test(text)) return kind === 'function' && endsIn(`function:${text}`, part);
  const ahead = ['arn', undefined, SERVICES[kind], scope.region, scope.account];
  const written = text.split(':');
  for (const [index, own] of ahead.entries()) {
    const one = written[index]!;
    // a wildcard does not stop at a colon
    if (index === written.length - 1) return one.endsWith('*') && (own === undefined || admits(one, own));
    if (own !== undefined && one !== '' && !admits(one, own)) return false;
  }
  return endsIn(written.slice(ahead.length).join(':'), part);
}

function endsIn(written: string, { samples, kind }: Part): boolean {
  return samples.some((sample) => {
    if (/[*?]/.test(written)) return admits(written, sample) || (kind === 'function' && admits(written, `${sample}:${MADE}`)) || (kind === 'table' && BELOW_TABLE.some((below) => admits(written, `${sample}/${below}/${MADE}`)));
    const own = kind === 'function' ? written.split(':').slice(0, 2).join(':') : kind === 'role' ? written : written.split('/').slice(0, 2).join('/');
    return sample.endsWith(MADE) && kind !== 'key' ? own.startsWith(sample.slice(0, -MADE.length)) && /^\w+$/.test(own.slice(sample.length - MADE.length)) : own === sample;
  });
}
