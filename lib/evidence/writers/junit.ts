import { Answer, Severity } from '../../policy/finding';
import { isOpen } from '../../policy/record';
import type { Evidence, PackFinding, PackResult, PlacedFinding } from '../record';
import { html, Markup } from './markup';
import type { WriterOptions } from './options';

type Kind = 'kept' | 'failure' | 'error' | 'skipped';

/** What a test case says. Of several answers of one rule on one subject the worst counts. */
interface Outcome { readonly kind: Kind; readonly message?: string; readonly text?: string }
interface Case { readonly name: string; readonly outcome: Outcome }
interface Suite { readonly name: string; readonly version?: string; readonly cases: readonly Case[]; readonly note?: string }

const ORDER: readonly Kind[] = ['kept', 'skipped', 'error', 'failure'];
const NO_REASON = 'no reason given';

/**
 * Evidence as JUnit XML: a suite for each rule and for each other pack, a test case for each rule and subject. What fails is a failure; what
 * cannot be told and fails is an error; what is accepted, a warning or unknown is skipped with the reason, never passed.
 */
export function toJUnit(evidence: Evidence, options: WriterOptions = {}): string {
  const suites = [recordSuite(evidence), ...ruleSuites(evidence, options), ...evidence.packs.map(packSuite)];
  const cases = suites.flatMap((suite) => suite.cases);
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Compliance evidence" ${counts(cases)} time="0">
${suites.map((suite, index) => html`<testsuite name="${suite.name}" id="${index}" ${counts(suite.cases)} skipped="${suite.cases.filter(({ outcome }) => outcome.kind === 'skipped').length}" time="0">
${suite.version !== undefined && html`<properties><property name="version" value="${suite.version}"/></properties>
`}${suite.cases.map((one) => testCase(suite.name, one))}${suite.note !== undefined && html`<system-out>${suite.note}</system-out>
`}</testsuite>
`)}</testsuites>
`.text;
}

function counts(cases: readonly Case[]): Markup {
  const count = (wanted: Kind) => cases.filter(({ outcome }) => outcome.kind === wanted).length;
  return html`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
}

function testCase(suite: string, { name, outcome: { kind, message = '', text = '' } }: Case): Markup {
  const element = new Markup(kind);
  return html`<testcase classname="${suite}" name="${name}" time="0"${kind === 'kept' ? new Markup('/>') : html`>
<${element} message="${message}">${text}</${element}>
</testcase>`}
`;
}

// whether the record can be relied on at all is a test as well
function recordSuite({ defects, limits }: Evidence): Suite {
  const outcome: Outcome = defects.length === 0 ? { kind: 'kept' } : { kind: 'failure', message: defects[0]!, text: defects.join('\n') };
  return {
    name: 'Evidence',
    cases: [
      { name: 'the records are about the templates that will be deployed', outcome },
      { name: 'nothing was switched off or left out', outcome: limits.length === 0 ? { kind: 'kept' } : { kind: 'skipped', message: limits[0]!, text: limits.join('\n') } },
    ],
  };
}

function ruleSuites(evidence: Evidence, options: WriterOptions): Suite[] {
  const findings = evidence.findings[Symbol.iterator]();
  const byRule = new Map<string, Map<number, Outcome[]>>(evidence.rules.map(({ id }) => [id, new Map()]));
  const tell = (rule: string, subject: number, outcome: Outcome) => {
    const outcomes = byRule.get(rule);
    const known = outcomes?.get(subject);
    if (known) known.push(outcome);
    else outcomes?.set(subject, [outcome]);
  };
  // findings stand in the order of the answers that they were made from
  for (const { rule, answer, subject } of evidence.answers) {
    if (answer === Answer.COMPLIANT) tell(rule, subject, { kind: 'kept' });
    if (isOpen({ answer })) tell(rule, subject, outcomeOf(findings.next().value as PlacedFinding));
  }
  if (options.everyAnswer) {
    for (const { rule, subjects } of evidence.notApplicable) for (const subject of subjects) tell(rule, subject, { kind: 'skipped', message: 'the rule has nothing to say of it' });
  }
  return evidence.rules.map(({ id, title }) => ({
    name: id, note: title,
    cases: named([...byRule.get(id)!].map(([subject, outcomes]) => ({ name: nameOf(evidence, subject), outcome: together(outcomes) }))),
  }));
}

function outcomeOf(finding: PlacedFinding): Outcome {
  const unknown = finding.answer === Answer.UNKNOWN;
  const what = `${unknown ? 'unknown: ' : ''}${finding.detail ?? finding.title}`;
  const text = [
    `${finding.rule} ${finding.location}`, what, ...(finding.source ? [`at ${finding.source}`] : []), `in ${finding.template || finding.stack}`,
    `why: ${finding.why}`, `to mend it: ${finding.fix}`, `asked by: ${finding.requirements.join('; ')}`,
  ].join('\n');
  if (finding.waiver !== undefined) {
    const by = `${finding.approver ? `, by ${finding.approver}` : ''}${finding.expires ? `, until ${finding.expires}` : ''}`;
    return { kind: 'skipped', message: `accepted (${finding.acceptedBy}${by}): ${finding.waiver || NO_REASON}`, text };
  }
  if (finding.weight === Severity.WARNING) return { kind: 'skipped', message: unknown ? what : `warning: ${what}`, text };
  return { kind: unknown ? 'error' : 'failure', message: what, text };
}

function together(outcomes: readonly Outcome[]): Outcome {
  const worst = outcomes.reduce((found, next) => (ORDER.indexOf(next.kind) > ORDER.indexOf(found.kind) ? next : found));
  const texts = outcomes.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return texts.length < 2 ? worst : { ...worst, text: texts.join('\n\n') };
}

function nameOf({ subjects, waivers }: Evidence, index: number): string {
  const { path, logicalId, type, step, accepted } = subjects[index]!;
  const waiver = accepted === undefined ? undefined : waivers.find((one) => one.index === accepted);
  if (waiver) return `the ${waiver.kind} of ${waiver.id} at ${waiver.at || 'the whole app'}`;
  return `${path || logicalId || type}${step ? ` step ${step}` : ''}`;
}

function packSuite({ name, version, failure, findings, suppressed }: PackResult): Suite {
  const ran: Case = { name: 'the pack ran to its end', outcome: failure === undefined ? { kind: 'kept' } : { kind: 'error', message: failure, text: failure } };
  return {
    name, version, note: 'What this pack found to be kept leaves no record.',
    cases: named([
      ran,
      ...findings.map((finding) => ({ name: packName(finding), outcome: packOutcome(finding) })),
      ...suppressed.map((finding) => ({ name: packName(finding), outcome: { kind: 'skipped', message: `accepted: ${finding.reason || NO_REASON}`, text: finding.description } as const })),
    ]),
  };
}

function packName({ rule, path }: PackFinding): string {
  return path ? `${rule} ${path}` : rule;
}

function packOutcome({ severity, description, fix, source }: PackFinding): Outcome {
  const text = [description, ...(source ? [`at ${source}`] : []), ...(fix ? [`to mend it: ${fix}`] : [])].join('\n');
  const shownOnly = severity === 'warning' || severity === 'info';
  return { kind: shownOnly ? 'skipped' : 'failure', message: shownOnly ? `${severity}: ${description}` : description, text };
}

// consumers take two cases of one name for two runs of one test
function named(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const number = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, number);
    return number === 1 ? one : { ...one, name: `${one.name} (${number})` };
  });
}
