import { Residency } from '../../../policy/residency';
import type { Relations } from '../../relations';
import { isRegionOfStack, type Scope } from '../../resolve';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { regionOfZoneId } from './geography';
import { regionsIn } from './regions-in';

/** Where something is that a resource names, as far as it can be told. */
export interface Whereabouts {
  /** Where it is; undefined when that cannot be told, and `reason` says why. */
  readonly region?: string;
  /** What a bucket's name says of where it is. Anybody may name a bucket so: it can condemn, it proves nothing. */
  readonly claimed?: string;
  /**
   * It can condemn, and where it is need not be known: a policy names buckets that may be reached, code is no data, and that a stack names no region is said of
   * the stack.
   */
  readonly condemnsOnly?: boolean;
  readonly reason?: string;
}

/** Who names it, and what else there is. */
export interface Around {
  readonly resource: Resource;
  readonly relations: Relations;
}

/** The name of a region, within an expression. */
export const REGION = '[a-z]{2,4}(?:-[a-z]+)+-\\d{1,2}';

/** A region that stands at a place of a text. */
export function placed(region: string, start: number, value: string | Unknown, around: Around): Whereabouts {
  if (!region.includes('?')) return { region };
  const open = leavesOf(piecesIn(value, start, start + region.length));
  return open.length > 0 && open.every((leaf) => isOwnRegion(leaf, around)) ? UNNAMED : { reason: `its region is not known: ${open[0]?.reason ?? 'a token'}` };
}

// of the stack it is said, once
const UNNAMED: Whereabouts = { reason: 'it is in the region of its stack, which names none', condemnsOnly: true };

/** Where the resource itself is. */
export function atHome({ resource: { region } }: Around): Whereabouts {
  return region === undefined ? UNNAMED : { region };
}

function isOwnRegion(leaf: Unknown, { resource }: Around): boolean {
  return isRegionOfStack(leaf) && resource.region === undefined;
}

// what stands between two places of a text
function piecesIn(value: string | Unknown, start: number, end: number): (string | Unknown)[] {
  let at = 0;
  return (value instanceof Unknown ? value.parts ?? [value] : [value]).flatMap((part) => {
    const from = at;
    const length = typeof part === 'string' ? part.length : part.pattern.length;
    at += length;
    if (at <= start || from >= end) return [];
    return [typeof part === 'string' ? part.slice(Math.max(0, start - from), end - from) : part];
  });
}

function leavesOf(pieces: readonly (string | Unknown)[]): Unknown[] {
  return pieces.filter((piece): piece is Unknown => piece instanceof Unknown);
}

/** A bucket's region is its stack's; a name alone tells it of those that tools of AWS make, and only in one's own account. */
export function bucketRegion(value: string | Unknown, name: string, start: number, around: Around): Whereabouts {
  const { relations, resource } = around;
  const zone = /--([a-z]+\d+-az\d+)--x-s3$/.exec(name)?.[1];
  const directory = zone === undefined ? undefined : regionOfZoneId(zone);
  if (directory) return { region: directory };
  const pieces = piecesIn(value, start, start + name.length);
  const leaves = leavesOf(pieces);
  const { account, region } = MADE_BY_TOOLS.map((made) => made.exec(name)?.groups).find((groups) => groups !== undefined) ?? {};
  const isOwn = account === '?' ? leaves.every((leaf) => leaf.kind === 'execution' || isRegionOfStack(leaf)) : account === resource.ask(accountOf);
  if (region !== undefined && isOwn) {
    if (region !== '?') return { region };
    if (leaves.some((leaf) => isOwnRegion(leaf, around))) return UNNAMED;
  }
  if (leaves.length > 0) {
    const alike = relations.calledAlike(pieces, resource.ask(scopeOf), 'AWS::S3::Bucket', 'BucketName')[0];
    return claimOf(name) ?? (alike ? whereIs(alike, around) : regionOfReference(leaves[0]!, around)) ?? { reason: `the bucket is ${leaves[0]!.reason}` };
  }
  const own = relations.bucketNamed(name);
  return own ? whereIs(own, around) : claimOf(name) ?? { reason: `bucket '${name}' is none of this app, so where it is cannot be told` };
}

const MADE_BY_TOOLS = [
  // the CDK, SageMaker's SDK, consoles of Glue and Athena
  new RegExp(`^cdk-[a-z0-9]{1,10}-assets-(?<account>\\d{12}|\\?)-(?<region>${REGION}|\\?)$`),
  new RegExp(`^sagemaker-(?<region>${REGION}|\\?)-(?<account>\\d{12}|\\?)$`),
  new RegExp(`^aws-(?:glue-(?:assets|scripts|temporary)|athena-query-results)-(?<account>\\d{12}|\\?)-(?<region>${REGION}|\\?)$`),
];
function claimOf(name: string): Whereabouts | undefined {
  const claimed = regionInName(name);
  return claimed ? { claimed, reason: `its name says ${claimed}, which anybody may name a bucket; it is none of this app` } : undefined;
}

/** The region that a bucket's name says it is in, by the custom of naming buckets after it. */
export function regionInName(name: string): string | undefined {
  return regionsIn(name).find(Residency.isRegion);
}

/** Where a resource of the app is, and what a step gives out. */
export function regionOfReference(leaf: Unknown, around: Around): Whereabouts | undefined {
  const target = around.relations.target(leaf);
  if (target) return whereIs(target, around);
  // what a step gave out is where the step wrote it, which is judged there
  return leaf.kind === 'step' ? atHome(around) : undefined;
}

function whereIs({ region }: Resource, { resource }: Around): Whereabouts {
  if (region !== undefined) return { region };
  return resource.region === undefined ? UNNAMED : { reason: 'it stands in a stack that names no region' };
}

/** The CDK takes an image's registry out of the ARN of its repository. */
export function repositoryOf(value: string | Unknown, { relations }: Around): Whereabouts | undefined {
  const targets = value instanceof Unknown ? value.leaves.map((leaf) => relations.target(leaf)) : [];
  const repository = targets.find((target) => target?.type === 'AWS::ECR::Repository');
  return repository?.region ? { region: repository.region } : undefined;
}

function accountOf(resource: Resource): string | undefined {
  return resource.scope.account;
}

function scopeOf(resource: Resource): Scope {
  return resource.scope;
}
