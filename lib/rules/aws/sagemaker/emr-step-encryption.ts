import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { all, inParts, NOT_APPLICABLE, unknown } from '../../verdict';
import { stated } from './stated';

export default rule({
  name: 'SageMakerEmrStepEncryption',
  title: 'EMR clusters that a step makes encrypt their disks and what nodes exchange',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: [STEP],
  why: 'Spark spills records onto local disks and shuffles them between nodes, in clear unless a security configuration says otherwise',
  fix: 'set ClusterConfig.SecurityConfiguration to one with EnableAtRestEncryption and EnableInTransitEncryption',
  properties: ['ClusterConfig.SecurityConfiguration'],
  sources: ['cdk-nag EMREncryptionInTransit', 'cdk-nag EMRLocalDiskEncryption', 'https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html'],
  good: 'An EMR step with a ClusterConfig whose SecurityConfiguration switches on encryption at rest and in transit, or with the ClusterId of a cluster that stands',
  bad: 'An EMR step with a ClusterConfig and no SecurityConfiguration',
  check: (step) => {
    if (step.within?.kind !== 'EMR' || step.at('ClusterConfig').isAbsent) return NOT_APPLICABLE;
    const name = step.at('ClusterConfig.SecurityConfiguration');
    const configurations = step.relations.named(name, 'AWS::EMR::SecurityConfiguration', 'Name');
    if (configurations.length === 0) return all(stated(name), unknown(`${name.name} is none of this app, so what it encrypts cannot be told`, name.location));
    return configurations.map((configuration) => configuration.at('SecurityConfiguration.EncryptionConfiguration'))
      .flatMap((encryption) => inParts(encryption, ['EnableAtRestEncryption', 'EnableInTransitEncryption'].map((flag) => encryption.at(flag).boolean())));
  },
});
