import { Token } from 'aws-cdk-lib';

/** What a condition step decides on; several together mean *and*. */
export class Condition {
  /** Both texts are the same. */
  public static equalTo(left: string, right: string): Condition {
    return Condition.compare('Equals', left, right);
  }

  /** Both numbers are the same. */
  public static equalToNumber(left: number, right: number): Condition {
    return Condition.compare('Equals', left, right);
  }

  /** The value, such as that of a boolean parameter, is true. */
  public static isTrue(value: string): Condition {
    return Condition.compare('Equals', value, true);
  }

  /** left > right. */
  public static greaterThan(left: number, right: number): Condition {
    return Condition.compare('GreaterThan', left, right);
  }

  /** left >= right. */
  public static greaterThanOrEqual(left: number, right: number): Condition {
    return Condition.compare('GreaterThanOrEqualTo', left, right);
  }

  /** left < right. */
  public static lessThan(left: number, right: number): Condition {
    return Condition.compare('LessThan', left, right);
  }

  /** left <= right. */
  public static lessThanOrEqual(left: number, right: number): Condition {
    return Condition.compare('LessThanOrEqualTo', left, right);
  }

  /** The text is one of several. */
  public static isIn(value: string, values: string[]): Condition {
    if (values.length === 0) throw new Error('condition isIn has no values: give at least one, or the condition is never true');
    return new Condition({ Type: 'In', QueryValue: value, Values: values });
  }

  /** The opposite. */
  public static not(condition: Condition): Condition {
    return new Condition({ Type: 'Not', Condition: condition.expression });
  }

  /** At least one holds. */
  public static anyOf(...conditions: Condition[]): Condition {
    if (conditions.length < 2) throw new Error(`condition anyOf has ${conditions.length} condition(s): give at least two`);
    return new Condition({ Type: 'Or', Conditions: conditions.map((condition) => condition.expression) });
  }

  private static compare(type: string, left: unknown, right: unknown): Condition {
    for (const side of [left, right]) {
      if (typeof side === 'number' && !Token.isUnresolved(side) && !Number.isFinite(side)) {
        throw new Error(`condition ${type} compares ${side}, which is no finite number: compare with a number, or with a parameter's valueAsNumber`);
      }
    }
    return new Condition({ Type: type, LeftValue: left, RightValue: right });
  }

  private constructor(private readonly expression: Record<string, unknown>) {}

  /** @internal */
  public _render(): Record<string, unknown> {
    return this.expression;
  }
}
