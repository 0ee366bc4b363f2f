import { BatchEndpoint, BatchEndpointProps, Code, Duration, ServedModel } from '../../../lib/azure';
import { DataFlow } from '../../../lib/policy/flow';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { group, resourcesOf } from '../../support/azure';
import { azapiOf, environment, trained } from '../../support/azure-pipeline';

const code = Code.inImage('score.py');
const model = ServedModel.fromVersion(`${group}/providers/Microsoft.MachineLearningServices/workspaces/readmission/models/readmission/versions/3`);

function made(props: Partial<BatchEndpointProps>) {
  const all = trained();
  const endpoint = new BatchEndpoint(all.stack, 'Batch', { workspace: all.workspace, compute: all.compute, ...props });
  return { ...all, endpoint };
}

describe('a batch endpoint', () => {
  test('runs a pipeline for each call, by callers that sign in', () => {
    const all = trained();
    new BatchEndpoint(all.stack, 'Batch', { workspace: all.workspace, compute: all.compute, pipeline: all.pipeline });
    expect(azapiOf(all.stack, 'batchEndpoints')[0].body).toEqual({ properties: { authMode: 'AADToken' } });
    expect(azapiOf(all.stack, 'batchEndpoints/deployments')[0].body).toMatchObject({
      properties: { deploymentConfiguration: { deploymentConfigurationType: 'PipelineComponent', componentId: { referenceType: 'Id', assetId: expect.stringMatching(/^\$\{azapi_resource\.Pipeline_\w+\.id\}$/) } } },
    });
    expect(azapiOf(all.stack, 'jobs')).toEqual([]);
  });

  test('puts a model to files in batches', () => {
    const { stack, endpoint } = made({ model, environment, code, nodes: 2, batchSize: 5, batchTimeout: Duration.minutes(2) });
    expect(azapiOf(stack, 'batchEndpoints/deployments')[0].body).toMatchObject({
      properties: {
        model: { referenceType: 'Id', assetId: expect.stringMatching(/\/versions\/3$/) }, resources: { instanceCount: 2 }, miniBatchSize: 5, errorThreshold: 0, outputAction: 'AppendRow',
        compute: expect.stringContaining('azurerm_machine_learning_compute_cluster'), retrySettings: { maxRetries: 2, timeout: 'PT2M' },
      },
    });
    expect(DataFlow.of(stack).node(endpoint.node.path)).toMatchObject({ kind: 'endpoint', detail: 'batch' });
  });

  test('names its one deployment when that is there', () => {
    const { stack } = made({ model, environment, code });
    expect(resourcesOf(stack, 'azapi_update_resource')).toEqual([expect.objectContaining({
      body: { properties: { defaults: { deploymentName: 'default' } } }, depends_on: [expect.stringMatching(/^azapi_resource\.Batch_Deployment_\w+$/)], lifecycle: { replace_triggered_by: [expect.stringMatching(/^azapi_resource\.Batch_\w+$/)] },
    })]);
  });

  test('lets an identity start jobs', () => {
    const { stack, endpoint, workspace } = made({ model, environment, code });
    endpoint.grantInvoke(workspace.identity);
    expect(resourcesOf(stack, 'azurerm_role_assignment')).toContainEqual(expect.objectContaining({ role_definition_name: 'AzureML Data Scientist', scope: expect.stringMatching(/azapi_resource\.Batch_\w+\.id/) }));
  });

  test.each([
    ['neither pipeline nor model', {}, /has neither pipeline nor model: give one of them/],
    ['no compute', { model, environment, code, compute: undefined }, /compute is missing: give a ComputeCluster/],
    ['no environment', { model, code }, /has no environment: give the image that the model runs in/],
    ['no scoring script', { model, environment }, /has no scoring script, and the model is not known to be of MLflow/],
    ['more nodes than the cluster has', { model, environment, code, nodes: 9 }, /runs on 9 nodes, and 'Stack\/Cpu' has 4 at most/],
    ['batches of nothing', { model, environment, code, batchSize: 0 }, /has batchSize of 0/],
  ] as [string, object, RegExp][])('fails with %s', (_title, props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  test('fails with a version that nobody named, and with a pipeline and a model', () => {
    const all = trained();
    const registered = all.pipeline.addRegistration('Register', { training: all.train });
    const base = { workspace: all.workspace, compute: all.compute, environment, code };
    expect(() => new BatchEndpoint(all.stack, 'A', { ...base, model: registered })).toThrow(/serves a version that nobody named yet: give a fixed one, such as registration\.version\('3'\)/);
    expect(() => new BatchEndpoint(all.stack, 'B', { ...base, model, pipeline: all.pipeline })).toThrow(/has a pipeline and a model: give one of them/);
  });
});

describeWithArmTypes('bodies of a batch endpoint', () => {
  test('fit the types of Azure Resource Manager', () => {
    const { stack, workspace, compute, pipeline } = made({ model, environment, code });
    new BatchEndpoint(stack, 'Pipe', { workspace, compute, pipeline });
    const bodies = (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.includes('batchEndpoints'));
    expect(bodies).toHaveLength(4);
    expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
    const [whole] = azapiOf(stack, 'batchEndpoints');
    expect(armProblems({ ...whole, body: { properties: { ...whole.body.properties as object, defaults: { deploymentName: 'default' } } } })).toEqual([]);
  });
});
