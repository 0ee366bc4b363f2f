import { join } from 'node:path';
import { Duration, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { declareChoice } from '../../../policy/choice';
import { DataFlow } from '../../../policy/flow';
import { Purpose } from '../../../policy/purpose';
import { having, requireProps } from '../../../policy/required';
import type { ConsentRegistry, IConsentRegistry } from '../../privacy/consent-registry';
import { wholeSeconds } from '../../private/whole';
import { DataInput } from '../../storage/data-input';
import { Code } from '../code';
import { ContainerImage, PrebuiltImage } from '../images';
import { Instances } from '../instances';
import { Output } from '../output';
import { ParameterType } from '../parameter';
import type { MLPipeline } from '../pipeline';
import { enterConsentFilter } from '../private/consent-behind';
import { commandOf, launcher, PROCESSING_CODE_PATH } from '../private/launch';
import { PipelineStep, RetriedStepProps } from '../step';
import { LambdaStep } from './lambda';
import { ProcessingStep } from './processing';

/** What a consent filter is made from. */
export interface ConsentFilterStepProps extends RetriedStepProps {
  /** Who consents to what. */
  readonly registry: IConsentRegistry;
  /** What is filtered: files of CSV or JSON lines, packed by gzip or not, and Parquet where the image has pyarrow. */
  readonly input: DataInput;
  /** The column that says whose row it is, as receipts spell it: texts as they are, whole numbers in their digits. */
  readonly subject: string;
  /** What the data is going to be used for, one of the purposes of the registry. */
  readonly purpose: Purpose;
  /**
   * How old the snapshot may be when the step begins; older ones stop the run.
   *
   * @default Duration.hours(24)
   */
  readonly maximumAge?: Duration;
  /**
   * An image with Python 3.9 or later, and pyarrow for Parquet.
   *
   * @default - the scikit-learn image of SageMaker
   */
  readonly image?: ContainerImage;
  /**
   * What separates the columns of CSV.
   *
   * @default ','
   */
  readonly delimiter?: string;
  /**
   * The machines it runs on.
   *
   * @default - one `ml.m5.xlarge`
   */
  readonly instances?: Instances;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly maxRuntime?: Duration;
}

const MAXIMUM_AGE = Duration.hours(24);
/** The output with what is kept. */
const KEPT = 'consented';
/** The input that says who consents. */
const SNAPSHOT = 'consent-snapshot';
/** The output that counts what was dropped. */
const REPORT = 'consent';
const SNAPSHOT_ANSWERS = { snapshot: ParameterType.STRING, takenAt: ParameterType.STRING, uri: ParameterType.STRING, rows: ParameterType.STRING };

/**
 * Keeps the rows of people who consent to a purpose now: the first step of a pipeline whose purpose rests on consent. A step before it has a snapshot of
 * the registry taken; it stops when the snapshot is missing, changed or too old, and writes how many rows it dropped and why, naming nobody.
 *
 * `jsonGet('consent', 'rows.kept')` is a number for conditions, as are `rows.read`, `rows.dropped`, and `dropped.<reason>`.
 */
export class ConsentFilterStep extends ProcessingStep {
  private readonly snapshots: LambdaStep;

  constructor(pipeline: MLPipeline, id: string, props: ConsentFilterStepProps) {
    checkProps(pipeline, id, props);
    const { registry, input, subject, purpose, delimiter = ',', image, maximumAge = MAXIMUM_AGE, ...rest } = props;
    const seconds = wholeSeconds(maximumAge, `${pipeline.node.path}/${id}: maximumAge`);
    const name = props.stepName ?? id;
    const snapshots = new LambdaStep(pipeline, `${id}Snapshot`, {
      handler: lambda.Function.fromFunctionArn(pipeline, `${id}SnapshotFunction`, registry.snapshotFunctionArn), stepName: `${name.slice(0, 56)}Snapshot`,
      description: `Has a snapshot of consents taken for ${name}`, arguments: { action: registry.scheduledSnapshots ? 'latest' : 'take' }, answers: SNAPSHOT_ANSWERS,
    });
    const settings = {
      CONSENT_SUBJECT: subject, CONSENT_PURPOSE: purpose.name, CONSENT_MAXIMUM_AGE_SECONDS: String(seconds), CONSENT_INPUT: input.name, CONSENT_DELIMITER: delimiter,
    };
    super(pipeline, id, {
      ...rest, image: image ?? ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2'), code: Code.fromAsset(CODE),
      inputs: [input, snapshotOf(registry, snapshots)], outputs: [Output.of(KEPT), Output.propertyFile(REPORT, 'consent.json')],
      environment: { ...settings, CONSENT_SNAPSHOT: snapshots.answer('snapshot') },
    });
    this.snapshots = snapshots;
    const flow = DataFlow.of(this);
    flow.connect(registry.store.node.path, this.node.path, SNAPSHOT, { carries: 'consent' });
    const entrypoint = launcher(PROCESSING_CODE_PATH, commandOf('main.py'));
    flow.add({
      ...flow.node(this.node.path)!, consent: { purpose, settings, entrypoint, code: this._code!.key, snapshotStep: snapshots.stepName },
      definition: () => pipeline._declared(this, snapshots),
    });
    enterConsentFilter(this, { stepName: this.stepName, pipeline, purpose, maximumAgeSeconds: seconds, snapshot: this.snapshotId, takenAt: snapshots.answer('takenAt') });
    declareChoice(this, {
      dimension: 'privacy', choice: `rows are kept of people who consent to ${purpose} by a snapshot of at most ${maximumAge.toHumanString()}`,
      gives: 'nothing is learned from somebody who did not agree, or took it back before the run', costs: 'fewer rows, of people who are not a random part of all: look at what the model says of those who decline',
    });
  }

  /** Id of the snapshot that the run filters by: a token. */
  public get snapshotId(): string {
    return this.snapshots.answer('snapshot');
  }

  /**
   * What is kept, as the input of another step.
   *
   * @param name `consent` for the report instead
   */
  public override output(name: string = KEPT): DataInput {
    return super.output(name);
  }

  /** @internal */
  public override get _companions(): PipelineStep[] {
    return [this.snapshots];
  }
}

const CODE = join(__dirname, '..', '..', '..', '..', 'build', 'runtime', 'consent-filter');

function snapshotOf({ store }: IConsentRegistry, snapshots: LambdaStep): DataInput {
  return DataInput.of({
    uri: snapshots.answer('uri'), name: SNAPSHOT, sourceId: store.node.path, reader: { grantReadTo: (grantee) => { store.grantRead(grantee, 'snapshots/'); } },
  });
}

function checkProps(pipeline: MLPipeline, id: string, props: ConsentFilterStepProps): void {
  const owner = `${pipeline.node.path}/${id}`;
  requireProps(owner, props, {
    registry: { is: having('snapshotFunctionArn', 'purposes', 'store'), give: 'a ConsentRegistry' },
    input: { is: having('uri', 'sourceId', 'grantRead'), give: 'a DataInput: input() of a store, or output() of a step' },
    subject: { is: (value) => typeof value === 'string' && value !== '', give: "the column that says whose row it is, such as 'patient_id'" },
    purpose: { is: having('name', 'isSame'), give: "a purpose, such as Purpose.of('readmission-risk')" },
    maximumAge: { is: (value) => value instanceof Duration, give: 'a Duration, such as Duration.hours(24)', optional: true },
    delimiter: { is: (value) => typeof value === 'string' && /^[^"\r\n]$/.test(value), give: "one character, such as ';'", optional: true },
  });
  const { registry, purpose, subject, maximumAge, input } = props;
  if (Token.isUnresolved(subject)) throw new Error(`${owner}: subject is a token, which says nothing at synth: write the name of the column out`);
  if (!registry.purposes.some((own) => own.isSame(purpose))) {
    throw new Error(`${owner}: registry '${registry.node.path}' knows nothing of purpose '${purpose}': it has ${registry.purposes.join(', ')}; add it there, and ask people for it`);
  }
  if (pipeline._purpose && !pipeline._purpose.isSame(purpose)) {
    throw new Error(`${owner}: filters by consent to '${purpose}' in a pipeline for '${pipeline._purpose}': people agreed to another use; take the purpose of the pipeline`);
  }
  if (maximumAge && !maximumAge.isUnresolved() && maximumAge.toSeconds({ integral: false }) < 60) throw new Error(`${owner}: maximumAge of ${maximumAge.toHumanString()} is not possible: a job takes minutes to begin, so give at least Duration.minutes(10)`);
  checkPause(owner, registry, maximumAge);
  const before = DataFlow.of(pipeline).node(input.sourceId);
  const technique = before?.deIdentification?.columns[subject];
  if (before?.deIdentification && technique === undefined) throw new Error(`${owner}: subject is '${subject}', which is no column of the plan of '${before.name}' before it: the plan has ${Object.keys(before.deIdentification.columns).join(', ')}`);
  // tokens are what a desk can hand receipts over under
  if (technique !== undefined && technique !== 'keep' && technique !== 'token') {
    throw new Error(`${owner}: column '${subject}' becomes ${technique} in '${before!.name}' before it, and receipts name people as they came: put the filter before the de-identification`);
  }
  if (input.name === SNAPSHOT) throw new Error(`${owner}: the input is called '${SNAPSHOT}', which is the snapshot: rename it with as()`);
  if (input.path !== undefined) throw new Error(`${owner}: the input is mounted at '${input.path}', and the code reads where inputs are by default: leave mountedAt() out`);
}

/** Passes where a run always finds a snapshot of its age. */
function checkPause(owner: string, registry: IConsentRegistry, maximumAge = MAXIMUM_AGE): void {
  const { _snapshotPause: pause } = registry as Partial<ConsentRegistry>;
  if (pause === undefined || maximumAge.isUnresolved() || pause < maximumAge.toMinutes({ integral: false })) return;
  throw new Error(`${owner}: takes a snapshot of at most ${maximumAge.toHumanString()}, and registry '${registry.node.path}' takes one each ${Duration.minutes(pause).toHumanString()} at the longest, so that runs stop in between: give its snapshotSchedule a shorter time, such as events.Schedule.rate(Duration.hours(6)), or leave it out, and each run has its own`);
}
