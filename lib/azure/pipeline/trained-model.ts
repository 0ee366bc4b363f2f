import type { DataInput } from '../storage/data-input';
import type { PipelineStep } from './step';

/** A step that makes a model. */
export interface ITrainedModel extends PipelineStep {
  /** The model, as the input of another step. */
  readonly model: DataInput;
}
