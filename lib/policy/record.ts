import type { Control } from './control';
import { Answer, Severity } from './finding';
import type { FlowRecord } from './flow';

/** Name of the raw record that a pack writes beside the templates. */
export const RECORD_FILE = 'regulated-ml-evidence.json';
export const RECORD_SCHEMA = 'regulated-ml-evidence/3';

/** The limit of a record whose templates the CDK did not validate; the gate fails on it. */
export const VALIDATION_OFF = 'the built-in validation of templates was switched off (CDK_VALIDATION=false)';

/** A finding that somebody accepted. */
export interface AcceptedRecord {
  /** On a construct of the app, in a waiver that was approved, or in the baseline. */
  readonly kind: 'acknowledgement' | 'waiver' | 'baseline';
  /** Id of the finding as it was given; of a waiver with `*` for any characters. */
  readonly id: string;
  readonly reason: string;
  /** Path of the construct that it reaches, with all below it; empty for everything. */
  readonly at: string;
  readonly source?: string;
  /** Given by the library for what it made, not by the app. */
  readonly byLibrary?: boolean;
  readonly approver?: string;
  /** The last day on which it holds. */
  readonly expires?: string;
  /** Of a baseline's entry: the step, and how many findings it accepts. */
  readonly step?: string;
  readonly count?: number;
  /** How many findings it accepts here; not told of what other packs accept. */
  readonly silences?: number;
}

/** Something that was judged: a resource, a step of a pipeline, a stack, a node of the flow, a waiver. */
export interface Subject {
  readonly path: string;
  readonly type: string;
  readonly logicalId: string;
  readonly stack: string;
  readonly template: string;
  /** `file:line:column`. */
  readonly source?: string;
  /** The step or state, when it is part of another resource. */
  readonly step?: string;
  /** Of a waiver: its index in `accepted`. */
  readonly accepted?: number;
}

/** What a rule says, about all subjects of one type of which it says so. */
export interface AnswerRecord {
  readonly rule: string;
  readonly answer: Answer;
  /** Indices in `subjects`, in their order. */
  readonly subjects: number[];
  /** Path of the property. */
  readonly location: string;
  readonly detail?: string;
  /** Index in `accepted`. */
  readonly accepted?: number;
}

/** The same about one of them. */
export type OneAnswer = Omit<AnswerRecord, 'subjects'> & { readonly subject: number };

/** What a pack saw, as plain data: written by rules, read by evidence. No clock, no absolute path. */
export interface RawRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly pack: {
    readonly name: string;
    readonly version: string;
    /** Path of the construct below which was judged; empty for an app. */
    readonly scope: string;
    readonly unknownAs: Severity;
    /** From a construct tree at synth, or from files alone, where less is known. */
    readonly origin: 'synth' | 'files';
    /** The day on which waivers were judged. */
    readonly asOf?: string;
  };
  /** Names and versions of the libraries that synthesized. */
  readonly libraries: Record<string, string>;
  /** Validation plugins that were registered beside the pack: a pack without findings leaves no other trace. */
  readonly plugins: string[];
  /** What was switched off or left out, in words; empty for a full run. */
  readonly limits: string[];
  readonly profile: {
    readonly frameworks: {
      readonly name: string;
      readonly title: string;
      readonly url: string;
      /** Where the OSCAL catalog stands that has the ids of its requirements. */
      readonly oscalCatalog?: string;
      readonly requirements: {
        readonly id: string;
        readonly citation: string;
        readonly title: string;
        readonly controls: Control[];
        readonly url?: string;
        /** The types that it speaks of; all, where there are none. */
        readonly resourceTypes?: string[];
        readonly oscalId?: string;
        /** The day that it applies from; it applies, where there is none. */
        readonly appliesFrom?: string;
      }[];
    }[];
    readonly residency: { readonly description: string; readonly allowedRegions: string[] };
    readonly retentionDays: Record<string, number>;
  };
  readonly rules: {
    readonly id: string;
    readonly title: string;
    readonly severity: Severity;
    /** Set where an unknown weighs as much as a finding. */
    readonly unknownFails?: boolean;
    readonly control: Control;
    readonly resources: string[];
    readonly sources: string[];
    readonly why: string;
    readonly fix: string;
  }[];
  readonly stacks: {
    readonly path: string;
    readonly name: string;
    readonly region?: string;
    readonly account?: string;
    readonly template: string;
    /** SHA-256 of the template's bytes; of the resolved fragment where nothing was written. */
    readonly digest: string;
  }[];
  /** In the order of their places. */
  readonly subjects: Subject[];
  /** Compliant, non-compliant and unknown, in the order of rules. */
  readonly answers: AnswerRecord[];
  /** Rules that were asked and have nothing to say: for each the indices of the subjects. */
  readonly notApplicable: { readonly rule: string; readonly subjects: number[] }[];
  /** Every acknowledgement in the scope, of any pack, in both forms; every waiver; every entry of the baseline. */
  readonly accepted: AcceptedRecord[];
  /** Protections that a construct lacks, and what stands in for them. */
  readonly weakenings: { readonly path: string; readonly control: string; readonly reason: string; readonly substitute: string; readonly source?: string }[];
  /** What constructs chose between privacy, scalability and compliance, and what it costs. */
  readonly choices: {
    readonly path: string; readonly dimension: 'privacy' | 'scalability' | 'compliance'; readonly choice: string; readonly gives: string; readonly costs: string;
  }[];
  /** Privacy budgets of data sets, with all that is spent of them and all that the sum rests on. */
  readonly privacy: {
    /** Path of the store. */
    readonly dataSet: string;
    readonly unit: string;
    readonly records: number;
    readonly period: string;
    readonly budget: { readonly epsilon: number; readonly delta: number };
    /** Without `epsilon` where nothing bounds it. */
    readonly spent: { readonly epsilon?: number; readonly delta: number };
    readonly withinBudget: boolean;
    /** Path of what holds the budget in the cloud, where every run counts; without one the sum is what is planned. */
    readonly ledger?: string;
    readonly method: string;
    readonly expenses: { readonly by: string; readonly runs: number; readonly epsilonOfOneRun?: number; readonly mechanism?: string }[];
    readonly assumptions: string[];
  }[];
  /** What constructs expect to cost a month. */
  readonly costs: { readonly path: string; readonly usDollars: number; readonly basis: string }[];
  readonly flow: FlowRecord;
}

