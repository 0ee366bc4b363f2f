import { Token } from 'aws-cdk-lib';
import type { DataInput } from '../../storage/data-input';
import { InstanceUse } from '../instances';
import { DataFlow } from '../../../policy/flow';
import { Sampling } from '../../../policy/privacy';
import type { PrivacyExpense } from '../../../policy/privacy';
import { loadsItself, privateTrainingProblem } from '../../../policy/privacy/private-training';
import { nearest } from '../../../policy/given';
import { TableFormat } from '../../../policy/deidentification';
import { declareChoice } from '../../../policy/choice';
import { type PlannedAccount, PrivacyPlan } from '../../private/privacy-plan';
import type { Code } from '../code';
import type { PipelineStep } from '../step';
import { InputMode, TrainingProps } from '../training-props';
import { ExecutionVariable } from '../execution';
import { planBehind } from './deidentification';
import { Job } from './job';
import { Reservation, reservePrivacy, spentMetrics } from './reservation';
import { commandOf, launcher, toolkitHyperparameters, TRAINING_CODE_CHANNEL } from './launch';
import type { UploadedFile } from './upload';
import { textOf } from './variable';

/** What the code of this library prints of a channel `validation`. */
const PRIVATE_TRAINING_METRICS = Object.fromEntries(['validation:auc', 'validation:loss'].map((name) => [name, `${name}=([0-9.eE+-]+)`]));

/** What training and tuning have in common. */
export class Training {
  public readonly job: Job;
  private readonly imageUri: string;
  private readonly code?: UploadedFile;
  /** Whether the toolkit of the image runs the code: where a job takes no entrypoint, or the toolkit starts the processes. */
  private readonly toolkit: boolean;
  /** The steps that reserve what it spends, and settle it, where its workspace has a ledger. */
  public reservation?: Reservation;

  constructor(private readonly step: PipelineStep, private readonly props: TrainingProps, private readonly kind: 'training' | 'tuning', private readonly tuned: readonly string[] = []) {
    this.toolkit = kind === 'tuning' || (props.distribution?._toolkit ?? false);
    this.job = new Job(step, {
      carrier: kind, kind, logGroup: '/aws/sagemaker/TrainingJobs', use: InstanceUse.TRAINING,
      instances: props.instances, maxRuntime: props.maxRuntime, environment: props.environment, withoutIsolation: props.withoutNetworkIsolation,
    });
    this.check();
    this.imageUri = this.job.pull(props.image);
    if (props.code) this.code = this.job.load(props.code);
    for (const input of props.inputs) this.job.read(input);
    const { models } = this.job.workspace;
    this.job.write(models, this.job.prefix(), 'model');
    // A job reads its own checkpoints back.
    if (props.spot) {
      models.grantRead(this.job.role, this.job.prefix());
      declareChoice(step, { dimension: 'scalability', choice: 'spot capacity with checkpoints', gives: 'a lower price for the same machines', costs: 'interruptions, and up to the waiting time until the job ends' });
    }
  }

  /** Enters what a run spends of privacy budgets; of nothing where it reads none, and without bound where it is not private. */
  public spend(expense: Pick<PrivacyExpense, 'trainings' | 'selection'>): void {
    const { privacy } = this.props;
    if (privacy) {
      const settings = Object.fromEntries(Object.entries(privacy.settings).filter(([name]) => !this.tuned.includes(name)));
      const flow = DataFlow.of(this.step);
      flow.add({ ...flow.node(this.step.node.path)!, privacy: { settings, ...(expense.selection ? {} : { trainings: expense.trainings ?? 1 }) } });
    }
    PrivacyPlan.of(this.step).enter({ step: this.step, expense: { privacy, ...expense }, plannedRuns: (budget) => this.step.pipeline._plannedRuns(budget) });
    const trainings = expense.selection?._distribution ?? expense.trainings ?? 1;
    if (privacy) this.reservation = reservePrivacy(this.step, { kind: this.kind, privacy, trainings, retries: this.props.retries });
  }

  /** What is wrong with its privacy when all stores and steps are there. */
  public privacyProblems(): string[] {
    if (!this.props.privacy) return [];
    const plan = PrivacyPlan.of(this.step);
    const [accounts, dependent] = [plan.accountsBehind(this.step), plan.dependenceProblems(this.step)];
    if (accounts.length > 0) return [...dependent, ...this.reservationProblems(accounts)];
    return [...dependent, `spends privacy, and no store that it reads has a budget to spend from: give the store with people's data a privacyBudget`];
  }

  /** Below this, SageMaker makes a folder for each job. */
  public get outputUri(): string {
    return this.job.workspace.models.uri(this.job.prefix().slice(0, -1));
  }

