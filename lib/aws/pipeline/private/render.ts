import { DefaultTokenResolver, IFragmentConcatenator, IPostProcessor, IResolvable, IResolveContext, Tokenization, TokenizedStringFragments } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { settledJson } from '../../private/settled';
import { PipelineVariable } from './variable';

/** A value with its pipeline variables in place, CloudFormation tokens still tokens. */
export interface Rendered {
  readonly value: unknown;
  readonly variables: PipelineVariable[];
}

/**
 * First of two phases: puts pipeline variables in place and leaves CloudFormation tokens encoded in their strings, for
 * `stack.toJsonString`. In one phase a variable that is concatenated would land as an object inside `Fn::Join`,
 * a broken template that synthesizes silently.
 */
export function renderVariables(scope: IConstruct, value: unknown): Rendered {
  const variables = new Set<PipelineVariable>();
  const rendered: unknown = Tokenization.resolve(markNumbers(value), { scope, preparing: false, resolver: new VariableResolver(variables) });
  return { value: rendered, variables: [...variables] };
}

/**
 * Both phases: the definition as the value of a CloudFormation property. It fails to resolve when a pipeline variable hides in a CloudFormation
 * function, where it cannot be rendered.
 */
export function renderBody(scope: IConstruct, definition: () => unknown): string {
  return settledJson(scope, () => renderVariables(scope, definition()).value, (resolved) => {
    const hidden = piecesOf(resolved).find(holdsVariable);
    if (hidden) {
      throw new Error(`${scope.node.path}: a pipeline variable stands inside the CloudFormation function ${JSON.stringify(hidden)}, which is evaluated at deployment: concatenate it in a string or use MLPipeline.join`);
    }
  });
}

/**
 * Parses a resolved body, each intrinsic replaced by a sentinel that names it. Numbers and lists that CloudFormation decides stand outside
 * of the quotes.
 */
export function parseBody(resolved: unknown): Record<string, unknown> {
  let quoted = false;
  const text = piecesOf(resolved).map((piece) => {
    if (typeof piece === 'string') {
      quoted = endsQuoted(piece, quoted);
      return piece;
    }
    const sentinel = JSON.stringify(`\${${JSON.stringify(piece)}}`);
    return quoted ? sentinel.slice(1, -1) : sentinel;
  }).join('');
  return JSON.parse(text) as Record<string, unknown>;
}

/** Characters of a resolved body, each intrinsic as long as it is written. */
export function sizeOf(resolved: unknown): number {
  return piecesOf(resolved).reduce((size: number, piece) => size + (typeof piece === 'string' ? piece : JSON.stringify(piece)).length, 0);
}

/** Whether a piece of JSON ends within a string, given whether it began in one. */
function endsQuoted(piece: string, quoted: boolean): boolean {
  const quotes = piece.replace(/\\./gs, '').split('"').length - 1;
  return quotes % 2 === 0 ? quoted : !quoted;
}

class VariableResolver extends DefaultTokenResolver {
  constructor(private readonly found: Set<PipelineVariable>) {
    super(new VariableConcatenator());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, post: IPostProcessor): unknown {
    if (PipelineVariable.isVariable(token)) {
      this.found.add(token);
      return super.resolveToken(token, context, post) as unknown;
    }
    if (token instanceof DeployedNumber) return token.encoded;
    const value: unknown = token.resolve(context);
    // A Lazy may give variables; what is an intrinsic stays a token for the second phase.
    return isIntrinsic(value) || Tokenization.isResolvable(value) && !PipelineVariable.isVariable(value)
      ? token
      : context.resolve(value) as unknown;
  }

  public resolveString(fragments: TokenizedStringFragments, context: IResolveContext): unknown {
    return fragments.mapTokens({ mapToken: (token) => context.resolve(token) as IResolvable }).join(new VariableConcatenator());
  }

  public resolveList(list: string[], context: IResolveContext): unknown {
    const token = Tokenization.reverseList(list);
    return token && PipelineVariable.isVariable(token) ? context.resolve(token) as unknown : list;
  }
}

/** A number that CloudFormation decides: a resolver sees its token and not that it was a number, and would make it text. */
class DeployedNumber implements IResolvable {
  public readonly creationStack: string[] = [];

  constructor(public readonly encoded: number) {}

  public resolve(): number {
    return this.encoded;
  }
}

function markNumbers(value: unknown): unknown {
  if (typeof value === 'number') {
    const token = Tokenization.reverseNumber(value);
    return token && !PipelineVariable.isVariable(token) ? new DeployedNumber(value) : value;
  }
  if (Array.isArray(value)) return value.map(markNumbers);
  if (typeof value !== 'object' || value === null || Tokenization.isResolvable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, markNumbers(inner)]));
}

class VariableConcatenator implements IFragmentConcatenator {
  public join(left: unknown, right: unknown): unknown {
    if (left === undefined || left === '') return right ?? '';
    if (right === undefined || right === '') return left;
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    const values: unknown[] = [];
    for (const part of [...valuesOf(left), ...valuesOf(right)]) {
      const last = values.at(-1);
      if (typeof part === 'string' && typeof last === 'string') values[values.length - 1] = last + part;
      else values.push(part);
    }
    return { 'Std:Join': { On: '', Values: values } };
  }
}

function valuesOf(value: unknown): unknown[] {
  const join = (value as { 'Std:Join'?: { On: string; Values: unknown[] } })['Std:Join'];
  return join && join.On === '' ? join.Values : [value];
}

function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]!.startsWith('Fn::'));
}

/** What an `Fn::Join` of the body is made of: text and intrinsics. */
function piecesOf(resolved: unknown): unknown[] {
  const join = (resolved as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1] : [resolved];
}

function holdsVariable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsVariable);
  return Object.entries(value).some(([key, inner]) => key === 'Get' || key.startsWith('Std:') || holdsVariable(inner));
}
