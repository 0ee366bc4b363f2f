import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Workspace } from '../../../lib/aws';
import { requireServices } from '../../../lib/aws/private/endpoint-services';
import { CALLED_SERVICES, RuntimeFunction } from '../../../lib/aws/private/runtime-function';
import { runtimeJobs, runtimeSources } from '../../support/runtime-sources';
import { env, profile } from '../../support/workspace';

const JOBS = ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'monitoring', 's3', 'sagemaker.api', 'sagemaker.runtime', 'sts'];
/** Services that get an endpoint where a vault, a feature group or a function of the user's is asked, and not with each workspace. */
const WHERE_NEEDED: Record<string, string[]> = { 'erase-features': ['athena', 'sagemaker.featurestore-runtime'], 'erase-tokens': ['lambda', 'sts'], 'subject-rights': ['lambda'] };
const SERVICE_OF_CLIENT: Record<string, string> = {
  'athena': 'athena', 'sagemaker-featurestore-runtime': 'sagemaker.featurestore-runtime',
  'application-auto-scaling': 'application-autoscaling', 'cloudwatch': 'monitoring', 'cloudwatch-logs': 'logs', 'dynamodb': 'dynamodb', 'eventbridge': 'events', 'kms': 'kms', 'lambda': 'lambda', 'macie2': 'macie2',
  's3': 's3', 'sagemaker': 'sagemaker.api', 'secrets-manager': 'secretsmanager', 'sfn': 'states',
};

function ownNetwork(services: string[], props: { endpointServices?: string[]; elsewhere?: boolean } = {}) {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  const vpc = new ec2.Vpc(stack, 'Theirs', {
    availabilityZones: ['eu-central-1a', 'eu-central-1b'], natGateways: 0, subnetConfiguration: [{ name: 'a', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  const workspace = new Workspace(stack, 'Workspace', { profile, vpc, endpointServices: props.endpointServices });
  const place = props.elsewhere ? new Stack(app, 'Endpoints', { env }) : stack;
  for (const service of services) new ec2.InterfaceVpcEndpoint(place, `Of${service}`, { vpc, service: new ec2.InterfaceVpcEndpointAwsService(service), open: false });
  return { app, stack, workspace };
}

test('the services that a function calls are those whose clients it imports', () => {
  const imported = runtimeJobs().map((name) => {
    const text = runtimeSources(name).join('\n');
    const clients = [...text.matchAll(/'@aws-sdk\/client-([a-z0-9-]+)'/g)].map(([, client]) => SERVICE_OF_CLIENT[client]);
    // the one service that is asked without a client
    const called = new Set([...clients, ...(text.includes('STS_ENDPOINT') ? ['sts'] : [])]);
    expect([name, (WHERE_NEEDED[name] ?? []).filter((service) => !called.has(service))]).toEqual([name, []]);
    return [name, [...called].filter((service) => !WHERE_NEEDED[name]?.includes(service!)).sort()];
  });
  expect(CALLED_SERVICES).toEqual(Object.fromEntries(imported));
});

test('fails at synth with all that a network of the app lacks, and who needs it, in one message', () => {
  const { app, stack, workspace } = ownNetwork(JOBS.filter((service) => service !== 'sts'));
  new RuntimeFunction(stack, 'Rollout', { job: 'rollout', workspace, logsKey: workspace.logsKey });
  new RuntimeFunction(stack, 'Reconcile', { job: 'reconcile', workspace, logsKey: workspace.logsKey });
  expect(() => app.synth()).toThrow('has no endpoint for sts (for jobs), application-autoscaling (for function \'Stack/Rollout\'), '
    + 'states (for function \'Stack/Rollout\', function \'Stack/Reconcile\'), macie2 (for function \'Stack/Reconcile\'), and jobs in it have no other way out');
});

test.each([false, true])('a network whose endpoints stand in the app suffices, in another stack %s', (elsewhere) => {
  const { app, stack, workspace } = ownNetwork([...JOBS, 'states', 'macie2'], { elsewhere });
  requireServices(workspace, ['states', 'macie2'], '\'Stack/Quarantine\'');
  expect(() => app.synth()).not.toThrow();
  expect(stack.node.tryFindChild('Workspace')).toBe(workspace);
});

test('fails at once where the workspace says what its network has', () => {
  const { stack, workspace } = ownNetwork([], { endpointServices: JOBS });
  expect(() => new RuntimeFunction(stack, 'Maker', { job: 'macie-job', workspace, logsKey: workspace.logsKey }))
    .toThrow('function \'Stack/Maker\' needs endpoints of \'macie2\' in the network of workspace \'Stack/Workspace\', which has ecr.api');
});
