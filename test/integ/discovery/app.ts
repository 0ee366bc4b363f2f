import { CfnOutput } from 'aws-cdk-lib';
import { DataIdentifier, DiscoverySchedule, SensitiveDataDiscovery } from 'cdk-regulated-ml/aws';
import { Classification } from 'cdk-regulated-ml/policy';
import { ground } from '../ground';

// No AccountBaseline: what exists once in an account is not a test's to switch.
const { app, stack, workspace } = ground('RegulatedMLIntegDiscovery');
const store = workspace.addStore('Store', { classification: Classification.PSEUDONYMISED });
new SensitiveDataDiscovery(stack, 'Discovery', {
  workspace, stores: [store], identifiers: [DataIdentifier.DE_TAX_ID], schedule: DiscoverySchedule.daily(), monthlyBudget: 5,
});

new CfnOutput(stack, 'StoreBucket', { value: store.bucket.bucketName });

export { app };
