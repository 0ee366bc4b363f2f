import {
  DeleteModelPackageCommand, DescribeEndpointCommand, ListModelPackagesCommand, ModelPackageSummary, SageMakerClient, UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { Deployed, expect, put, runPipeline, Scenario, until } from '../scenario';

/** A label that the one feature decides. */
const ROWS = Array.from({ length: 400 }, (_, index) => `${index % 2},${(index % 2) * 10 + (index % 7) / 10}`).join('\n');

async function packages(region: string, group: string): Promise<ModelPackageSummary[]> {
  const { ModelPackageSummaryList = [] } = await new SageMakerClient({ region }).send(new ListModelPackagesCommand({ ModelPackageGroupName: group }));
  return ModelPackageSummaryList;
}

async function endpointStatus(region: string, name: string): Promise<string | undefined> {
  const answer = await new SageMakerClient({ region }).send(new DescribeEndpointCommand({ EndpointName: name })).catch((error: Error) => {
    if (error.message.includes('Could not find endpoint')) return undefined;
    throw error;
  });
  return answer?.EndpointStatus;
}

/** Nothing is served before a person approves; then the endpoint appears by itself, and answers. */
export const scenario: Scenario = {
  needs: ['FeaturesBucket', 'PipelineName', 'GroupName', 'EndpointName'],

  async check(deployed: Deployed) {
    const { region, outputs, say } = deployed;
    await put(region, outputs.FeaturesBucket, 'train/rows.csv', ROWS);
    await runPipeline(deployed, outputs.PipelineName, 30);

    const [made] = await packages(region, outputs.GroupName);
    expect(made?.ModelApprovalStatus === 'PendingManualApproval', `the model is ${made?.ModelApprovalStatus}, and should wait for a person`);
    expect(await endpointStatus(region, outputs.EndpointName) === undefined, 'there is an endpoint before anything was approved');

    await new SageMakerClient({ region }).send(new UpdateModelPackageCommand({ ModelPackageArn: made.ModelPackageArn, ModelApprovalStatus: 'Approved' }));
    say('approved; waits for the endpoint');
    const status = await until('the endpoint', 40, async () => {
      const now = await endpointStatus(region, outputs.EndpointName);
      return now === 'InService' || now === 'Failed' ? now : undefined;
    });
    expect(status === 'InService', 'the endpoint failed: its state machine, <endpoint>-rollout, says why');

    const runtime = new SageMakerRuntimeClient({ region });
    const ask = async (feature: string) => {
      const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: outputs.EndpointName, ContentType: 'text/csv', Body: feature }));
      return Number(new TextDecoder().decode(Body));
    };
    const [low, high] = [await ask('0.1'), await ask('10.1')];
    expect(low < 0.5 && high > 0.5, `the endpoint answers ${low} and ${high} where the training rows say 0 and 1`);
  },

  async clean({ region, outputs }: Deployed) {
    for (const { ModelPackageArn } of await packages(region, outputs.GroupName)) {
      await new SageMakerClient({ region }).send(new DeleteModelPackageCommand({ ModelPackageName: ModelPackageArn }));
    }
  },
};
