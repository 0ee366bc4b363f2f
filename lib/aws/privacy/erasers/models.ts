import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { having, requireProps } from '../../../policy/required';
import type { ModelsEraserProps } from '../eraser-props';
import { BoundEraser, newEraserFunction, RightsGround } from '../rights-ground';
import { told } from './bound';

/** Passes for models that somebody decides about. */
export function checkModels(props: ModelsEraserProps): void {
  requireProps('Eraser.models', props, {
    group: { is: having('modelPackageGroupName', 'modelPackageGroupArn'), give: 'the ModelPackageGroup of their versions' },
    decidedBy: {
      is: (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9._-]{1,63}$/.test(value),
      give: "the role of who decides, and not their name, in small letters, digits, '.', '_' and '-', such as 'data-protection-officer'",
    },
    artifacts: { is: having('bucket', 'classification', 'zone'), give: 'the store of their artifacts', optional: true },
  });
}

/** Puts the decision about models on record. */
export function bindModels(scope: Construct, ground: RightsGround, props: ModelsEraserProps): BoundEraser {
  const { group, decidedBy, artifacts } = props;
  const made = newEraserFunction(scope, 'Eraser', ground, {
    job: 'note-models', description: `Notes that ${decidedBy} decides about ${group.node.path}`, store: { group: group.modelPackageGroupName, decidedBy },
  });
  made.role.allow(new iam.PolicyStatement({
    // the list of a group's versions knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    actions: ['sagemaker:ListModelPackages'], resources: ['*'], conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(scope).region } },
  }), 'SageMaker knows no resource for the list of versions; a condition holds it to the region');
  ground.records.allow(made.role, ['PutItem']);
  return {
    store: group.node.path, function: made.function, ...told(props), always: true, conflicts: [],
    accounts: artifacts ? [{ node: artifacts.node.path, how: `${decidedBy} decides whether models are trained again (from checkpoints and /opt/ml/output/data, which lie beside them, nobody is erased)` }] : [],
  };
}
