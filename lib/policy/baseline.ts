import { fingerprint } from './fingerprint';
import { isRecord, shown } from './given';

/** What a baseline's file says it is. */
const BASELINE_SCHEMA = 'regulated-ml-baseline/1';

/** Findings of one rule at one place that were there when the baseline was taken. */
export interface BaselineEntry {
  /** Id of the finding. */
  readonly rule: string;
  /** Path of the construct; the logical id where no tree is known. */
  readonly path: string;
  /**
   * The step or state, when the resource is part of another one.
   *
   * @default - none
   */
  readonly step?: string;
  /** Path of the property, `*` for the place in a list. */
  readonly location: string;
  /** How many there were. */
  readonly count: number;
}

/**
 * The findings that an app already had when it adopted the rules: they are shown and do not fail, and what is new does. It is a file that
 * shrinks. Fatal findings are in none.
 */
export class Baseline {
  /**
   * A baseline from its file, as `regulated-ml baseline` writes it.
   *
   * @param text JSON
   * @throws an error that says what is wrong with it
   */
  public static fromJson(text: string): Baseline {
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (error) {
      throw new Error(`the baseline is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    const { schema, findings } = (isRecord(data) ? data : {}) as { schema?: unknown; findings?: unknown };
    if (schema !== BASELINE_SCHEMA || !Array.isArray(findings)) {
      throw new Error(`the baseline has the schema ${shown(schema)}, not '${BASELINE_SCHEMA}': write it with 'regulated-ml baseline'`);
    }
    return new Baseline(findings.map(checked));
  }

  /** A baseline of these findings. */
  public static of(entries: BaselineEntry[]): Baseline {
    return new Baseline(entries.map(checked));
  }

  private constructor(
    /** Findings by rule and place. */
    public readonly entries: BaselineEntry[],
  ) {}

  /** The file's text: the same entries give the same bytes. */
  public toJson(): string {
    const ordered = [...this.entries].sort((a, b) => (fingerprint(a) < fingerprint(b) ? -1 : 1));
    const findings = ordered.map(({ rule, path, step, location, count }) => ({ rule, path, ...(step === undefined ? {} : { step }), location, count }));
    return `${JSON.stringify({ schema: BASELINE_SCHEMA, findings }, null, 2)}\n`;
  }
}

function checked(entry: unknown, index: number): BaselineEntry {
  const { rule, path, step, location, count } = (isRecord(entry) ? entry : {}) as Partial<BaselineEntry>;
  const named = `finding ${index + 1} of the baseline`;
  for (const [name, value] of [['rule', rule], ['path', path], ['location', location]]) {
    if (typeof value !== 'string') throw new Error(`${named} has ${shown(value)} as its ${name}: write the baseline with 'regulated-ml baseline'`);
  }
  if (!Number.isInteger(count) || count! < 1) throw new Error(`${named} counts ${shown(count)}: give a whole number from 1`);
  return { rule: rule!, path: path!, ...(typeof step === 'string' ? { step } : {}), location: location!, count: count! };
}
