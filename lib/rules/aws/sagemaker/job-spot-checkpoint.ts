import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE } from '../../verdict';
import { jobsOf } from './job';
import { stated } from './stated';

export default rule({
  name: 'SageMakerJobSpotCheckpoint',
  title: 'SageMaker jobs on spot capacity write checkpoints',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: [STEP],
  why: 'spot capacity is taken back at any time; without checkpoints the work starts again from nothing',
  fix: 'set CheckpointConfig.S3Uri, or EnableManagedSpotTraining to false',
  properties: [
    'EnableManagedSpotTraining', 'CheckpointConfig.S3Uri', 'TrainingJobDefinition.EnableManagedSpotTraining', 'TrainingJobDefinition.CheckpointConfig.S3Uri',
    'TrainingJobDefinitions.EnableManagedSpotTraining', 'TrainingJobDefinitions.CheckpointConfig.S3Uri',
  ],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html'],
  good: { EnableManagedSpotTraining: true, CheckpointConfig: { S3Uri: 's3://models/risk/checkpoints/' } },
  bad: { EnableManagedSpotTraining: true },
  check: (step) => jobsOf(step).map(({ spot }) => {
    if (!spot) return NOT_APPLICABLE;
    const checkpoint = stated(spot.checkpoint);
    if (checkpoint.answer === Answer.COMPLIANT) return COMPLIANT;
    const onDemand = spot.enabled.boolean(false);
    return onDemand.answer === Answer.NON_COMPLIANT ? checkpoint : onDemand;
  }),
});