  /** The model that a job made, by the job's name. */
  public modelUriOf(jobName: string): string {
    return `${this.outputUri}/${jobName}/output/model.tar.gz`;
  }

  public grantModel(grantee: Parameters<DataInput['grantRead']>[0]): void {
    this.job.workspace.models.grantRead(grantee, this.job.prefix());
  }

  /** What both requests share. */
  public request(): Record<string, unknown> {
    const { spot } = this.props;
    return {
      RoleArn: this.job.role.role.roleArn,
      InputDataConfig: this.channels(),
      OutputDataConfig: { S3OutputPath: this.outputUri, KmsKeyId: this.job.workspace.models.key?.keyArn },
      ResourceConfig: this.job.cluster,
      StoppingCondition: {
        ...this.job.stoppingCondition,
        ...(spot ? { MaxWaitTimeInSeconds: this.job.stoppingCondition.MaxRuntimeInSeconds + spot.wait.toSeconds() } : {}),
      },
      ...this.job.trainingNetwork,
      Environment: this.job.environment,
      EnableManagedSpotTraining: spot ? true : undefined,
      CheckpointConfig: spot ? { S3Uri: `${this.outputUri}/checkpoints/${ExecutionVariable.EXECUTION_ID}`, LocalPath: spot.localPath } : undefined,
    };
  }

  public algorithm(): Record<string, unknown> {
    const metrics = Object.entries({ ...this.metrics, ...(this.reservation ? spentMetrics(this.props.privacy!) : {}) }).map(([Name, Regex]) => ({ Name, Regex }));
    return {
      TrainingImage: this.imageUri,
      TrainingInputMode: this.props.inputMode ?? InputMode.FILE,
      MetricDefinitions: metrics.length > 0 ? metrics : undefined,
      ContainerEntrypoint: this.props.code && !this.toolkit ? this.entrypoint(this.props.code.program) : undefined,
    };
  }

  /** Those that the step declares, and those that the code of this library prints. */
  public get metrics(): Record<string, string> | undefined {
    const { code, metrics } = this.props;
    return code?._trainsPrivately ? { ...PRIVATE_TRAINING_METRICS, ...metrics } : metrics;
  }

  public get hyperparameters(): Record<string, string> | undefined {
    const { hyperparameters = {}, distribution, privacy, spot, code } = this.props;
    const all = {
      ...privacy?.settings,
      ...Object.fromEntries(Object.entries(hyperparameters).map(([name, value]) => [name, textOf(value)])),
      ...(distribution && this.toolkit ? distribution._hyperparameters(this.job.instances) : {}),
      ...(this.props.code && this.toolkit ? toolkitHyperparameters(this.props.code.program) : {}),
      ...(this.reservation ? { dp_reservation: this.reservation.reserve.answer('reservation') } : {}),
      // where it looks unless it is told
      ...(code?._trainsPrivately && spot && spot.localPath !== '/opt/ml/checkpoints' ? { checkpoints: spot.localPath } : {}),
    };
    return Object.keys(all).length > 0 ? all : undefined;
  }

  /** Charges that the cloud would not see, or would see twice. */
  private reservationProblems(accounts: PlannedAccount[]): string[] {
    const own = PrivacyPlan.of(this.step).keeperOf(this.step.pipeline.workspace);
    const astray = accounts.filter(({ keeper }) => keeper?.ledgerFunctionArn !== own?.ledgerFunctionArn).map(({ store, keeper }) => (keeper
      ? `spends from store '${store.node.path}', whose budget ledger '${keeper.node.path}' holds, in a workspace that ${own ? `has ledger '${own.node.path}'` : 'has none'}: give the workspace the same with PrivacyLedger.fromAttributes`
      : `spends from store '${store.node.path}', whose budget is not in ledger '${own!.node.path}': name the store in stores of the ledger`));
    const cached = this.reservation && this.props.cache ? ['takes over earlier models (cache), and none was trained under the reservation of a later run: leave cache out'] : [];
    return [...astray, ...cached];
  }

  private entrypoint(program: string): string[] {
    const { distribution } = this.props;
    const command = distribution ? distribution._command(program, this.job.instances) : commandOf(program);
    return launcher(`/opt/ml/input/data/${TRAINING_CODE_CHANNEL}`, command);
  }

