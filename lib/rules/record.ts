import { createHash } from 'node:crypto';
import type { Severity } from '../policy/finding';
import type { FlowRecord } from '../policy/flow';
import type { ComplianceProfile } from '../policy/profile';
import { byAcceptance, isOpen, RECORD_SCHEMA, type RawRecord, type Subject } from '../policy/record';
import type { Acceptance } from './accept';
import type { Ruling } from './ruling';
import { append } from './relations';
import type { Resource } from './resource';
import { FLOW_NODE, STACK, WAIVER, type Rule } from './rule';
import type { TemplateInput } from './view';

/** A template with the digest of the bytes it was read from. */
export interface ReadTemplate extends TemplateInput {
  readonly digest: string;
}

/** SHA-256, as records hold it. */
export function digestOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Rules that were asked and had nothing to say of a resource: one list a rule, for most answers are of this kind. */
export class NotApplicable implements Iterable<readonly [rule: string, resources: readonly Resource[]]> {
  private readonly byRule = new Map<string, Resource[]>();

  /** Takes what the engine tells of. */
  public readonly add = (rule: string, resource: Resource): void => append(this.byRule, rule, resource);

  public [Symbol.iterator](): Iterator<readonly [rule: string, resources: readonly Resource[]]> {
    return this.byRule[Symbol.iterator]();
  }
}

/** What a record is made from. */
export interface RecordInput {
  readonly pack: RawRecord['pack'];
  readonly profile: ComplianceProfile;
  readonly rules: readonly Rule[];
  /** Everything that was in scope, in the order of places. */
  readonly resources: readonly Resource[];
  readonly templates: readonly ReadTemplate[];
  /** Taken one by one; what accepts them is asked for after each. */
  readonly rulings: Iterable<Ruling>;
  readonly notApplicable: Iterable<readonly [rule: string, resources: readonly Resource[]]>;
  readonly acceptance: Acceptance;
  readonly libraries: RawRecord['libraries'];
  readonly plugins: RawRecord['plugins'];
  readonly limits: RawRecord['limits'];
  readonly weakenings: RawRecord['weakenings'];
  readonly choices: RawRecord['choices'];
  readonly privacy: RawRecord['privacy'];
  readonly costs: RawRecord['costs'];
  readonly flow: FlowRecord;
}

/** The record of a run: every answer of every rule, in an order that no clock and no file system decides. Pure. */
export function recordOf(input: RecordInput): RawRecord {
  const { pack, profile, acceptance } = input;
  const subjects: Subject[] = [];
  const indices = new Map<Resource, number>();
  const indexOf = (resource: Resource) => {
    const known = indices.get(resource);
    if (known !== undefined) return known;
    indices.set(resource, subjects.length);
    return subjects.push(subjectOf(resource)) - 1;
  };
  for (const resource of input.resources) if (resource.type !== STACK && resource.type !== FLOW_NODE) indexOf(resource);
  const answers: RawRecord['answers'] = [];
  let open = 0;
  for (const ruling of input.rulings) {
    const { id: rule, answer, detail, location, resources } = ruling;
    const own = resources.map(indexOf);
    const accepted = isOpen(ruling) ? new Map(own.map((subject) => [subject, accepting(acceptance, open++)])) : undefined;
    // with the names in order, as they are written
    const said = { answer, ...(detail ? { detail } : {}), location, rule, subjects: own.sort((a, b) => a - b) };
    for (const one of accepted ? byAcceptance(said, (subject) => accepted.get(subject)) : [said]) answers.push(one);
  }
  const silent = [...input.notApplicable].map(([rule, found]) => ({ rule, subjects: found.map(indexOf).sort((a, b) => a - b) }));
  return {
    schema: RECORD_SCHEMA,
    pack,
    libraries: input.libraries,
    plugins: input.plugins,
    limits: input.limits,
    profile: profileRecord(profile),
    rules: input.rules.map(({ name, title, severity, unknownFails, control, resources, sources, why, fix }) => ({
      id: `${pack.name}-${name}`, title, severity: severity as Severity, ...(unknownFails ? { unknownFails } : {}), control, resources: [...resources], sources: [...sources], why, fix,
    })),
    stacks: input.templates.map(({ path, stackName, region, account, template, digest }) => ({
      path, name: stackName, ...(region ? { region } : {}), ...(account ? { account } : {}), template, digest,
    })),
    subjects,
    answers,
    notApplicable: silent.sort((a, b) => compare(a.rule, b.rule)),
    accepted: [...acceptance.accepted],
    weakenings: input.weakenings,
    choices: input.choices,
    privacy: input.privacy,
    costs: input.costs,
    flow: input.flow,
  };
}

function accepting({ by }: Acceptance, open: number): number | undefined {
  const index = by[open];
  return index === undefined || index < 0 ? undefined : index;
}

function subjectOf(resource: Resource): Subject {
  const { path, type, placeId: logicalId, stack, template, source, within } = resource;
  // with the names in order, as they are written
  return {
    ...(type === WAIVER ? { accepted: Number(resource.at('Index').texts[0]) } : {}),
    logicalId, path, ...(source ? { source } : {}), stack, ...(within ? { step: within.name } : {}), template, type,
  };
}

/** A profile as records hold it. */
export function profileRecord(profile: ComplianceProfile): RawRecord['profile'] {
  return {
    frameworks: profile.frameworks.map(({ name, title, url, oscalCatalog, requirements }) => ({
      name, title, url, ...(oscalCatalog ? { oscalCatalog } : {}), requirements: requirements.map((requirement) => ({ ...requirement, controls: [...requirement.controls] })),
    })),
    residency: { description: profile.residency.describe(), allowedRegions: profile.residency.allowedRegions },
    retentionDays: {
      ...(profile.dataRetention ? { data: profile.dataRetention.inDays } : {}),
      ...(profile.captureRetention ? { captures: profile.captureRetention.inDays } : {}),
      logs: profile.logRetention.inDays,
      audit: profile.auditRetention.inDays,
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
