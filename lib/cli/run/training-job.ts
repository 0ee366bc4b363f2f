import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { JobReport } from '../../runtime/ledger-rules/verdict';
import type { JsonObject } from './definition';
import { execute, maxSecondsOf, metricsIn, objectAt, objectsAt, textEntries, textsAt } from './execute';
import { makeFolder } from './files';
import { textOf } from './journal';
import { pack, programOf, type Program } from './program';
import type { Root } from './root';
import { Interruption, StepFailure, StepSkipped, type ReadyStep, type Surroundings } from './step-kind';

/** One training: that of a step, or one of a tuning. */
export interface TrainingJob {
  /** Its name, with the id of the run in it. */
  readonly name: string;
  readonly log: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The request, or the definition of a tuning. */
  readonly request: JsonObject;
  /** The tuning that it belongs to. */
  readonly tuning?: string;
}

/** What a training came to. */
export interface Trained {
  readonly metrics: Record<string, number>;
  readonly log: string;
  /** Address of its model. */
  readonly model: string;
  readonly notes: string[];
}

/** What a private training says that it did, as the metrics of its job are defined where a ledger asks for them. */
const REPORTED = ['dp_steps', 'dp_rounds', 'dp_sample_rate', 'dp_noise_multiplier'].map((name) => [name, `${name}=([0-9.eE+-]+)`] as const);

/** Addresses that a training reads. */
export function channelUris(request: JsonObject): string[] {
  return objectsAt(request, 'InputDataConfig').map((channel) => textOf(sourceOf(channel).S3Uri)).filter((uri) => uri !== '');
}

/** Runs a training in SageMaker's contract: channels and hyperparameters in, a model out. */
export async function train({ name, log, hyperparameters, request, tuning }: TrainingJob, step: ReadyStep, here: Surroundings): Promise<Trained> {
  const algorithm = objectAt(request, 'AlgorithmSpecification');
  const program = trainingProgram(algorithm, hyperparameters, textOf(algorithm.TrainingImage));
  const output = textOf(objectAt(request, 'OutputDataConfig').S3OutputPath);
  const model = `${output}/${name}/output/model.tar.gz`;
  const checkpoints = objectAt(request, 'CheckpointConfig');
  await checkReservation(hyperparameters, here);
  const spends = spending({ name, hyperparameters, ...(tuning === undefined ? {} : { tuning }) }, step);
  return here.withRoot(async (root) => {
    for (const channel of objectsAt(request, 'InputDataConfig')) {
      const [channelName, uri] = [textOf(channel.ChannelName), textOf(sourceOf(channel).S3Uri)];
      root.bring(here.store.need(uri, `channel '${channelName}' of step '${step.name}'`), `/opt/ml/input/data/${channelName}`, uri);
    }
    for (const path of ['/opt/ml/model', '/opt/ml/output/data']) root.make(path);
    writeContract(root, request, hyperparameters);
    const localCheckpoints = textOf(checkpoints.LocalPath ?? '/opt/ml/checkpoints');
    const kept = checkpoints.S3Uri === undefined ? undefined : here.store.find(textOf(checkpoints.S3Uri));
    if (checkpoints.S3Uri !== undefined) root.make(localCheckpoints);
    if (kept !== undefined) root.bring(kept, localCheckpoints, textOf(checkpoints.S3Uri));
    // before it begins: whatever ends this process, what may have been spent is known
    spends?.({ status: 'InProgress', reported: {} });
    const maxSeconds = maxSecondsOf(request);
    let status = 'Failed';
    try {
      const written = await execute({
        program, root, environment: { ...contractEnvironment(root, request, hyperparameters, name), ...textEntries(request.Environment) }, name: log,
        messages: ['/opt/ml/output/failure'], ...(maxSeconds === undefined ? {} : { maxSeconds }),
      }, here);
      status = 'Completed';
      checkModel(root, step, here);
      const metrics = await metricsIn(written, objectsAt(algorithm, 'MetricDefinitions').map(({ Name: metric, Regex: regex }) => [textOf(metric), textOf(regex)] as const));
      keepModel(root, here.store.pathOf(model));
      if (readdirSync(root.at('/opt/ml/output/data')).length > 0) here.store.put(root.at('/opt/ml/output/data'), `${output}/${name}/output/data`);
      return { metrics, log: written, model, notes: notesOn(request) };
    } catch (error) {
      if (error instanceof Interruption) status = 'Stopped';
      throw error;
    } finally {
      if (checkpoints.S3Uri !== undefined) here.store.put(root.at(localCheckpoints), textOf(checkpoints.S3Uri));
      spends?.({ status, reported: await metricsIn(join(here.logs, `${log}.log`), REPORTED).catch(() => ({})) });
    }
  });
}

/** The members of the answer that a training step has, as `DescribeTrainingJob` names them. */
export function describedTraining(job: TrainingJob, { metrics, model }: Trained): JsonObject {
  return {
    ...job.request, TrainingJobName: job.name, TrainingJobStatus: 'Completed', HyperParameters: { ...job.hyperparameters },
    ModelArtifacts: { S3ModelArtifacts: model }, FinalMetricDataList: Object.entries(metrics).map(([MetricName, Value]) => ({ MetricName, Value })),
  };
}

