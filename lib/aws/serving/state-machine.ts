import { without } from './requests';


/** A state of Amazon States Language. */
export type State = Record<string, unknown>;

/** States with one way in and one way out. */
export interface Block {
  readonly entry: string;
  render(next: string): Record<string, State>;
}

/** One state. */
export function single(name: string, state: State): Block {
  return { entry: name, render: (next) => ({ [name]: { ...state, Next: next } }) };
}

/** A call of an AWS API. What it returns is dropped unless it says where to. */
export function call(name: string, service: string, action: string, parameters: Record<string, unknown>, more: State = {}): Block {
  return single(name, sdkTask(service, action, parameters, more));
}

/** A task that calls an AWS API, and tries again when it fails for a moment. */
export function sdkTask(service: string, action: string, parameters: Record<string, unknown>, more: State = {}): State {
  return {
    Type: 'Task',
    Resource: `arn:aws:states:::aws-sdk:${service}:${action}`,
    Parameters: parameters,
    Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'FULL' }],
    ResultPath: null,
    ...more,
  };
}

/**
 * Asks whether a thing exists, and creates it where it does not, so that running twice does no harm. SageMaker has no error of its own for
 * what is not there: whatever else is wrong shows when creating fails too.
 */
export function ensure(what: string, find: State, create: State): Block {
  const [entry, creation] = [`Find ${what}`, `Create ${what}`];
  return {
    entry,
    render: (next) => ({
      [entry]: { ...without(find, 'Retry'), ResultPath: null, Next: next, Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.absent', Next: creation }] },
      [creation]: { ...create, Next: next },
    }),
  };
}

/** One of two passes, by a condition. */
export function either(question: string, condition: State, [yes, then]: [string, State], [no, otherwise]: [string, State]): Block {
  return {
    entry: question,
    render: (next) => ({
      [question]: { Type: 'Choice', Choices: [{ ...condition, Next: yes }], Default: no },
      [yes]: { Type: 'Pass', ...then, Next: next },
      [no]: { Type: 'Pass', ...otherwise, Next: next },
    }),
  };
}

/** Blocks one after the other. */
export function sequence(blocks: readonly Block[], end: string): { readonly entry: string; readonly states: Record<string, State> } {
  const states = blocks.map((block, index) => block.render(blocks[index + 1]?.entry ?? end));
  return { entry: blocks[0]?.entry ?? end, states: Object.assign({}, ...states) };
}
