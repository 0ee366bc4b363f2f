import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Assumed } from './assume';
import type { Json, JsonObject } from './definition';
import { objectsAt } from './execute';
import { digestOf } from './files';
import type { Step } from './graph';
import { textOf, type Journal, type StepRecord, type StepStatus } from './journal';
import { Root } from './root';
import { Interruption, StepFailure, StepSkipped, type ReadyStep, type StepKind, type Surroundings } from './step-kind';
import { kindOf } from './steps';
import { ASSUMED, asAssumed, at, valueOf, type Values } from './values';

/** How a run ended. */
export type RunOutcome =
  | 'succeeded'
  /** a step failed, or the pipeline itself says so */
  | 'failed'
  /** there are steps that this machine cannot run, so that it is not known how the pipeline would end */
  | 'incomplete'
  | 'interrupted';

/** What a run is made from. */
export interface Running {
  readonly steps: readonly Step[];
  readonly journal: Journal;
  readonly here: Omit<Surroundings, 'withRoot' | 'record'>;
  readonly parameters: ReadonlyMap<string, Json>;
  readonly assumed: Assumed;
  /** Told of each step as it ends. */
  ended(step: Step, record: StepRecord, kept: boolean): void;
}

/** Runs the steps of a pipeline one after the other, and writes down where each stands. */
export class Runner {
  private readonly here: Surroundings;
  private readonly byName: ReadonlyMap<string, Step>;

  constructor(private readonly running: Running) {
    const { journal, here } = running;
    this.byName = new Map(running.steps.map((step) => [step.name, step]));
    this.here = { ...here, withRoot: (work) => this.withRoot(work), record: (step) => journal.step(step) };
    removeRoot(journal.content.root);
  }

  /**
   * What the steps that certainly run read from outside of the run, and nothing says where it is.
   *
   * @returns a message for each
   */
  public missingInputs(): string[] {
    const left = this.running.steps.filter(({ name, branch }) => branch === undefined && !this.running.assumed.has(name) && this.running.journal.step(name)?.status !== 'done');
    return [...new Set(left.flatMap((step) => {
      const ready = this.unready(step);
      if (ready === undefined) return [];
      return (kindOf(step.type).inputs?.(ready) ?? []).filter((uri) => uri !== '' && !uri.includes(LATER)).flatMap((uri) => {
        try {
          this.here.store.need(uri, `what step '${step.name}' reads`);
          return [];
        } catch (error) {
          return [error instanceof Error ? error.message : String(error)];
        }
      });
    }))];
  }

  /** A step with its variables in place as far as they are known before it runs; undefined where it depends on more than addresses. */
  public unready(step: Step): ReadyStep | undefined {
    try {
      const known = this.values();
      const { assumed } = this.running;
      // what an assumed step gives is known before anything runs
      const property = (other: string, path: string) => (assumed.has(other) ? at(assumed.get(other), path) ?? known.property(other, path) : LATER);
      const values = { ...known, property, propertyFile: () => LATER, jsonAt: () => LATER };
      return this.ready(step, valueOf(step.arguments, values, step.name) as JsonObject, step.fields, '');
    } catch {
      // it is told when its turn comes
      return undefined;
    }
  }

  public async run(): Promise<RunOutcome> {
    const { steps, journal, here } = this.running;
    let outcome: RunOutcome = 'succeeded';
    for (const step of steps) {
      if (here.children.isInterrupted) return 'interrupted';
      here.progress(`${step.name} …`);
      const [record, kept] = await this.settle(step);
      journal.record(step.name, record);
      this.running.ended(step, record, kept);
      if (record.status === 'interrupted') return 'interrupted';
      if (record.status === 'failed') return 'failed';
      if (record.status === 'skipped' || record.status === 'waiting') outcome = 'incomplete';
    }
    return outcome;
  }

