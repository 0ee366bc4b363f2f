import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerModelApproval',
  title: 'No template, pipeline or state machine approves a model or its card',
  severity: 'error',
  control: Control.HUMAN_APPROVAL,
  resources: ['AWS::SageMaker::ModelPackage', 'AWS::SageMaker::ModelCard'],
  why: 'what is registered as approved goes into service without anybody having looked; the registry would name the deployment as the approver',
  fix: 'set ModelApprovalStatus to PendingManualApproval, and the status of a card to Draft or PendingReview: a person changes it in the registry',
  properties: ['ModelApprovalStatus', 'ModelCard.ModelCardStatus', 'ModelCardStatus'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html', 'https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html'],
  good: { ModelPackageGroupName: 'readmission', ModelApprovalStatus: 'PendingManualApproval' },
  bad: { ModelPackageGroupName: 'readmission', ModelApprovalStatus: 'Approved' },
  check: (resource) => statusesOf(resource).map((status) => status.judge((word) => (
    // it waits for a person when nothing is said
    word === 'Approved' ? nonCompliant(`${status.name} is 'Approved'`) : COMPLIANT))),
});

function statusesOf(resource: Resource): Value[] {
  return resource.type === 'AWS::SageMaker::ModelCard' ? [resource.at('ModelCardStatus')] : [resource.at('ModelApprovalStatus'), resource.at('ModelCard.ModelCardStatus')];
}
