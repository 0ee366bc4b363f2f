import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { Unknown } from '../../resolve';
import { Value, type Alternative } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE } from '../../verdict';
import { jobsOf } from './job';

export default rule({
  name: 'SageMakerJobSpotCheckpoint',
  title: 'SageMaker jobs on spot capacity write checkpoints',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: [STEP],
  why: 'spot capacity is taken back at any time; without checkpoints the work starts again from nothing',
  fix: 'set CheckpointConfig.S3Uri, or EnableManagedSpotTraining to false',
  check: (step) => all(...jobsOf(step).map(({ spot }) => {
    if (!spot) return NOT_APPLICABLE;
    const checkpoint = all(...spot.checkpoint.alternatives.map((one) => (isWritten(one) ? COMPLIANT : Value.of(one, spot.checkpoint.location).present())));
    if (checkpoint.answer === Answer.COMPLIANT) return COMPLIANT;
    const onDemand = spot.enabled.boolean(false);
    return onDemand.answer === Answer.NON_COMPLIANT ? checkpoint : onDemand;
  })),
});

// a text with gaps is no empty one
function isWritten(value: Alternative): boolean {
  return value instanceof Unknown && /^s3:\/\/./.test(value.pattern);
}
