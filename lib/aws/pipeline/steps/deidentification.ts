import { Deidentification } from '../../../policy/deidentification';
import { requireServices } from '../../private/endpoint-services';
import { DataInput } from '../../storage/data-input';
import type { TokenVault } from '../../privacy/token-vault';
import { IDataStore } from '../../storage/data-store';
import { ContainerImage, PrebuiltImage } from '../images';
import { JobStepProps } from '../job-props';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { checkSource, declarePlan, deidentificationCode, digestOf } from '../private/deidentification';
import { PseudonymKey } from '../pseudonym-key';
import { ProcessingStep } from './processing';

/** What a de-identification is made from, wherever it runs. */
export interface DeidentificationSource {
  /** What becomes of each column, and what the result has to hold. */
  readonly plan: Deidentification;
  /** The table: all files under a prefix. */
  readonly input: DataInput;
  /**
   * Where rows go that cannot be released, as they came: a store of their own, as sensitive as the source. No eraser finds a person in them, so that where people
   * may ask for erasure it keeps them, and their versions, for less time than a request may take, such as 21 and 3 days.
   */
  readonly quarantine: IDataStore;
  /**
   * The key of pseudonyms and date shifts.
   *
   * @default - none: the plan takes none
   */
  readonly key?: PseudonymKey;
  /**
   * Gives tokens for the columns that become one: it has the fields that the plan names. The job may ask for tokens and turn none back.
   *
   * @default - none: the plan takes no tokens
   */
  readonly vault?: TokenVault;
  /**
   * The store of the result.
   *
   * @default - the workspace's outputs
   */
  readonly store?: IDataStore;
}

/** What a de-identification step is made from. */
export interface DeidentificationStepProps extends DeidentificationSource, JobStepProps {
  /**
   * An image with Spark 3.3 or newer and Python 3.9 or newer; for free text with Presidio besides.
   *
   * @default - SageMaker's image of Spark 3.5
   */
  readonly image?: ContainerImage;
}

const ACKNOWLEDGED = ', and acknowledge RegulatedML-SageMakerJobNetworkIsolation on the pipeline, which is an error until then';
const OUTPUT = '/opt/ml/processing/output';

/**
 * De-identifies a table after a plan, with Spark on one machine: all of its cores, no network. It gives the table as `output('data')` and what was measured
 * as the property file `report`. The pipeline stops where the plan is not held.
 */
export class DeidentificationStep extends ProcessingStep {
  constructor(pipeline: MLPipeline, id: string, props: DeidentificationStepProps) {
    checkSource(pipeline, id, props);
    super(pipeline, id, processingOf(pipeline, id, props));
    if (props.key?._secret) {
      requireServices(pipeline.workspace, ['secretsmanager'], `step '${this.node.path}'`);
      props.key.grantRead(this);
    }
    props.vault?._serve(this);
    declarePlan(this, props);
  }

  /** The result, as the input of another step. */
  public override output(name: string = 'data'): DataInput {
    return super.output(name);
  }

  /** The least number of people, or rows where the plan names no subject, in a group of the result: for a condition. Another measure is in `jsonGet('report', …)`. */
  public kAnonymity(): number {
    return this.jsonGet('report', 'measures.k');
  }
}

function processingOf(pipeline: MLPipeline, id: string, props: DeidentificationStepProps) {
  const { plan, input, quarantine, key, vault, store, image, environment, ...job } = props;
  const path = `${pipeline.node.path}/${id}`;
  if ((props.instances?.count ?? 1) > 1) throw new Error(`${path}: runs on ${props.instances!.count} instances, and Spark uses the cores of one: take a larger instance, or addServerlessDeidentification`);
  if (plan._searchesText && !image) throw new Error(`${path}: the plan searches free text, for which SageMaker's image of Spark lacks Presidio: give an image of yours that has it`);
  if (key?._secret && job.withoutNetworkIsolation === undefined) {
    throw new Error(`${path}: the key is a secret, which a container without a network cannot fetch: give PseudonymKey.fromFile, take addServerlessDeidentification, or say with withoutNetworkIsolation why it has one${ACKNOWLEDGED}`);
  }
  if (vault && job.withoutNetworkIsolation === undefined) {
    throw new Error(`${path}: the plan takes tokens of a vault, which a container without a network cannot ask: take addServerlessDeidentification, or say with withoutNetworkIsolation why it has one${ACKNOWLEDGED}`);
  }
  const data = Output.of('data');
  const report = Output.propertyFile('report', 'report.json');
  return {
    ...job,
    image: image ?? ContainerImage.sagemaker(PrebuiltImage.SPARK, '3.5'),
    code: deidentificationCode()._adding('plan.json', plan.json),
    inputs: [input.as('data'), ...(key?._folder ? [key._folder.as('key')] : [])],
    outputs: [...(store ? [data.inStore(store), report.inStore(store)] : [data, report]), Output.of('quarantine').inStore(quarantine)],
    arguments: [
      '--data', '/opt/ml/processing/input/data', '--output', `${OUTPUT}/data`, '--report', `${OUTPUT}/report`, '--quarantine', `${OUTPUT}/quarantine`,
      '--plan', 'plan.json', '--plan-digest', digestOf(plan),
      ...(key?._folder ? ['--key', `/opt/ml/processing/input/key/${key._file}`] : []), ...(key?._secret ? ['--key-secret', key._secret.secretArn] : []),
      ...(vault?._batchArguments ?? []),
    ],
    // the volume has a key of the workspace, and is as large as the instance says
    environment: { SPARK_LOCAL_DIRS: '/opt/ml/processing/spark', ...environment },
    deIdentifiesTo: plan.resultsIn,
  };
}
