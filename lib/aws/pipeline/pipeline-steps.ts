import { Construct } from 'constructs';
import type { MLPipeline } from './pipeline';
import { AutoMLStep, AutoMLStepProps } from './steps/auto-ml';
import { CallbackStep, CallbackStepProps } from './steps/callback';
import { ClarifyCheckStep, ClarifyCheckStepProps } from './steps/clarify-check';
import { ConditionStep, ConditionStepProps } from './steps/condition';
import { ConsentFilterStep, ConsentFilterStepProps } from './steps/consent-filter';
import { DeidentificationStep, DeidentificationStepProps } from './steps/deidentification';
import { EmrStep, EmrStepProps } from './steps/emr';
import { EmrServerlessStep, EmrServerlessStepProps } from './steps/emr-serverless';
import { FailStep, FailStepProps } from './steps/fail';
import { LambdaStep, LambdaStepProps } from './steps/lambda';
import { ModelStep, ModelStepProps } from './steps/model';
import { NotebookJobStep, NotebookJobStepProps } from './steps/notebook-job';
import { ProcessingStep, ProcessingStepProps } from './steps/processing';
import { QualityCheckStep, QualityCheckStepProps } from './steps/quality-check';
import { RegistrationStep, RegistrationStepProps } from './steps/registration';
import { ServerlessDeidentificationStep, ServerlessDeidentificationStepProps } from './steps/serverless-deidentification';
import { TrainingStep, TrainingStepProps } from './steps/training';
import { TransformStep, TransformStepProps } from './steps/transform';
import { TuningStep, TuningStepProps } from './steps/tuning';

/** What adds steps to a pipeline; `MLPipeline` is one. */
export abstract class PipelineSteps extends Construct {
  /** Adds a processing job. */
  public addProcessing(id: string, props: ProcessingStepProps): ProcessingStep {
    return new ProcessingStep(this.pipeline, id, props);
  }

  /** Adds a step that keeps the rows of people who consent to a purpose now. */
  public addConsentFilter(id: string, props: ConsentFilterStepProps): ConsentFilterStep {
    return new ConsentFilterStep(this.pipeline, id, props);
  }

  /** Adds the de-identification of a table, on one machine without a network. */
  public addDeidentification(id: string, props: DeidentificationStepProps): DeidentificationStep {
    return new DeidentificationStep(this.pipeline, id, props);
  }

  /** Adds the de-identification of a table on EMR Serverless, on as many executors as it takes. */
  public addServerlessDeidentification(id: string, props: ServerlessDeidentificationStepProps): ServerlessDeidentificationStep {
    return new ServerlessDeidentificationStep(this.pipeline, id, props);
  }

  /** Adds a training job. */
  public addTraining(id: string, props: TrainingStepProps): TrainingStep {
    return new TrainingStep(this.pipeline, id, props);
  }

  /** Adds a search for the best hyperparameters. */
  public addTuning(id: string, props: TuningStepProps): TuningStep {
    return new TuningStep(this.pipeline, id, props);
  }

  /** Adds the creation of a model. */
  public addModel(id: string, props: ModelStepProps): ModelStep {
    return new ModelStep(this.pipeline, id, props);
  }

  /** Adds the registration of a model. */
  public addRegistration(id: string, props: RegistrationStepProps): RegistrationStep {
    return new RegistrationStep(this.pipeline, id, props);
  }

  /** Adds a choice between branches. */
  public addCondition(id: string, props: ConditionStepProps): ConditionStep {
    return new ConditionStep(this.pipeline, id, props);
  }

  /** Adds an end that fails the run. */
  public addFail(id: string, props: FailStepProps): FailStep {
    return new FailStep(this.pipeline, id, props);
  }

  /** Adds putting a data set to a model. */
  public addTransform(id: string, props: TransformStepProps): TransformStep {
    return new TransformStep(this.pipeline, id, props);
  }

  /** Adds a check of bias, or the explanation of a model. */
  public addClarifyCheck(id: string, props: ClarifyCheckStepProps): ClarifyCheckStep {
    return new ClarifyCheckStep(this.pipeline, id, props);
  }

  /** Adds a check of the quality of data or of a model. */
  public addQualityCheck(id: string, props: QualityCheckStepProps): QualityCheckStep {
    return new QualityCheckStep(this.pipeline, id, props);
  }

  /** Adds a call of a Lambda function. */
  public addLambda(id: string, props: LambdaStepProps): LambdaStep {
    return new LambdaStep(this.pipeline, id, props);
  }

  /** Adds a question to somebody outside, and waits for the answer. */
  public addCallback(id: string, props: CallbackStepProps): CallbackStep {
    return new CallbackStep(this.pipeline, id, props);
  }

  /** Adds a step on an EMR cluster. */
  public addEmr(id: string, props: EmrStepProps): EmrStep {
    return new EmrStep(this.pipeline, id, props);
  }

  /** Adds a Spark program on EMR Serverless. */
  public addEmrServerless(id: string, props: EmrServerlessStepProps): EmrServerlessStep {
    return new EmrServerlessStep(this.pipeline, id, props);
  }

  /** Adds a search for a model by SageMaker itself. */
  public addAutoML(id: string, props: AutoMLStepProps): AutoMLStep {
    return new AutoMLStep(this.pipeline, id, props);
  }

  /** Adds the run of a notebook. */
  public addNotebookJob(id: string, props: NotebookJobStepProps): NotebookJobStep {
    return new NotebookJobStep(this.pipeline, id, props);
  }

  private get pipeline(): MLPipeline {
    return this as unknown as MLPipeline;
  }
}