  private async settle(step: Step): Promise<[record: StepRecord, kept: boolean]> {
    const { journal, assumed } = this.running;
    const { name, type } = step;
    if (assumed.has(name)) return [{ type, status: 'assumed', ...(assumed.get(name) ? { properties: assumed.get(name)! } : {}) }, false];
    const standing = this.standing(step);
    if (standing) return [{ type, ...standing, ...spentBefore(journal.step(name)) }, false];
    const before = journal.step(name);
    const kind = kindOf(type);
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 100) / 10;
    try {
      const ready = this.resolved(step, kind);
      if (before?.status === 'done' && before.inputs === ready.digest && type !== 'Condition' && this.isWhole(before)) return [before, true];
      journal.record(name, { type, status: 'running', ...spentBefore(before), ...(before?.log === undefined ? {} : { log: before.log }) });
      const { wrote = [], ...result } = await kind.run(ready, this.here);
      const outputs = Object.fromEntries(wrote.map((uri) => [uri, digestOf(this.here.store.pathOf(uri)) ?? '']));
      return [{ ...journal.step(name)!, ...result, status: 'done', inputs: ready.digest, outputs, seconds: seconds() }, false];
    } catch (error) {
      const now = journal.step(name) ?? { type };
      const own = { ...now, type, seconds: seconds() };
      if (error instanceof Interruption) return [{ ...own, status: 'interrupted' }, false];
      if (error instanceof StepSkipped) return [{ ...own, status: 'skipped', message: error.message }, false];
      if (error instanceof StepFailure || (error instanceof Error && error.constructor === Error)) {
        return [{ ...own, status: 'failed', message: error.message, ...(error instanceof StepFailure && error.log !== undefined ? { log: error.log } : {}) }, false];
      }
      journal.record(name, { ...own, status: 'failed', message: 'a defect of the gate' });
      throw error;
    }
  }

  /** Why a step does not run now: it stands in the other branch, or what it waits for has not finished. */
  private standing({ needs, branch }: Step): Pick<StepRecord, 'status' | 'message'> | undefined {
    const { journal } = this.running;
    const statuses = needs.map((other): [string, StepStatus | undefined] => [other, journal.step(other)?.status]);
    if (statuses.some(([, status]) => status === 'not-taken')) return { status: 'not-taken' };
    const open = statuses.find(([, status]) => status !== 'done' && status !== 'assumed');
    if (open) return { status: 'waiting', message: `waits for '${open[0]}', which ${open[1] === 'skipped' ? 'was skipped' : 'waits itself'}` };
    if (branch && journal.step(branch.condition)?.properties?.Outcome !== branch.side) return { status: 'not-taken' };
    return undefined;
  }

  private resolved(step: Step, kind: StepKind): ReadyStep {
    const values = this.values();
    const args = valueOf(step.arguments, values, step.name) as JsonObject;
    const { DisplayName: _name, Description: _description, RetryPolicies: _retries, CacheConfig: _cache, ...fields } = step.fields;
    const own = valueOf(fields, values, step.name) as JsonObject;
    const draft = this.ready(step, args, own, '');
    const inputs = (kind.inputs?.(draft) ?? []).filter((uri) => uri.startsWith('s3://')).map((uri) => {
      const file = this.here.store.find(uri);
      return [uri, file === undefined ? null : digestOf(file)];
    });
    const beside = (kind.reads?.(draft, this.here) ?? []).map((path) => digestOf(path) ?? null);
    const digest = createHash('sha256').update(JSON.stringify([step.type, args, own, inputs, ...(beside.length > 0 ? [beside] : [])])).digest('hex');
    return this.ready(step, args, own, digest);
  }

  private ready(step: Step, args: JsonObject, fields: JsonObject, digest: string): ReadyStep {
    const { journal } = this.running;
    const before = journal.step(step.name);
    const note = (more: Partial<StepRecord>) => journal.record(step.name, { ...journal.step(step.name)!, ...more });
    return {
      ...step, arguments: args, fields, digest, raw: step.arguments, ...(before ? { before } : {}), note,
      spend: (report) => note({ private: [...(journal.step(step.name)?.private ?? []).filter(({ name }) => name !== report.name), report] }),
    };
  }

  private values(): Values {
    const { journal, here, parameters, assumed } = this.running;
    const arn = `arn:local:sagemaker:local:000000000000:pipeline/${here.pipeline.name}`;
    return {
      parameters,
      execution: {
        PipelineExecutionId: here.id, PipelineExecutionArn: `${arn}/execution/${here.id}`, PipelineName: here.pipeline.name, PipelineArn: arn,
        StartDateTime: journal.content.started, CurrentDateTime: journal.content.started,
      },
      property: (step, path) => {
        const record = journal.step(step);
        const found = at(record?.properties, path);
        // any property, by a text that says what it is
        return found === undefined && assumed.has(step) && assumed.get(step) === undefined ? `${ASSUMED}${step}.${path}` : found;
      },
      propertyFile: (step, name) => this.propertyFile(step, name),
      jsonAt: (uri) => jsonIn(here.store.need(uri, 'a value of the definition')),
    };
  }

  /** The JSON that a step has left as a property file. */
  public propertyFile(step: string, name: string): Json {
    const file = objectsAt(this.byName.get(step)!.fields, 'PropertyFiles').find((one) => one.PropertyFileName === name);
    const path = `ProcessingOutputConfig.Outputs['${textOf(file?.OutputName)}'].S3Output.S3Uri`;
    const output = at(this.running.journal.step(step)?.properties, path);
    if (!file || typeof output !== 'string') throw new StepFailure(`reads property file '${name}' of step '${step}', which is not there: give --assume '${asAssumed(`${step}.${path}`)}', an address, and --data for what lies there`);
    const uri = `${output.replace(/\/$/, '')}/${textOf(file.FilePath)}`;
    return jsonIn(this.here.store.need(uri, `property file '${name}' of step '${step}'`));
  }

  /** Whether all that a step has written is as it wrote it. */
  private isWhole({ outputs = {} }: StepRecord): boolean {
    return Object.entries(outputs).every(([uri, digest]) => digestOf(this.here.store.pathOf(uri)) === digest);
  }

  private async withRoot<T>(work: (root: Root) => Promise<T>): Promise<T> {
    const { journal, here } = this.running;
    const root = new Root(here.python);
    journal.write({ root: root.temporary });
    try {
      return await work(root);
    } finally {
      root.remove();
      journal.write({ root: undefined });
    }
  }
}

// stands in an address for what a step has yet to give
const LATER = '\u0000later';

// a training that began has spent, whatever became of the step
function spentBefore(before: StepRecord | undefined): Pick<StepRecord, 'private' | 'trials'> {
  return { ...(before?.private ? { private: before.private } : {}), ...(before?.trials ? { trials: before.trials } : {}) };
}

function jsonIn(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    throw new StepFailure(`reads '${basename(file)}', which is no JSON: ${error instanceof SyntaxError ? 'see what was written' : String(error)}`);
  }
}

// of a process that was killed; whoever edited the journal is not followed elsewhere
function removeRoot(folder: string | undefined): void {
  if (folder !== undefined && dirname(folder) === join(tmpdir()) && /^regulated-ml-[A-Za-z0-9]+$/.test(basename(folder))) rmSync(folder, { recursive: true, force: true });
}
