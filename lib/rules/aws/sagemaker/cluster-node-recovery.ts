import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerClusterNodeRecovery',
  title: 'HyperPod clusters replace nodes that fail',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: ['AWS::SageMaker::Cluster'],
  why: 'a training over hundreds of accelerators meets a broken one every few days, and stands still until somebody comes',
  fix: 'set NodeRecovery to Automatic',
  properties: ['NodeRecovery'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-resiliency-node-recovery.html'],
  good: { NodeRecovery: 'Automatic' },
  bad: { NodeRecovery: 'None' },
  check: (cluster) => cluster.at('NodeRecovery').judge((mode) => (
    mode === 'Automatic' ? COMPLIANT : nonCompliant(`NodeRecovery is ${mode === undefined || mode === null ? 'not set' : String(mode)}`))),
});
