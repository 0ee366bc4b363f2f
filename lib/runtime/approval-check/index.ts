import { DescribeModelPackageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { customResource } from '../cloudformation-response';

const sagemaker = new SageMakerClient({});

/** Fails a deployment that would serve a package which nobody has approved. */
export const handler = customResource(async (event) => {
  const packageArn = String(event.ResourceProperties.PackageArn);
  if (event.RequestType === 'Delete') return undefined;
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: packageArn }));
  if (found.ModelApprovalStatus !== 'Approved') {
    throw new Error(`model package ${packageArn} is ${found.ModelApprovalStatus ?? 'without an approval status'}, not approved: have it approved in the registry, or state servesUnapproved`);
  }
  return { physicalResourceId: packageArn };
});
