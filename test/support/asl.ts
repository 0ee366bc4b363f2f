import jsonata from 'jsonata';

/** A state machine in Amazon States Language, in JSONata. */
export interface Definition {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

interface State {
  readonly Type: 'Task' | 'Pass' | 'Choice' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Assign?: unknown;
  readonly Output?: unknown;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: { readonly Condition: string; readonly Next: string }[];
  readonly Retry?: { readonly ErrorEquals: string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Assign?: unknown; readonly Next: string }[];
  readonly Error?: string;
}

/** What a task of the state machine calls, by its resource. */
export type Integration = (args: Record<string, unknown>) => Promise<unknown>;

/** How an execution ended. */
export interface Execution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
  /** The states it went through, a repeated attempt each time. */
  readonly path: string[];
}

/**
 * Interprets the part of the language that our state machines use, with the reference implementation of JSONata. As in Step Functions an expression
 * without a result is an error. Waits are left out.
 *
 * @see https://states-language.net/
 */
export async function execute(definition: Definition, input: unknown, integrations: Record<string, Integration>): Promise<Execution> {
  if (definition.QueryLanguage !== 'JSONata') throw new Error('only JSONata is interpreted');
  const variables: Record<string, unknown> = {};
  const path: string[] = [];
  let [name, data]: [string, unknown] = [definition.StartAt, input];
  for (;;) {
    const state = definition.States[name];
    if (!state) throw new Error(`there is no state '${name}'`);
    const evaluate = (template: unknown, states: object) => resolve(template, { ...variables, states: { input: data, ...states } });
    let next: string | undefined = state.Next;
    switch (state.Type) {
      case 'Succeed':
        path.push(name);
        return { status: 'SUCCEEDED', path };
      case 'Fail':
        path.push(name);
        return { status: 'FAILED', error: state.Error, path };
      case 'Pass':
        path.push(name);
        Object.assign(variables, await evaluate(state.Assign ?? {}, {}));
        break;
      case 'Choice':
        path.push(name);
        next = state.Default;
        for (const choice of [...(state.Choices ?? [])].reverse()) if (await evaluate(choice.Condition, {}) === true) next = choice.Next;
        break;
      case 'Task': {
        const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.some((error) => error === 'States.TaskFailed' || error === 'States.ALL'));
        const attempts = 1 + (retrier ? retrier.MaxAttempts ?? 3 : 0);
        let problem: unknown;
        let done = false;
        for (let attempt = 0; attempt < attempts && !done; attempt++) {
          path.push(name);
          try {
            const integration = integrations[state.Resource ?? ''];
            if (!integration) throw new Error(`nothing stands in for ${state.Resource}`);
            const result = await integration(await evaluate(state.Arguments, {}) as Record<string, unknown>);
            Object.assign(variables, await evaluate(state.Assign ?? {}, { result }));
            data = state.Output === undefined ? result : await evaluate(state.Output, { result });
            done = true;
          } catch (error) {
            problem = error;
          }
        }
        if (!done) {
          const caught = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
          if (!caught) return { status: 'FAILED', error: String(problem), path };
          const errorOutput = { Error: 'States.TaskFailed', Cause: (problem as Error).message };
          Object.assign(variables, await evaluate(caught.Assign ?? {}, { errorOutput }));
          next = caught.Next;
        }
        break;
      }
    }
    if (next === undefined) return { status: 'SUCCEEDED', path };
    name = next;
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
