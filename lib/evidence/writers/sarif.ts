import { gzipSync } from 'node:zlib';
import { Answer, Severity } from '../../policy/finding';
import { canonicalJson } from '../../policy/record';
import type { Evidence, PackResult, PlacedFinding } from '../record';
import { CATEGORY, REPOSITORY, type WriterOptions } from './options';
import { Fingerprints, placeOf, sourcePlace, templatePlace, type FilePlace } from './place';
import { oneLine, visible, visibly } from './plain-text';
import { descriptorsOf, LEVEL, levelOf, packDescriptor, ruleOf, taxonomiesOf, type Descriptor } from './sarif-rules';

// https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
const LIMITS = { runs: 20, results: 25_000, shown: 5_000, bytes: 10 * 1024 * 1024 };
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const NO_REASON = 'no reason given';
const ROOT = { uriBaseId: '%SRCROOT%' };

/** A result with what decides whether it is kept when there are too many. */
interface Ranked { readonly rank: number; readonly result: { readonly ruleId: string; readonly [property: string]: unknown } }
interface Notification { readonly id: string; readonly level: 'error' | 'warning' | 'note'; readonly text: string }

/** Evidence as SARIF 2.1.0, a run for each pack, within what GitHub takes; what did not fit is said in a notification. */
export function toSarif(evidence: Evidence, options: WriterOptions = {}): string {
  const others = [...evidence.packs].sort((a, b) => b.findings.length - a.findings.length || (a.name < b.name ? -1 : 1));
  const kept = others.slice(0, LIMITS.runs - 1).sort((a, b) => (a.name < b.name ? -1 : 1));
  const cut = others.slice(LIMITS.runs - 1).map(({ name }) => name);
  const inputs = [ownRun(evidence, options, cut), ...kept.map((pack) => packRun(pack, options))];
  // ever fewer results, until the file is small enough
  for (let most = Math.min(LIMITS.results, Math.max(...inputs.map(({ ranked }) => ranked.length))); ; most = Math.floor(most / 2)) {
    const text = canonicalJson(visibly({ $schema: SCHEMA, version: '2.1.0', runs: inputs.map((input) => runOf(input, most)) }));
    if (most === 0 || text.length <= LIMITS.bytes || gzipSync(text).length <= LIMITS.bytes) return text;
  }
}

function ownRun(evidence: Evidence, options: WriterOptions, cut: readonly string[]): RunInput {
  const { name, version } = evidence.runs[0]!;
  const ranked = [...findingResults(evidence, options), ...(options.everyAnswer ? silentResults(evidence, options) : [])];
  const taxonomies = taxonomiesOf(evidence);
  const notifications: Notification[] = [
    ...evidence.defects.map((text): Notification => ({ id: 'defect', level: 'error', text })),
    ...evidence.limits.map((text): Notification => ({ id: 'limit', level: 'warning', text })),
    ...(cut.length > 0 ? [{ id: 'cut', level: 'warning', text: `a file holds ${LIMITS.runs} runs at most: left out are ${cut.join(', ')}` } as const] : []),
  ];
  return {
    name, version, informationUri: REPOSITORY, category: options.category, descriptors: descriptorsOf(evidence, taxonomies), ranked, notifications,
    properties: {
      ...(taxonomies.length > 0 ? { taxonomies } : {}),
      artifacts: evidence.stacks.flatMap(({ template, digest }) => {
        const place = templatePlace({ template }, options);
        return place ? [{ location: { uri: place.uri, ...ROOT }, hashes: { 'sha-256': digest }, roles: ['analysisTarget'] }] : [];
      }),
      properties: { verdict: evidence.verdict, libraries: evidence.libraries, notAssessed: evidence.notAssessed, ...(evidence.asOf ? { asOf: evidence.asOf } : {}) },
    },
  };
}

