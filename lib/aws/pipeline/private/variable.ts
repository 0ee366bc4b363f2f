import { IResolvable, IResolveContext, Token, Tokenization } from 'aws-cdk-lib';

const VARIABLE = Symbol.for('cdk-regulated-ml.PipelineVariable');

/** Who gives a variable its value: a step, or the pipeline itself. */
export interface VariableOwner {
  readonly node: { readonly path: string };
}

/**
 * A value known only when the pipeline runs, as a CDK token: it resolves to what the pipeline definition language
 * calls it (`{ Get: 'Steps.Train.ModelArtifacts' }`), so every string and number prop takes it.
 */
export class PipelineVariable implements IResolvable {
  public static isVariable(value: unknown): value is PipelineVariable {
    return typeof value === 'object' && value !== null && VARIABLE in value;
  }

  public readonly creationStack: string[] = [];

  constructor(
    private readonly expression: unknown,
    /** The step or pipeline it belongs to, so that foreign and dangling references are found. */
    public readonly owner?: VariableOwner,
  ) {
    Object.defineProperty(this, VARIABLE, { value: true });
  }

  public resolve(context: IResolveContext): unknown {
    return context.resolve(this.expression);
  }

  public get text(): string {
    return Token.asString(this, { displayHint: 'PipelineVariable' });
  }

  public get number(): number {
    return Token.asNumber(this);
  }

  public get list(): string[] {
    return Token.asList(this, { displayHint: 'PipelineVariable' });
  }

  public toString(): string {
    return this.text;
  }

  public toJSON(): string {
    return this.text;
  }
}

/** A number for a field that holds text: written out, or joined to text when the pipeline run decides it. */
export function textOf(value: number | string | boolean): string {
  if (typeof value !== 'number') return String(value);
  const token = Tokenization.reverseNumber(value);
  if (!token) return String(value);
  return PipelineVariable.isVariable(token)
    ? new PipelineVariable({ 'Std:Join': { On: '', Values: [token] } }, token.owner).text
    : Tokenization.stringifyNumber(value);
}

/** `Std:Join` of values; owners are found through the values. */
export function joined(separator: string, values: string[]): string {
  return new PipelineVariable({ 'Std:Join': { On: separator, Values: values } }).text;
}
