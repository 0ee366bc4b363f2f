import { IConstruct } from 'constructs';
import { DifferentialPrivacy, PrivacyGuarantee } from '../../policy/privacy';
import { DataInput } from '../storage/data-input';
import { ContainerImage } from './images';

/** A step that makes a model: training, tuning. */
export interface ITrainedModel extends IConstruct {
  /** The image it was trained in. */
  readonly image: ContainerImage;
  /** The `model.tar.gz`: of a tuning, that of the best training. */
  readonly model: DataInput;
  /**
   * How it protects those whose data it learned from.
   *
   * @default - not at all
   */
  readonly privacy?: DifferentialPrivacy;
  /**
   * The (ε, δ) of one run of the step.
   *
   * @default - none
   */
  readonly privacyGuarantee?: PrivacyGuarantee;
  /**
   * The ε that a run really spent, as a pipeline variable.
   *
   * @default - not known: no ledger settles it
   */
  readonly epsilonSpent?: string;
}
