/** What a task of the state machine calls: `sagemaker:createModel` and its parameters. */
export type SdkCall = (action: string, parameters: Record<string, unknown>) => unknown;

/** An error that an API gives. */
export class ApiError extends Error {}

/** How an execution ended. */
export interface PathExecution {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
  readonly cause?: string;
  /** The states it went through. */
  readonly path: string[];
}

interface PathState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Record<string, unknown>;
  readonly Result?: Record<string, unknown>;
  readonly ResultSelector?: Record<string, unknown>;
  readonly ResultPath?: string | null;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: (Rule & { Next: string })[];
  readonly Retry?: { MaxAttempts?: number }[];
  readonly Catch?: { Next: string; ResultPath?: string }[];
  readonly Error?: string;
  readonly Cause?: string;
}

interface Rule {
  readonly And?: Rule[];
  readonly Or?: Rule[];
  readonly Variable?: string;
  readonly StringEquals?: string;
  readonly StringEqualsPath?: string;
  readonly IsPresent?: boolean;
  readonly TimestampGreaterThanPath?: string;
}

/** A state machine in Amazon States Language, in JSONPath. */
export interface PathDefinition {
  readonly StartAt: string;
  readonly States: Record<string, PathState>;
}

/**
 * Interprets the part of the language that our JSONPath state machines use. A path to what is not there is an error, as in Step Functions; waits
 * are left out.
 *
 * @see https://states-language.net/
 */
export function executePaths(
  definition: PathDefinition, input: Record<string, unknown>, context: Record<string, unknown>, call: SdkCall, limit = 500,
): PathExecution {
  const path: string[] = [];
  let data = structuredClone(input);
  let name = definition.StartAt;
  for (let step = 0; step < limit; step++) {
    const state = definition.States[name];
    if (!state) throw new Error(`there is no state '${name}'`);
    path.push(name);
    switch (state.Type) {
      case 'Succeed': return { status: 'SUCCEEDED', path };
      case 'Fail': return { status: 'FAILED', error: state.Error, cause: state.Cause, path };
      case 'Wait': break;
      case 'Pass': data = placed(data, state.ResultPath, state.Result ?? template(state.Parameters, data, context)); break;
      case 'Choice': {
        name = state.Choices?.find((rule) => holds(rule, data, context))?.Next ?? state.Default ?? '';
        continue;
      }
      case 'Task': {
        const action = /:states:::aws-sdk:(.+)$/.exec(state.Resource ?? '')?.[1];
        if (!action) throw new Error(`'${name}' calls ${state.Resource}`);
        const parameters = template(state.Parameters, data, context) as Record<string, unknown>;
        let outcome: { result: unknown } | { failure: Error } = { failure: new Error('not called') };
        for (let attempt = 0; attempt <= (state.Retry?.[0]?.MaxAttempts ?? 0) && 'failure' in outcome; attempt++) {
          try {
            outcome = { result: call(action, parameters) ?? {} };
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            outcome = { failure: error };
          }
        }
        if ('failure' in outcome) {
          const catcher = state.Catch?.[0];
          if (!catcher) return { status: 'FAILED', error: 'States.TaskFailed', cause: outcome.failure.message, path };
          data = placed(data, catcher.ResultPath, { Error: 'States.TaskFailed', Cause: outcome.failure.message });
          name = catcher.Next;
          continue;
        }
        const result = state.ResultSelector ? template(state.ResultSelector, outcome.result as Record<string, unknown>, context) : outcome.result;
        data = placed(data, state.ResultPath, result);
        break;
      }
      default: throw new Error(`'${name}' is a ${state.Type}`);
    }
    if (!state.Next) return { status: 'SUCCEEDED', path };
    name = state.Next;
  }
  throw new Error(`the execution does not end: ${path.slice(-10).join(' > ')}`);
}

function placed(data: Record<string, unknown>, path: string | null | undefined, result: unknown): Record<string, unknown> {
  if (path === null) return data;
  const key = /^\$\.([A-Za-z]+)$/.exec(path ?? '')?.[1];
  if (!key) throw new Error(`result path ${path} is not interpreted`);
  return { ...data, [key]: result };
}

function template(value: unknown, data: unknown, context: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => template(item, data, context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => (key.endsWith('.$')
    ? [key.slice(0, -2), evaluate(inner as string, data, context)]
    : [key, template(inner, data, context)])));
}

function evaluate(expression: string, data: unknown, context: unknown): unknown {
  const intrinsic = /^States\.(Format|Array)\((.*)\)$/s.exec(expression);
  if (!intrinsic) return required(expression, data, context);
  const values = (intrinsic[2].match(/'[^']*'|\$[^,\s]*/g) ?? []).map((part) => (part.startsWith('\'') ? part.slice(1, -1) : required(part, data, context)));
  if (intrinsic[1] === 'Array') return values;
  const rest = values.slice(1);
  return String(values[0]).replace(/\{\}/g, () => String(rest.shift()));
}

function required(path: string, data: unknown, context: unknown): unknown {
  const found = lookup(path, data, context);
  if (found === undefined) throw new Error(`States.Runtime: ${path} is not there in ${JSON.stringify(data)}`);
  return found;
}

function lookup(path: string, data: unknown, context: unknown): unknown {
  if (path.startsWith('$$')) return lookup(path.slice(1), context, context);
  return (path.slice(1).match(/[A-Za-z][A-Za-z0-9]*|\d+/g) ?? []).reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], data);
}

function holds(rule: Rule, data: unknown, context: unknown): boolean {
  if (rule.And) return rule.And.every((inner) => holds(inner, data, context));
  if (rule.Or) return rule.Or.some((inner) => holds(inner, data, context));
  const value = lookup(rule.Variable ?? '', data, context);
  if (rule.IsPresent !== undefined) return (value !== undefined) === rule.IsPresent;
  if (value === undefined) throw new Error(`States.Runtime: ${rule.Variable} is not there`);
  if (rule.StringEquals !== undefined) return value === rule.StringEquals;
  if (rule.StringEqualsPath !== undefined) return value === required(rule.StringEqualsPath, data, context);
  if (rule.TimestampGreaterThanPath !== undefined) {
    return Date.parse(String(value)) > Date.parse(String(required(rule.TimestampGreaterThanPath, data, context)));
  }
  throw new Error(`choice ${JSON.stringify(rule)} is not interpreted`);
}