/** How often a step was tried before: names of jobs and logs must not be those of another. */
export function attemptOf({ before }: ReadyStep): number {
  const [, last] = /-(\d+)\.log$/.exec(before?.log ?? '') ?? [];
  return before?.log === undefined ? 1 : Number(last ?? 1) + 1;
}

function sourceOf(channel: JsonObject): JsonObject {
  return objectAt(objectAt(channel, 'DataSource'), 'S3DataSource');
}

function trainingProgram(algorithm: JsonObject, hyperparameters: Readonly<Record<string, string>>, image: string): Program {
  const entrypoint = textsAt(algorithm, 'ContainerEntrypoint');
  if (entrypoint.length > 0) return programOf(entrypoint, textsAt(algorithm, 'ContainerArguments'));
  const { sagemaker_program: program, sagemaker_submit_directory: archive } = hyperparameters;
  if (program === undefined || archive === undefined) throw new StepSkipped(`it runs what is built into its image, '${image}', and no image is run here`);
  const script = program.endsWith('.sh') ? ['/bin/sh', program] : ['python3', program];
  // as the toolkit of SageMaker's images calls it
  const told = Object.entries(ownOf(hyperparameters)).flatMap(([name, value]) => [`--${name}`, value]);
  return { argv: [...script, ...told], archive };
}

/** Hyperparameters without those that the toolkit keeps to itself. */
function ownOf(hyperparameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(hyperparameters).filter(([name]) => !name.startsWith('sagemaker_') && name !== '_tuning_objective_metric'));
}

function writeContract(root: Root, request: JsonObject, hyperparameters: Readonly<Record<string, string>>): void {
  const config = (name: string, content: unknown) => root.write(`/opt/ml/input/config/${name}.json`, JSON.stringify(content));
  config('hyperparameters', Object.fromEntries(Object.entries(hyperparameters).map(([name, value]) => [name, root.rewrite(value)])));
  config('inputdataconfig', Object.fromEntries(objectsAt(request, 'InputDataConfig').map(({ ChannelName: name, ContentType: type }) => [
    textOf(name), { TrainingInputMode: 'File', S3DistributionType: 'FullyReplicated', RecordWrapperType: 'None', ...(type === undefined ? {} : { ContentType: type }) },
  ])));
  config('resourceconfig', { current_host: 'algo-1', hosts: ['algo-1'], network_interface_name: 'lo' });
}

/** @see https://github.com/aws/sagemaker-training-toolkit/blob/master/ENVIRONMENT_VARIABLES.md */
function contractEnvironment(root: Root, request: JsonObject, hyperparameters: Readonly<Record<string, string>>, job: string): Record<string, string> {
  const channels = objectsAt(request, 'InputDataConfig').map(({ ChannelName: name }) => textOf(name));
  const own = ownOf(hyperparameters);
  return {
    TRAINING_JOB_NAME: job, SM_MODEL_DIR: root.at('/opt/ml/model'), SM_OUTPUT_DATA_DIR: root.at('/opt/ml/output/data'), SM_INPUT_DIR: root.at('/opt/ml/input'),
    SM_CHANNELS: JSON.stringify(channels), SM_HPS: JSON.stringify(own), SM_CURRENT_HOST: 'algo-1', SM_HOSTS: '["algo-1"]', SM_NUM_GPUS: '0', SM_NUM_CPUS: String(cpus().length),
    ...Object.fromEntries(channels.map((name) => [`SM_CHANNEL_${name.toUpperCase()}`, root.at(`/opt/ml/input/data/${name}`)])),
  };
}

/** SageMaker keeps no artifact of a training that leaves no model, and whatever reads it fails. */
function checkModel(root: Root, { name, type }: ReadyStep, { pipeline }: Surroundings): void {
  if (type !== 'Training' || readdirSync(root.at('/opt/ml/model')).length > 0 || !JSON.stringify(pipeline.steps).includes(`Steps.${name}.ModelArtifacts`)) return;
  throw new StepFailure('left nothing in /opt/ml/model, and another step reads its model: write it there, below the environment variable ML_ROOT on this machine');
}

function keepModel(root: Root, file: string): void {
  makeFolder(dirname(file));
  pack(root.at('/opt/ml/model'), file);
}

// what is settled is not settled again, so whatever began now would be counted by nobody
async function checkReservation({ dp_reservation: reservation }: Readonly<Record<string, string>>, { ledger }: Surroundings): Promise<void> {
  const run = reservation === undefined ? undefined : await ledger.run(reservation);
  if (run?.settlement) throw new StepFailure('would spend privacy again under a reservation that is settled, since what it reads has changed: begin a new run, without --resume');
}

/** Writes down what a private training has spent, beside what earlier ones have. */
function spending({ name, hyperparameters, tuning }: Pick<TrainingJob, 'name' | 'hyperparameters' | 'tuning'>, step: ReadyStep): ((more: Pick<JobReport, 'status' | 'reported'>) => void) | undefined {
  const told = Object.fromEntries(Object.entries(hyperparameters).filter(([key]) => key.startsWith('dp_')));
  if (told.dp_noise_multiplier === undefined) return undefined;
  return (more) => step.spend({ name, began: true, told, ...more, ...(tuning === undefined ? {} : { tuning }) });
}

function notesOn(request: JsonObject): string[] {
  const { InstanceCount: instances } = objectAt(request, 'ResourceConfig');
  return typeof instances === 'number' && instances > 1 ? [`one process stands for ${instances} instances`] : [];
}
