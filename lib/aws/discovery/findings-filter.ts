import { Token } from 'aws-cdk-lib';
import * as macie from 'aws-cdk-lib/aws-macie';
import { Construct } from 'constructs';

/** A condition on a field of a finding. */
export class FindingCriterion {
  /**
   * The field has one of these values.
   *
   * @param field such as `severity.description` or `resourcesAffected.s3Object.key`
   * @param values at least one, up to 50
   */
  public static oneOf(field: string, ...values: string[]): FindingCriterion {
    return new FindingCriterion(field, { eq: checkValues(field, values) });
  }

  /**
   * The field has none of these values.
   *
   * @param field such as `classificationDetails.jobId`
   * @param values at least one, up to 50
   */
  public static noneOf(field: string, ...values: string[]): FindingCriterion {
    return new FindingCriterion(field, { neq: checkValues(field, values) });
  }

  /**
   * The field is a number, or a time in milliseconds since 1970, in a range.
   *
   * @param field such as `classificationDetails.result.sizeClassified`
   * @param least the smallest value
   * @param most the largest value; none for no upper end
   */
  public static between(field: string, least: number, most?: number): FindingCriterion {
    if (![least, most ?? least].every((value) => Number.isSafeInteger(value))) throw new Error(`the range of '${field}' is ${least} to ${most}: give whole numbers`);
    if (most !== undefined && most < least) throw new Error(`the range of '${field}' is ${least} to ${most}: give the smaller value first`);
    return new FindingCriterion(field, { gte: least, lte: most });
  }

  private constructor(
    /** The field. */
    public readonly field: string,
    private readonly test: macie.CfnFindingsFilter.CriterionAdditionalPropertiesProperty,
  ) {
    if (!Token.isUnresolved(field) && !/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/.test(field)) {
      throw new Error(`a finding has no field '${field}': give one such as 'severity.description', 'type' or 'resourcesAffected.s3Object.key'`);
    }
  }

  /** @internal */
  public _test(): macie.CfnFindingsFilter.CriterionAdditionalPropertiesProperty {
    return this.test;
  }
}

/** What a findings filter is made from. */
export interface FindingsFilterProps {
  /** Name of the filter, 3 to 64 characters. */
  readonly name: string;
  /** All of these must hold; at least one, each on another field. */
  readonly criteria: FindingCriterion[];
  /**
   * Why; up to 512 characters.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * Archives what matches: Macie then shows it nowhere and sends no event for it, so that it is never held back.
   *
   * @default false, the filter is a saved view only
   */
  readonly archive?: boolean;
  /**
   * Place among the filters of the account, from 1.
   *
   * @default - last
   */
  readonly position?: number;
}

/**
 * A named view on findings, or a rule that suppresses them.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/findings-suppression.html
 */
export class FindingsFilter {
  /**
   * A filter from its criteria.
   *
   * @throws an error that names the value and the limit when Macie would not take it
   */
  public static of(props: FindingsFilterProps): FindingsFilter {
    return new FindingsFilter(props);
  }

  /** Name of the filter. */
  public readonly name: string;
  /** Whether what matches is archived, and so never held back. */
  public readonly archives: boolean;
  private readonly props: FindingsFilterProps;

  private constructor(props: FindingsFilterProps) {
    const { name, description, criteria, position } = props;
    if (!Token.isUnresolved(name) && (name.length < 3 || name.length > 64)) {
      throw new Error(`the name of findings filter '${name}' has ${name.length} characters: Macie takes 3 to 64`);
    }
    if (description !== undefined && !Token.isUnresolved(description) && description.length > 512) {
      throw new Error(`the description of findings filter '${name}' has ${description.length} characters: Macie takes at most 512`);
    }
    if (criteria.length === 0) throw new Error(`findings filter '${name}' has no criteria and so matches every finding: give at least one`);
    const fields = criteria.map((criterion) => criterion.field);
    const twice = fields.find((field, index) => fields.indexOf(field) !== index);
    if (twice) throw new Error(`findings filter '${name}' tests field '${twice}' twice: give its values in one criterion`);
    if (position !== undefined && !Token.isUnresolved(position) && (!Number.isInteger(position) || position < 1)) {
      throw new Error(`the position of findings filter '${name}' is ${position}: give a whole number from 1`);
    }
    this.name = name;
    this.archives = props.archive ?? false;
    this.props = props;
  }

  /** @internal */
  public _render(scope: Construct, id: string): macie.CfnFindingsFilter {
    return new macie.CfnFindingsFilter(scope, id, {
      name: this.name,
      description: this.props.description,
      action: this.archives ? 'ARCHIVE' : 'NOOP',
      position: this.props.position,
      findingCriteria: { criterion: Object.fromEntries(this.props.criteria.map((criterion) => [criterion.field, criterion._test()])) },
    });
  }
}

function checkValues(field: string, values: string[]): string[] {
  if (values.length < 1 || values.length > 50) throw new Error(`the criterion on '${field}' has ${values.length} values: give 1 to 50`);
  return values;
}
