import { Construct } from 'constructs';
import type { MLPipeline } from './pipeline';
import { ConditionStep, ConditionStepProps } from './steps/condition';
import { FailStep, FailStepProps } from './steps/fail';
import { ModelStep, ModelStepProps } from './steps/model';
import { ProcessingStep, ProcessingStepProps } from './steps/processing';
import { RegistrationStep, RegistrationStepProps } from './steps/registration';
import { TrainingStep, TrainingStepProps } from './steps/training';
import { TuningStep, TuningStepProps } from './steps/tuning';

/** What adds steps to a pipeline; `MLPipeline` is one. */
export abstract class PipelineSteps extends Construct {
  /** Adds a processing job. */
  public addProcessing(id: string, props: ProcessingStepProps): ProcessingStep {
    return new ProcessingStep(this.pipeline, id, props);
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

  private get pipeline(): MLPipeline {
    return this as unknown as MLPipeline;
  }
}
