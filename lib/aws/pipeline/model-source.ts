import { IConstruct } from 'constructs';
import { DataInput } from '../storage/data-input';
import { ContainerImage } from './images';

/** A step that makes a model: training, tuning. */
export interface ITrainedModel extends IConstruct {
  /** The image it was trained in. */
  readonly image: ContainerImage;
  /** The `model.tar.gz`: of a tuning, that of the best training. */
  readonly model: DataInput;
}