function packRun(pack: PackResult, options: WriterOptions): RunInput {
  const fingerprints = new Fingerprints();
  const all = [...pack.findings.map((finding) => ({ finding, accepted: false })), ...pack.suppressed.map((finding) => ({ finding, accepted: true }))];
  const ranked = all.map(({ finding, accepted }): Ranked => ({
    rank: accepted ? 3 : levelOf(finding.severity) === 'error' ? 0 : 2,
    result: {
      ruleId: ruleOf(finding), level: levelOf(finding.severity), message: { text: message(finding.description) },
      ...locations(placeOf(finding, options), finding.path), ...identity(fingerprints, { rule: finding.rule, path: finding.path, location: '' }),
      ...(accepted ? { suppressions: [{ kind: 'inSource', status: 'accepted', justification: message(finding.reason || NO_REASON) }] } : {}),
      properties: { findingId: finding.rule },
    },
  }));
  return {
    name: pack.name, version: pack.version, category: options.category, ranked,
    descriptors: [...new Map(all.map(({ finding }) => [ruleOf(finding), packDescriptor(finding, pack.name)])).values()],
    notifications: pack.failure ? [{ id: 'defect', level: 'error', text: `the pack failed: ${pack.failure}` }] : [],
  };
}

interface RunInput {
  readonly name: string;
  readonly version?: string;
  readonly informationUri?: string;
  readonly category?: string;
  readonly descriptors: readonly Descriptor[];
  readonly ranked: readonly Ranked[];
  readonly notifications: readonly Notification[];
  /** What only our own run has. */
  readonly properties?: object;
}

function runOf({ name, version, informationUri, category = CATEGORY, descriptors, ranked, notifications, properties }: RunInput, most: number): object {
  const results = [...ranked].sort((a, b) => a.rank - b.rank).slice(0, most).map(({ result }) => result);
  const indices = new Map(descriptors.map(({ id }, index) => [id, index]));
  const told: Notification[] = [
    ...notifications,
    ...(ranked.length > most ? [{ id: 'cut', level: 'warning', text: `${ranked.length - most} of ${ranked.length} results are left out, the least severe: GitHub takes ${LIMITS.results} results and ${LIMITS.bytes} bytes` } as const] : []),
    ...(results.length > LIMITS.shown ? [{ id: 'cut', level: 'note', text: `GitHub shows ${LIMITS.shown} of ${results.length} results, the most severe` } as const] : []),
  ];
  return {
    tool: { driver: {
      name: oneLine(name), ...(version ? { version } : {}), ...(informationUri ? { informationUri } : {}), rules: descriptors,
      notifications: [...new Set(told.map(({ id }) => id))].map((id) => {
        const [named, text] = NOTIFICATION[id]!;
        return { id, name: named, shortDescription: { text }, fullDescription: { text }, help: { text }, helpUri: REPOSITORY };
      }),
    } },
    automationDetails: { id: `${encodeURIComponent(visible(category))}/${encodeURIComponent(visible(name))}/` },
    invocations: [{
      executionSuccessful: !told.some(({ level }) => level === 'error'),
      toolExecutionNotifications: told.map(({ id, level, text }) => ({ descriptor: { id }, level, message: { text: message(text) } })),
    }],
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT.uriBaseId]: { description: { text: 'The root of the repository.' } } },
    results: results.map((result) => ({ ...result, ruleIndex: indices.get(result.ruleId) })),
    ...properties,
  };
}

const NOTIFICATION: Record<string, readonly [string, string]> = {
  defect: ['EvidenceDefect', 'The record is not about what will be deployed.'],
  limit: ['EvidenceLimit', 'Something was switched off or left out.'],
  cut: ['ResultsCut', 'Not everything fits within the limits of GitHub.'],
};

function findingResults(evidence: Evidence, options: WriterOptions): Ranked[] {
  const fingerprints = new Fingerprints();
  return evidence.findings.map((finding) => {
    const { rule, weight, answer, control, requirements, location, step, path, template, waiver } = finding;
    const place = placeOf(finding, options);
    const held = sourcePlace(finding.source, options) ? templatePlace(finding, options) : undefined;
    return {
      rank: waiver !== undefined ? 3 : weight === Severity.FATAL ? 0 : weight === Severity.ERROR ? 1 : 2,
      result: {
        ruleId: rule, level: LEVEL[weight], message: { text: messageOf(finding) },
        ...locations(place, path, { template, logicalId: finding.logicalId, location, step }), ...identity(fingerprints, finding),
        ...(held ? { relatedLocations: [{ id: 1, physicalLocation: physical(held), message: { text: message(`The template, at '${finding.logicalId}' ${location}.`) } }] } : {}),
        ...(waiver === undefined ? {} : { suppressions: [suppressionOf(finding)] }),
        properties: { answer, weight, control, requirements, resourceType: finding.resourceType, stack: finding.stack },
      },
    };
  });
}

