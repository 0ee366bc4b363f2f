import jsonata from 'jsonata';

/** A state machine in Amazon States Language, in JSONata. */
export interface Definition {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

interface Transition {
  readonly Assign?: unknown;
  readonly Next: string;
}

interface State {
  readonly Type: 'Task' | 'Pass' | 'Choice' | 'Map' | 'Wait' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Assign?: unknown;
  readonly Output?: unknown;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: (Transition & { readonly Condition: string })[];
  readonly Items?: unknown;
  readonly ItemProcessor?: Omit<Definition, 'QueryLanguage'>;
  readonly Seconds?: unknown;
  readonly Retry?: { readonly ErrorEquals: string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: (Transition & { readonly ErrorEquals: string[] })[];
  readonly Error?: string;
}

/** What a task of the state machine calls, by its resource. */
export type Integration = (args: Record<string, unknown>) => Promise<unknown>;

/** How an execution ended. */
export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
  /** The states it went through, a repeated attempt each time; those of a map for each item, one item after the other. */
  readonly path: string[];
}

/** What `$states.context` has. */
export interface Context {
  readonly Execution?: { readonly Name: string; readonly StartTime: string };
}

interface Running {
  readonly integrations: Record<string, Integration>;
  readonly context: Context;
  readonly path: string[];
}

interface Ended extends Omit<Execution, 'path'> {
  readonly output?: unknown;
}

/**
 * Interprets the part of the language that our state machines use, with the reference implementation of JSONata. As in Step Functions an expression
 * without a result is an error, and a map has variables of its own that see those around it. Waits are left out.
 *
 * @see https://states-language.net/
 */
export async function execute(definition: Definition, input: unknown, integrations: Record<string, Integration>, context: Context = {}): Promise<Execution> {
  if (definition.QueryLanguage !== 'JSONata') throw new Error('only JSONata is interpreted');
  const path: string[] = [];
  const { status, error } = await run(definition, input, {}, { integrations, context, path });
  return { status, ...(error === undefined ? {} : { error }), path };
}

async function run(machine: Omit<Definition, 'QueryLanguage'>, input: unknown, outer: Record<string, unknown>, running: Running): Promise<Ended> {
  const { integrations, context, path } = running;
  const variables: Record<string, unknown> = {};
  const assign = (values: unknown) => {
    const hidden = Object.keys(values as object).find((name) => name in outer);
    if (hidden) throw new Error(`'${hidden}' is a variable around the map`);
    Object.assign(variables, values);
  };
  let [name, data]: [string, unknown] = [machine.StartAt, input];
  for (;;) {
    const state = machine.States[name];
    if (!state) throw new Error(`there is no state '${name}'`);
    const evaluate = (template: unknown, states: object) => resolve(template, { ...outer, ...variables, states: { input: data, context, ...states } });
    let next: string | undefined = state.Next;
    path.push(name);
    switch (state.Type) {
      case 'Succeed':
        return { status: 'SUCCEEDED', output: data };
      case 'Fail':
        return { status: 'FAILED', error: state.Error };
      case 'Pass':
        assign(await evaluate(state.Assign ?? {}, {}));
        if (state.Output !== undefined) data = await evaluate(state.Output, {});
        break;
      case 'Wait': {
        const seconds = await evaluate(state.Seconds, {});
        if (!Number.isInteger(seconds) || (seconds as number) < 0) throw new Error(`a wait of ${String(seconds)} seconds`);
        break;
      }
      case 'Choice': {
        let taken: Transition | undefined;
        for (const choice of state.Choices ?? []) {
          if (await evaluate(choice.Condition, {}) !== true) continue;
          taken = choice;
          break;
        }
        assign(await evaluate(taken?.Assign ?? {}, {}));
        next = taken?.Next ?? state.Default;
        break;
      }
      case 'Map': {
        const items = await evaluate(state.Items, {});
        if (!Array.isArray(items)) throw new Error(`the items of '${name}' are no list`);
        const outputs: unknown[] = [];
        for (const item of items) {
          const { status, error, output } = await run(state.ItemProcessor!, item, { ...outer, ...variables }, running);
          if (status === 'FAILED') return { status, error };
          outputs.push(output);
        }
        assign(await evaluate(state.Assign ?? {}, { result: outputs }));
        data = outputs;
        break;
      }
      case 'Task': {
        const { caught, result } = await attempt(state, () => path.push(name), async () => {
          const integration = integrations[state.Resource ?? ''];
          if (!integration) throw new Error(`nothing stands in for ${state.Resource}`);
          const answer = await integration(await evaluate(state.Arguments, {}) as Record<string, unknown>);
          assign(await evaluate(state.Assign ?? {}, { result: answer }));
          return answer;
        });
        if (caught === undefined) {
          data = state.Output === undefined ? result : await evaluate(state.Output, { result });
          break;
        }
        if (!caught.by) return { status: 'FAILED', error: String(caught.problem) };
        const { problem } = caught;
        const errorOutput = { Error: problem.name === 'Error' ? 'States.TaskFailed' : problem.name, Cause: problem.message };
        assign(await evaluate(caught.by.Assign ?? {}, { errorOutput }));
        next = caught.by.Next;
        break;
      }
    }
    if (next === undefined) return { status: 'SUCCEEDED', output: data };
    name = next;
  }
}

/** Tries a task as often as the first of its retriers says that takes the error; gives who catches it in the end. */
async function attempt(state: State, again: () => void, task: () => Promise<unknown>): Promise<{ readonly result?: unknown; readonly caught?: { readonly problem: Error; readonly by?: Transition } }> {
  for (let tried = 1; ; tried++) {
    try {
      return { result: await task() };
    } catch (error) {
      const problem = error as Error;
      const takes = ({ ErrorEquals }: { readonly ErrorEquals: string[] }) => ErrorEquals.some((one) => one === problem.name || one === 'States.TaskFailed' || one === 'States.ALL');
      const retrier = state.Retry?.find(takes);
      if (retrier && tried <= (retrier.MaxAttempts ?? 3)) {
        again();
        continue;
      }
      return { caught: { problem, by: state.Catch?.find(takes) } };
    }
  }
}

async function resolve(template: unknown, bindings: Record<string, unknown>): Promise<unknown> {
  if (Array.isArray(template)) return Promise.all(template.map((item) => resolve(item, bindings)));
  if (typeof template === 'object' && template !== null) {
    const entries = await Promise.all(Object.entries(template).map(async ([key, value]) => [key, await resolve(value, bindings)]));
    return Object.fromEntries(entries);
  }
  const expression = typeof template === 'string' ? /^\{%\s*(.*?)\s*%\}$/s.exec(template)?.[1] : undefined;
  if (expression === undefined) return template;
  const value = await jsonata(expression).evaluate(undefined, bindings);
  if (value === undefined) throw new Error(`States.QueryEvaluationError: '${expression}' has no result`);
  // results are sequences with hidden properties
  return JSON.parse(JSON.stringify(value));
}
