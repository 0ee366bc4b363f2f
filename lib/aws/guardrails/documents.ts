import { isDeepStrictEqual } from 'node:util';
import { boundaryStatements } from './boundary';
import { statementOf } from './guard';
import type { Limits, Place, Statement } from './guard';
import { GUARDS } from './statements';
import { compact } from './wildcards';

/** A key's ARN, the longest thing that is put in for a reference. */
const LONGEST_ARN = 'arn:aws-us-gov:kms:ap-northeast-1:123456789012:key/mrk-12345678901234567890123456789012';

/**
 * What a policy may hold, and how many of them there may be. IAM counts characters and no white space, Organizations counts bytes of what it is given.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
const LIMITS: Readonly<Record<Place, { readonly size: number; readonly count: number; readonly reference?: string; readonly what: string }>> = {
  boundary: { size: 6_144, count: 1, reference: 'subnet-0123456789abcdef0', what: 'a role has one permissions boundary' },
  // ten less those that a role has of its own
  companion: { size: 6_144, count: 4, reference: LONGEST_ARN, what: 'a role has policies of its own among the 10 that IAM attaches to it' },
  denial: { size: 6_144, count: 10, reference: LONGEST_ARN, what: 'IAM attaches 10 managed policies to a role or group' },
  // one of five is FullAWSAccess
  scp: { size: 5_120, count: 4, what: 'Organizations attaches 5 service control policies to a target, FullAWSAccess among them' },
  rcp: { size: 5_120, count: 4, what: 'Organizations attaches 5 resource control policies to a target, RCPFullAWSAccess among them' },
};

/**
 * The policies of a place, as JSON and as few as AWS's limits allow.
 *
 * @throws an error when a statement is larger than a policy may be, or more policies would be needed than can be attached
 */
export function documentsOf(place: Place, limits: Limits): string[] {
  const { size, count, what, reference = '' } = LIMITS[place];
  const sizeOf = (some: readonly Statement[]) => Buffer.byteLength(textOf(some).replace(/[$#]\{Token\[[^\]]+\]\}/g, reference));
  const own = place === 'boundary' ? boundaryStatements(GUARDS, limits) : GUARDS.map((guard) => statementOf(guard, limits, place)).filter((one) => one !== undefined);
  const statements = grouped(own, (one) => sizeOf([one]) <= size);
  for (const statement of statements) if (sizeOf([statement]) > size) throw new Error(tooLarge(statement.Sid, sizeOf([statement]), size));
  const inOrder = packed(statements, (some) => sizeOf(some) <= size);
  // where there are too many, they fit better with the largest first
  const documents = inOrder.length > count ? packed([...statements].sort((one, other) => sizeOf([other]) - sizeOf([one])), (some) => sizeOf(some) <= size) : inOrder;
  if (documents.length > count) {
    const total = sizeOf(statements);
    throw new Error(`the guardrails would need ${documents.length} policies of ${size} characters (${total} in all), and ${what}: name fewer regions, principals, keys or subnets`);
  }
  return documents.map(textOf);
}

// what is denied to the same under the same condition is one statement, which is named after all of them: most of a statement is whom it leaves out
function grouped(statements: readonly Statement[], fits: (one: Statement) => boolean): Statement[] {
  const groups: Statement[] = [];
  for (const statement of statements) {
    const index = statement.Action ? groups.findIndex((group) => group.Action && isAlike(group, statement) && fits(compacted(merged(group, statement)))) : -1;
    if (index < 0) groups.push(statement);
    else groups[index] = merged(groups[index]!, statement);
  }
  return groups.map(compacted);
}

function isAlike({ Sid: _one, Action: _some, ...group }: Statement, { Sid: _other, Action: _more, ...statement }: Statement): boolean {
  return isDeepStrictEqual(group, statement);
}

function merged(group: Statement, { Sid, Action }: Statement): Statement {
  return { ...group, Sid: `${group.Sid}${Sid}`, Action: [...group.Action!, ...Action!] };
}

function compacted({ Action, NotAction, ...rest }: Statement): Statement {
  return { ...rest, ...(Action ? { Action: compact(Action) } : {}), ...(NotAction ? { NotAction: compact(NotAction) } : {}) };
}

function packed(statements: readonly Statement[], fits: (some: readonly Statement[]) => boolean): Statement[][] {
  const documents: Statement[][] = [];
  for (const statement of statements) {
    const first = documents.find((document) => fits([...document, statement]));
    if (first) first.push(statement);
    else documents.push([statement]);
  }
  return documents;
}

// a list of one is written without its brackets: policies are short
function textOf(statements: readonly Statement[]): string {
  const text = { Version: '2012-10-17', Statement: statements };
  return JSON.stringify(text, (key, value: unknown) => (key !== 'Statement' && Array.isArray(value) && value.length === 1 ? value[0] as unknown : value));
}

function tooLarge(sid: string, size: number, limit: number): string {
  return `statement ${sid} would have ${size} characters, and a policy takes ${limit}: name fewer regions, principals, keys or subnets, or use wildcards`;
}
