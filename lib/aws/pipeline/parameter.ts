import { Token } from 'aws-cdk-lib';
import { PipelineVariable, textOf, VariableOwner } from './private/variable';

/** What a pipeline parameter holds. */
export enum ParameterType {
  /** Text. */
  STRING = 'String',
  /** A whole number. */
  INTEGER = 'Integer',
  /** A number. */
  FLOAT = 'Float',
  /** True or false. */
  BOOLEAN = 'Boolean',
}

/** What a text parameter may be. */
export interface ParameterProps {
  /**
   * What it is when nobody gives it.
   *
   * @default - whoever starts a run has to give it
   */
  readonly defaultValue?: string;
  /**
   * The only values that are taken.
   *
   * @default - any
   */
  readonly allowedValues?: string[];
}

/** A value that whoever starts a run may give. */
export class PipelineParameter {
  /** @internal */
  public static _of(owner: VariableOwner, name: string, type: ParameterType, fallback: ParameterFallback): PipelineParameter {
    return new PipelineParameter(owner, name, type, fallback);
  }

  /** What it holds. */
  public readonly type: ParameterType;
  /** Its name. */
  public readonly name: string;
  private readonly fallback: ParameterFallback;
  private readonly variable: PipelineVariable;

  private constructor(owner: VariableOwner, name: string, type: ParameterType, fallback: ParameterFallback) {
    if (!/^[A-Za-z0-9\-_]{1,256}$/.test(name)) {
      throw new Error(`${owner.node.path}: parameter name '${name}' is not usable: give 1 to 256 letters, digits, '-' or '_'`);
    }
    this.name = name;
    this.type = type;
    this.fallback = fallback;
    this.variable = new PipelineVariable({ Get: `Parameters.${name}` }, owner);
    const { value, allowed } = fallback;
    if (type === ParameterType.INTEGER && value !== undefined && !Token.isUnresolved(value) && !Number.isInteger(value)) {
      throw new Error(`${owner.node.path}: the default ${String(value)} of integer parameter '${name}' is no whole number: give one, or use addFloat`);
    }
    if (typeof value === 'number' && !Token.isUnresolved(value) && !Number.isFinite(value)) {
      throw new Error(`${owner.node.path}: the default ${String(value)} of parameter '${name}' is no finite number: give one`);
    }
    if (allowed && value !== undefined && !Token.isUnresolved(value) && !allowed.includes(String(value))) {
      throw new Error(`${owner.node.path}: the default '${String(value)}' of parameter '${name}' is not one of ${allowed.join(', ')}: give one of them`);
    }
  }

  /** The value as text, for string props; may be concatenated. */
  public get valueAsString(): string {
    // SageMaker takes a number for text only when it is joined to text.
    const isNumber = this.type === ParameterType.INTEGER || this.type === ParameterType.FLOAT;
    return isNumber ? textOf(this.variable.number) : this.variable.text;
  }

  /**
   * The value as a number, for number props.
   *
   * @throws an error when the parameter holds text or a truth value
   */
  public get valueAsNumber(): number {
    if (this.type !== ParameterType.INTEGER && this.type !== ParameterType.FLOAT) {
      throw new Error(`parameter '${this.name}' holds a ${this.type.toLowerCase()}, not a number: declare it with addInteger or addFloat`);
    }
    return this.variable.number;
  }

  /** @internal */
  public _render(): Record<string, unknown> {
    return { Name: this.name, Type: this.type, DefaultValue: this.fallback.value, EnumValues: this.fallback.allowed };
  }
}

/** @internal */
export interface ParameterFallback {
  readonly value?: string | number | boolean;
  readonly allowed?: string[];
}
