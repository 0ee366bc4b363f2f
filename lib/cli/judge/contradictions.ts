import { Answer, Severity } from '../../policy/finding';
import { isOpen, weightOf, type AcceptedRecord, type AnswerRecord, type RawRecord, type Subject } from '../../policy/record';
import { Waiver } from '../../policy/waiver';
import type { Acknowledged } from '../../rules/accept';
import { RULES } from '../../rules/catalogue';
import { append } from '../../rules/relations';
import { PACK } from '../../rules/rule';

/** What the templates of a record say when they are judged by themselves. */
export interface FromFiles {
  readonly rules: readonly Pick<RawRecord['rules'][number], 'id' | 'severity' | 'unknownFails'>[];
  /** What is not kept or cannot be told, all answers of a rule together. */
  readonly open: Iterable<OpenAnswer>;
  /** What constructs acknowledge, as the assembly holds it. */
  readonly acknowledgements: readonly Acknowledged[];
  /** Paths of stacks whose constructs the assembly tells something of. */
  readonly told: readonly string[];
}

/** An answer that somebody has to see to, and where. */
export interface OpenAnswer {
  readonly rule: string;
  readonly place: Pick<Subject, 'path' | 'template' | 'logicalId' | 'step'>;
}

/** Rules that ask less of a store that is declared, by what it is said to hold or because a rule on the flow asks instead: no template tells. */
export const BY_DECLARATION: ReadonlySet<string> = new Set(RULES.filter(({ byDeclaration }) => byDeclaration).map(({ name }) => `${PACK}-${name}`));

/**
 * What a record says otherwise than the templates that it is about, one line each: a record is a text beside them, and nobody has to take its word
 * for what can be seen. What only the app knows stays its word: the declared data flow, its waivers and baseline, what it acknowledges as a whole.
 */
export function contradictions(record: RawRecord, files: FromFiles): string[] {
  return [
    ...shown(weakened(record, files), 'as it stands in the record, weighs less than in this version'),
    ...shown(hidden(record, files), 'is not kept by the template, and the record does not say so'),
    ...shown(unfounded(record, files), 'is accepted in the record, by what no construct of the assembly says'),
  ];
}

function shown(places: readonly string[], what: string): string[] {
  if (places.length === 0) return [];
  const more = places.length > 1 ? `, and so ${places.length === 2 ? 'is' : 'are'} ${places.length - 1} more` : '';
  return [`${places[0]!} ${what}${more}: the record was edited, or is of another version; synthesize again with this one, or judge by the files with --rejudge`];
}

function weakened({ rules }: RawRecord, { rules: own }: FromFiles): string[] {
  const recorded = new Map(rules.map((rule) => [rule.id, rule]));
  const weights = [Severity.WARNING, Severity.ERROR, Severity.FATAL];
  return own.filter(({ id, severity, unknownFails }) => {
    const rule = recorded.get(id);
    return rule && (weights.indexOf(rule.severity) < weights.indexOf(severity) || (unknownFails === true && rule.unknownFails !== true));
  }).map(({ id }) => id);
}

// places are written down for one rule at a time: there are as many as answers
function hidden(record: RawRecord, files: FromFiles): string[] {
  const byRule = new Map<string, AnswerRecord[]>();
  for (const answer of record.answers) if (isOpen(answer)) append(byRule, answer.rule, answer);
  const found = new Set<string>();
  let rule: string | undefined;
  let known = new Set<string>();
  for (const one of files.open) {
    if (BY_DECLARATION.has(one.rule)) continue;
    if (one.rule !== rule) {
      rule = one.rule;
      known = new Set((byRule.get(rule) ?? []).flatMap(({ subjects }) => subjects.map((subject) => placeOf(record.subjects[subject]!))));
    }
    if (!known.has(placeOf(one.place))) found.add(`'${one.rule}' at '${one.place.path}'`);
  }
  return [...found];
}

function unfounded(record: RawRecord, { acknowledgements, told }: FromFiles): string[] {
  const known = new Set(acknowledgements.map(({ id, at }) => JSON.stringify([id, at])));
  const rules = new Map(record.rules.map((rule) => [rule.id, rule]));
  const isTold = (at: string) => told.some((path) => at === path || at.startsWith(`${path}/`));
  return record.answers.flatMap((answer) => {
    if (answer.accepted === undefined) return [];
    const accepted = record.accepted[answer.accepted]!;
    const isSaid = accepted.kind !== 'acknowledgement' || !isTold(accepted.at) || known.has(JSON.stringify([accepted.id, accepted.at]));
    const mayBe = isSaid && weightOf(answer.answer, rules.get(answer.rule)!, record.pack.unknownAs) !== Severity.FATAL;
    return answer.subjects.map((subject) => record.subjects[subject]!).filter((subject) => !mayBe || !reaches(accepted, answer, subject)).map(({ path }) => `'${answer.rule}' at '${path}'`);
  });
}

function reaches({ kind, id, at, reason, approver, expires }: AcceptedRecord, { rule, answer }: AnswerRecord, { path }: Subject): boolean {
  const finding = answer === Answer.UNKNOWN ? `${rule}[unknown]` : rule;
  if (kind === 'waiver') return expires !== undefined && Waiver.of({ rule: id, at, reason, approver: approver ?? '', expires }).covers(finding, path);
  if (kind === 'baseline') return id === finding && at === path;
  return (id === finding || id === `${PACK}::${finding}`) && (at === '' || path === at || path.startsWith(`${at}/`));
}

/** What is open in a record. */
export function* openIn({ answers, subjects }: RawRecord): Generator<OpenAnswer> {
  for (const answer of answers) if (isOpen(answer)) for (const subject of answer.subjects) yield { rule: answer.rule, place: subjects[subject]! };
}

// a path is not known of everything that files hold, and a template has each logical id once
function placeOf({ template, logicalId, path, step }: OpenAnswer['place']): string {
  return JSON.stringify([template, logicalId === '' ? path : logicalId, step ?? '']);
}