// SARIF has a word for each answer; those that are no finding weigh nothing
function silentResults({ answers, subjects, notApplicable, rules }: Evidence, options: WriterOptions): Ranked[] {
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  const result = (rule: string, index: number, location: string, kind: 'pass' | 'notApplicable'): Ranked => {
    const subject = subjects[index]!;
    return {
      rank: kind === 'pass' ? 4 : 5,
      result: {
        ruleId: rule, kind, level: 'none', message: { text: message(kind === 'pass' ? `Kept: ${titles.get(rule) ?? rule}.` : `The rule has nothing to say of '${subject.path}'.`) },
        ...locations(placeOf({ ...subject, location }, options), subject.path, { template: subject.template, logicalId: subject.logicalId, location, step: subject.step }),
      },
    };
  };
  return [
    ...answers.filter(({ answer }) => answer === Answer.COMPLIANT).map(({ rule, subject, location }) => result(rule, subject, location, 'pass')),
    ...notApplicable.flatMap(({ rule, subjects: those }) => those.map((subject) => result(rule, subject, '', 'notApplicable'))),
  ];
}

function messageOf({ answer, title, detail, path, step, fix }: PlacedFinding): string {
  const what = answer === Answer.UNKNOWN ? `Unknown whether this is kept: ${title}` : `Not kept: ${title}`;
  return message(`${what}. '${path}'${step ? `, step '${step}'` : ''}${detail ? `: ${detail}` : ''}. To mend it: ${fix}.`);
}

function suppressionOf({ waiver, acceptedBy, approver, expires }: PlacedFinding): object {
  return {
    kind: acceptedBy === 'acknowledgement' ? 'inSource' : 'external', status: 'accepted', justification: message(waiver || NO_REASON),
    properties: { acceptedBy, ...(approver ? { approver } : {}), ...(expires ? { expires } : {}) },
  };
}

function identity(fingerprints: Fingerprints, place: Parameters<Fingerprints['of']>[0]): object {
  const { digest, number } = fingerprints.of(place);
  // the first is the only one that GitHub reads
  return { partialFingerprints: { 'primaryLocationLineHash': `${digest.slice(0, 16)}:${number}`, 'ruleAndPlace/v1': `${digest}:${number}` } };
}

interface PropertyPlace { readonly template: string; readonly logicalId: string; readonly location: string; readonly step?: string }

function locations(place: FilePlace | undefined, path: string, property?: PropertyPlace): object {
  const construct = path ? [{ name: path.split('/').at(-1)!, fullyQualifiedName: path, kind: 'resource' }] : [];
  const inTemplate = property && property.logicalId ? [{
    fullyQualifiedName: [property.template, property.logicalId, property.step, property.location].filter(Boolean).join(' '), kind: 'property',
  }] : [];
  const logicalLocations = [...construct, ...inTemplate];
  if (!place && logicalLocations.length === 0) return {};
  return { locations: [{ ...(place ? { physicalLocation: physical(place) } : {}), ...(logicalLocations.length > 0 ? { logicalLocations } : {}) }] };
}

function physical({ uri, line, column }: FilePlace): object {
  return { artifactLocation: { uri, ...ROOT }, region: { startLine: line, ...(column ? { startColumn: column } : {}) } };
}

// braces and brackets of a message would be placeholders and links: SARIF 2.1.0, 3.11.5 and 3.11.6
function message(text: string): string {
  return visible(text).replace(/[[\]\\]/g, '\\$&').replace(/[{}]/g, '$&$&');
}
