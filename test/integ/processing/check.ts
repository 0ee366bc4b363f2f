import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeProcessingJobCommand, ListPipelineExecutionStepsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { Deployed, expect, keysBelow, put, runPipeline, Scenario } from '../scenario';

/** A step runs in a network without a way out: so the endpoints suffice, and the container is isolated. */
export const scenario: Scenario = {
  needs: ['RawBucket', 'OutputsBucket', 'DataKeyArn', 'PipelineName'],

  async check(deployed: Deployed) {
    const { region, outputs } = deployed;
    await put(region, outputs.RawBucket, 'in/hello.txt', 'hello');
    const run = await runPipeline(deployed, outputs.PipelineName, 30);

    const sagemaker = new SageMakerClient({ region });
    const { PipelineExecutionSteps: steps = [] } = await sagemaker.send(new ListPipelineExecutionStepsCommand({ PipelineExecutionArn: run }));
    const name = steps[0]?.Metadata?.ProcessingJob?.Arn?.split('/').pop();
    expect(name !== undefined, 'the run made no processing job');
    const job = await sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }));
    expect(job.NetworkConfig?.EnableNetworkIsolation === true, 'the job was not isolated');
    expect((job.NetworkConfig.VpcConfig?.Subnets?.length ?? 0) >= 2, 'the job did not run in the subnets of the workspace');
    expect(job.ProcessingResources?.ClusterConfig?.VolumeKmsKeyId === outputs.DataKeyArn, 'the volume of the job was not encrypted with the workspace\'s key');

    const [key] = (await keysBelow(region, outputs.OutputsBucket, `${outputs.PipelineName}/Probe/report/`)).filter((candidate) => candidate.endsWith('report.json'));
    expect(key !== undefined, 'the step wrote no report');
    const object = await new S3Client({ region }).send(new GetObjectCommand({ Bucket: outputs.OutputsBucket, Key: key }));
    expect(object.SSEKMSKeyId === outputs.DataKeyArn, `the report is encrypted with ${object.SSEKMSKeyId}, not with the workspace's key`);
    const report = JSON.parse(await object.Body!.transformToString()) as { read: string[]; reached: string[] };
    expect(report.read.join() === 'hello', `the step read ${JSON.stringify(report.read)}`);
    expect(report.reached.length === 0, `the isolated container reached ${report.reached.join(', ')}`);
  },
};