/** Whether an answer is something to be mended or accepted. */
export function isOpen({ answer }: { readonly answer: Answer }): boolean {
  return answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN;
}

/** Answers one by one, those of a rule in the order of subjects. Not held: of a hundred stacks there are three hundred thousand. */
export function* answersOf({ answers }: Pick<RawRecord, 'answers'>): Generator<OneAnswer> {
  for (let first = 0, next = 0; first < answers.length; first = next) {
    const own: OneAnswer[] = [];
    for (; answers[next]?.rule === answers[first]!.rule; next += 1) {
      const { subjects, ...said } = answers[next]!;
      for (const subject of subjects) own.push({ ...said, subject });
    }
    yield* own.sort((a, b) => a.subject - b.subject || compare(a.location, b.location) || compare(a.detail ?? '', b.detail ?? ''));
  }
}

/** An answer by what accepts it of each subject; of what nothing accepts, `undefined` is given. */
export function byAcceptance({ subjects, accepted: _accepted, ...said }: AnswerRecord, acceptedOf: (subject: number) => number | undefined): AnswerRecord[] {
  const found = new Map<number | undefined, number[]>();
  for (const subject of subjects) {
    const accepted = acceptedOf(subject);
    const known = found.get(accepted);
    if (known) known.push(subject);
    else found.set(accepted, [subject]);
  }
  return [...found].map(([accepted, own]) => ({ ...(accepted === undefined ? {} : { accepted }), ...said, subjects: own }));
}

/** What an answer weighs: an unknown what was chosen for unknowns, unless its rule only warns or takes it as a finding. */
export function weightOf(answer: Answer, rule: { readonly severity: Severity; readonly unknownFails?: boolean }, unknownAs: Severity): Severity {
  if (answer !== Answer.UNKNOWN || rule.severity === Severity.WARNING) return rule.severity;
  return rule.unknownFails && unknownAs === Severity.WARNING ? rule.severity : unknownAs;
}

/** A record as text: canonical JSON, with a line for each entry of the lists that have thousands. */
export function recordText(record: RawRecord): string {
  const { answers, notApplicable, subjects, ...rest } = record;
  const parts = [...Object.entries({ answers, notApplicable, subjects }).map(([name, list]): [string, string] => [name, linesOf(list)]),
    ...Object.entries(rest).filter(([, value]) => value !== undefined).map(([name, value]): [string, string] => [name, JSON.stringify(inOrder(value), undefined, 2).replaceAll('\n', '\n  ')])];
  return `{\n${parts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `  "${name}": ${text}`).join(',\n')}\n}\n`;
}

function linesOf(list: readonly object[]): string {
  return list.length === 0 ? '[]' : `[\n    ${list.map((entry) => JSON.stringify(inOrder(entry))).join(',\n    ')}\n  ]`;
}

/** JSON with sorted keys and a final newline: the same value always gives the same bytes. */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(inOrder(value), undefined, 2) ?? 'null'}\n`;
}

// a record holds a hundred thousand objects: what is made with its keys in order stays what it is
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return itemsInOrder(value);
  const own = value as Record<string, unknown>;
  const keys = Object.keys(own);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if ((index > 0 && keys[index - 1]! > key) || inOrder(own[key]) !== own[key]) return Object.fromEntries(keys.sort().map((name) => [name, inOrder(own[name])]));
  }
  return own;
}

function itemsInOrder(value: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const item = inOrder(value[index]);
    if (item !== value[index]) (copy ??= [...value])[index] = item;
  }
  return copy ?? value;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
