import type { DataInput } from '../storage/data-input';
import type { Environment } from './environment';
import type { PipelineStep } from './step';

/** A step that makes a model. */
export interface ITrainedModel extends PipelineStep {
  /** The model, as the input of another step. */
  readonly model: DataInput;
  /**
   * Where it was made; what serves it can be the same.
   *
   * @default - Azure ML chose
   */
  readonly trainingEnvironment?: Environment;
}
