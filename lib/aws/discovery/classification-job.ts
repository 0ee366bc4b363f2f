import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { IDataStore } from '../storage/data-store';
import { DiscoveryJobProps } from './discovery-job';
import { DiscoverySchedule } from './discovery-schedule';
import { ManagedIdentifiers } from './managed-identifiers';

/** What a classification job is made from. */
export interface ClassificationJobProps extends DiscoveryJobProps {
  /** ARN of the Lambda that makes it. */
  readonly serviceToken: string;
  readonly stores: IDataStore[];
  readonly customDataIdentifierIds: string[];
  readonly allowListIds: string[];
}

/**
 * A classification job of Macie, which CloudFormation has no resource for. A job cannot be changed: a change makes a new one and
 * cancels the old.
 */
export class ClassificationJob extends Construct {
  public readonly resource: CustomResource;
  public readonly samplingPercentage: number;

  constructor(scope: Construct, id: string, props: ClassificationJobProps) {
    super(scope, id);
    const { stores } = props;
    const managed = props.managedIdentifiers ?? ManagedIdentifiers.RECOMMENDED;
    this.samplingPercentage = props.samplingPercentage ?? 100;
    this.check(props, managed);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: props.serviceToken,
      resourceType: 'Custom::MacieClassificationJob',
      serviceTimeout: Duration.minutes(5),
      properties: {
        Name: this.node.path.slice(-500),
        Description: props.description ?? `Looks for sensitive data in ${stores.map((store) => store.node.id).join(', ')}`.slice(0, 200),
        AccountId: Stack.of(this).account,
        Buckets: stores.map((store) => store.bucket.bucketName),
        Prefixes: props.prefixes,
        Schedule: (props.schedule ?? DiscoverySchedule.daily()).expression,
        InitialRun: String(props.initialRun ?? true),
        SamplingPercentage: String(this.samplingPercentage),
        CustomDataIdentifierIds: props.customDataIdentifierIds,
        AllowListIds: props.allowListIds,
        ManagedSelector: managed.selector,
        ManagedIdentifierIds: managed.ids,
        Tags: { 'regulated-ml:discovery': scope.node.path.slice(-256) },
      },
    });
  }

  private check(props: ClassificationJobProps, managed: ManagedIdentifiers): void {
    const of = `discovery job '${this.node.path}'`;
    if (props.stores.length === 0) throw new Error(`${of} has no store to look at: give at least one`);
    if (props.stores.length > 1000) throw new Error(`${of} has ${props.stores.length} stores: Macie takes at most 1000 buckets, split it`);
    const sampling = this.samplingPercentage;
    if (!Number.isInteger(sampling) || sampling < 1 || sampling > 100) {
      throw new Error(`the sampling percentage of ${of} is ${sampling}: give a whole number from 1 to 100`);
    }
    if (props.prefixes?.length === 0) throw new Error(`${of} has an empty list of prefixes and so would look at nothing: leave prefixes out to look at all`);
    const slash = props.prefixes?.find((prefix) => prefix === '' || prefix.startsWith('/'));
    if (slash !== undefined) throw new Error(`prefix '${slash}' of ${of} matches no key: give one such as 'admissions/', without a slash at the beginning`);
    if (managed.selector === 'NONE' && props.customDataIdentifierIds.length === 0) {
      throw new Error(`${of} has neither managed nor own data identifiers and so would find nothing: give identifiers, or another ManagedIdentifiers`);
    }
    if (props.customDataIdentifierIds.length > 30) {
      throw new Error(`${of} has ${props.customDataIdentifierIds.length} data identifiers of one's own: Macie takes at most 30 a job`);
    }
    if (props.description !== undefined && props.description.length > 200) {
      throw new Error(`the description of ${of} has ${props.description.length} characters: Macie takes at most 200`);
    }
  }
}
