import { DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { TrainingStep } from '../pipeline/steps/training';
import { TuningStep } from '../pipeline/steps/tuning';

type Policy = iam.CfnManagedPolicy | iam.CfnPolicy;
type Holder = iam.CfnRole | iam.CfnUser | iam.CfnGroup;

/** What nobody may invoke both of, by what it does. */
interface Directions {
  readonly tokenize: IConstruct;
  readonly detokenize: IConstruct;
}

/** Paths of policies by the key of who holds them. */
type Held = Map<string, Set<string>>;

/**
 * Who may tokenize and detokenize, or trains and may do either, as the policies of the app say when it is synthesized: a managed policy is attached before
 * or after it is granted something. What only the template shows is judged by rules: overrides, wildcards, groups, other stacks.
 */
export function separationProblems(vault: IConstruct, directions: Directions): string[] {
  const all = vault.node.root.node.findAll();
  const policies = all.filter((one): one is Policy => one instanceof iam.CfnManagedPolicy || one instanceof iam.CfnPolicy);
  const holders = all.filter((one): one is Holder => one instanceof iam.CfnRole || one instanceof iam.CfnUser || one instanceof iam.CfnGroup);
  const [givers, openers] = [heldFor(directions.tokenize, policies, holders), heldFor(directions.detokenize, policies, holders)];
  const byKey = new Map(holders.map((holder) => [keyOf(holder), holder]));
  return [...new Set([...givers.keys(), ...openers.keys()])].sort().flatMap((key) => {
    const holder = byKey.get(key);
    const may = [...(givers.has(key) ? ['tokenize'] : []), ...(openers.has(key) ? ['detokenize'] : [])];
    const by = [...new Set([...givers.get(key) ?? [], ...openers.get(key) ?? []])].sort();
    const what = `may ${may.join(' and ')} with vault '${vault.node.path}', by ${by.join(', ')}`;
    const trainer = holder?.node.scopes.find((scope) => scope instanceof TrainingStep || scope instanceof TuningStep);
    if (trainer) return [`'${trainer.node.path}' trains, and ${what}: a model has no use for the values behind tokens nor for the vault, so let a processing step before it do what it needs`];
    if (may.length < 2) return [];
    return [`'${holder ? pathOf(holder) : nameIn(key)}' ${what}: one role that is stolen must not hold both directions, so give each a role of its own`];
  });
}

/** Who may invoke a function, or an alias of it. */
function heldFor(invoked: IConstruct, policies: Policy[], holders: Holder[]): Held {
  const held: Held = new Map();
  const hold = (key: string, by: IConstruct) => held.set(key, (held.get(key) ?? new Set()).add(pathOf(by)));
  const marks = invoked.node.findAll().map(markOf);
  const byMark = new Map(holders.map((holder) => [markOf(holder), holder]));
  const invoking = policies.filter((policy) => invokes(policy, policy.policyDocument, marks));
  for (const policy of invoking) {
    for (const [kind, names] of [['role', policy.roles], ['user', policy.users], ['group', policy.groups]] as const) {
      for (const name of markedIn(policy, names)) hold(byMark.has(name) ? keyOf(byMark.get(name)!) : keyFor(policy, kind, name), policy);
    }
  }
  for (const holder of holders) {
    const listed = markedIn(holder, holder.managedPolicyArns);
    for (const policy of invoking.filter((one) => listed.includes(markOf(one)))) hold(keyOf(holder), policy);
    if (Array.isArray(holder.policies) && holder.policies.some((inline) => 'policyDocument' in inline && invokes(holder, inline.policyDocument, marks))) hold(keyOf(holder), holder);
  }
  return held;
}

/** Whether a policy allows invoking what has one of the marks. */
function invokes(scope: IConstruct, document: unknown, marks: string[]): boolean {
  // a document is an object of the CDK, or stands in one; either says as JSON what it holds, with its tokens
  const { Statement: given } = JSON.parse(JSON.stringify(document) ?? '{}') as { Statement?: unknown };
  return [given ?? []].flat().some((statement) => {
    const { Effect: effect, Action: action, Resource: resource } = statement as { Effect?: string; Action?: unknown; Resource?: unknown };
    if (effect !== 'Allow' || ![action ?? []].flat().some((one) => typeof one === 'string' && isInvoking(one))) return false;
    const resources = JSON.stringify(resolvedWithMarks(scope, resource) ?? '');
    return marks.some((mark) => resources.includes(mark));
  });
}

function isInvoking(action: string): boolean {
  const pattern = action.split('*').map((part) => part.replace(/[^A-Za-z:]/g, '\\$&')).join('.*');
  return new RegExp(`^${pattern}$`, 'i').test('lambda:InvokeFunction');
}

/** Texts of a list, in which what stands for a construct of the app is its mark. */
function markedIn(scope: IConstruct, list: unknown): string[] {
  const found = resolvedWithMarks(scope, list);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === 'string') : [];
}

function resolvedWithMarks(scope: IConstruct, value: unknown): unknown {
  return Tokenization.resolve(value, { scope, preparing: false, resolver: new MarkResolver(new StringConcat()) }) as unknown;
}

/** Gives the mark of a construct for a reference to it, whichever stack it stands in. */
class MarkResolver extends DefaultTokenResolver {
  public override resolveToken(token: IResolvable, context: IResolveContext, post: IPostProcessor): unknown {
    return Reference.isReference(token) ? markOf(token.target) : super.resolveToken(token, context, post) as unknown;
  }
}

function markOf({ node }: IConstruct): string {
  return `<${node.addr}>`;
}

/** Who is one in an account has one key there: by the name, if the app gives it, since others may import it. */
function keyOf(holder: Holder): string {
  const [kind, name] = holder instanceof iam.CfnRole ? ['role', holder.roleName] : holder instanceof iam.CfnUser ? ['user', holder.userName] : ['group', holder.groupName];
  return name === undefined || Token.isUnresolved(name) ? markOf(holder) : keyFor(holder, kind!, name);
}

function keyFor(scope: IConstruct, kind: string, name: string): string {
  return `${Stack.of(scope).account} ${kind} ${name}`;
}

function nameIn(key: string): string {
  return key.slice(key.lastIndexOf(' ') + 1);
}

/** As people know a resource of the CDK. */
function pathOf({ node }: IConstruct): string {
  return node.id === 'Resource' && node.scope ? node.scope.node.path : node.path;
}