  private channels(): Record<string, unknown>[] {
    const channel = (ChannelName: string, S3Uri: string, own: Record<string, unknown>) => ({
      ChannelName,
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri, S3DataDistributionType: 'FullyReplicated' } },
      CompressionType: 'None',
      ...own,
    });
    return [
      ...this.props.inputs.map((input) => channel(input.name, input.uri, { ContentType: this.props.contentType })),
      ...(this.code ? [channel(TRAINING_CODE_CHANNEL, this.code.uri, { InputMode: InputMode.FILE })] : []),
    ];
  }

  private check(): void {
    const { inputs, hyperparameters = {}, distribution } = this.props;
    if (!Array.isArray(inputs) || inputs.length === 0) this.step._fail('has no inputs: give at least one, from a store or a step');
    if (inputs.length > 20) this.step._fail(`has ${inputs.length} inputs: a training job takes up to 20 channels`);
    if (Object.keys(hyperparameters).length > 100) this.step._fail(`has ${Object.keys(hyperparameters).length} hyperparameters: a job takes up to 100`);
    const long = Object.entries(hyperparameters).find(([, value]) => !Token.isUnresolved(value) && String(value).length > 2500);
    if (long) this.step._fail(`hyperparameter '${long[0]}' has ${long[1].length} characters: a job takes up to 2500`);
    const problem = distribution?._problems(this.job.instances)[0];
    if (problem) this.step._fail(problem);
    if (this.props.spot && (this.props.maxRuntime?.isUnresolved() || this.props.spot.wait.isUnresolved())) {
      this.step._fail('takes spot capacity, for which maxRuntime and wait are added up at synth: write both out');
    }
    if (distribution && !this.props.code) this.step._fail('has a distribution and no code: give code, which the distribution starts');
    this.checkPrivacy();
  }

  private checkPrivacy(): void {
    const { privacy, hyperparameters = {}, inputMode, spot, code } = this.props;
    if (!privacy) {
      if (code?._trainsPrivately) this.step._fail('runs the code of a private training, which takes all of its numbers from privacy: give privacy, such as DifferentialPrivacy.dpSgd');
      return;
    }
    if (code?._trainsPrivately && privacy.settings.dp_sampling !== Sampling.POISSON) {
      this.step._fail(`runs the code of a private training, which does DP-SGD on Poisson samples, and its privacy is ${privacy}: give DifferentialPrivacy.dpSgd and leave sampling out, or bring code of your own`);
    }
    if (code?._trainsPrivately) this.checkPrivateTraining(code);
    const taken = Object.keys(hyperparameters).find((name) => name in privacy.settings);
    if (taken !== undefined) this.step._fail(`hyperparameter '${taken}' is given by privacy, from which the loss is reckoned: leave it out of hyperparameters`);
    if (inputMode === InputMode.PIPE && privacy.settings.dp_sampling === Sampling.POISSON) {
      this.step._fail('reads its data as a pipe, one record after the other, and its privacy rests on drawing each record by itself: use InputMode.FILE or InputMode.FAST_FILE');
    }
    if (spot && !spot.accountantState && !code?._trainsPrivately) {
      this.step._fail('takes spot capacity with differential privacy, and its checkpoints are not said to hold the state of the accountant: after an interruption it would begin to count at 0 and take more steps than are paid for; write the number of steps into each checkpoint and say so with Spot.withCheckpoints({ accountantState: true }), or leave spot out');
    }
  }
  /** What the job would stop at when its machines are paid for, and its privacy is reserved. */
  private checkPrivateTraining(code: Code): void {
    const { image, inputs, hyperparameters = {}, privacy } = this.props;
    if (image._ofAws !== undefined) {
      this.step._fail(`runs the code of a private training in ${image._ofAws} of AWS, which has no Opacus: build one on what README.md of build/runtime/private-training says, and name it with ContainerImage.fromEcrRepository(repository, digest)`);
    }
    const problem = privateTrainingProblem({
      settings: privacy!.settings, given: hyperparameters, called: 'hyperparameter', tuned: this.tuned, inputs: inputs.map(({ name }) => name), model: code._model, isLate: Token.isUnresolved,
    });
    if (problem !== undefined) this.step._fail(problem);
    if (!loadsItself(code._model)) this.checkColumns(inputs.find(({ name }) => name === 'train') ?? inputs.find(({ name }) => name !== 'validation')!);
  }

  /** Passes for columns that the plan before it leaves, where a plan is before it. */
  private checkColumns({ sourceId }: DataInput): void {
    const plan = planBehind(this.step, sourceId);
    if (!plan) return;
    if (plan._promise.writes !== TableFormat.CSV) this.step._fail(`learns from ${plan._promise.writes} that '${sourceId}' writes, and the code of a private training reads CSV: give the plan output: TableFormat.CSV, or define load(folder, hyperparameters) in model.py`);
    for (const name of ['label', 'person']) {
      const column = this.props.hyperparameters?.[name];
      if (column === undefined || Token.isUnresolved(column) || plan._released.includes(column)) continue;
      const [meant] = nearest(column, plan._released);
      this.step._fail(`hyperparameter '${name}' is '${column}', which is no column that '${sourceId}' leaves: ${meant === undefined ? `use one of ${plan._released.join(', ')}` : `did you mean '${meant}'?`}`);
    }
  }
}
