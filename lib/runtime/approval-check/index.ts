import { DescribeModelPackageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { customResource } from '../cloudformation-response';

const sagemaker = new SageMakerClient({});

/** Fails a deployment that would serve a package which nobody has approved. */
export const handler = customResource(async (event) => {
  if (event.RequestType === 'Delete') return undefined;
  const packageArn = event.ResourceProperties.PackageArn;
  if (typeof packageArn !== 'string' || packageArn === '') throw new Error('PackageArn is not given: deploy the endpoint anew');
  const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: packageArn }));
  if (found.ModelApprovalStatus !== 'Approved') {
    throw new Error(`model package ${packageArn} is ${found.ModelApprovalStatus ?? 'without an approval status'}, not approved: have it approved in the registry, or state servesUnapproved`);
  }
  return { physicalResourceId: packageArn };
});
