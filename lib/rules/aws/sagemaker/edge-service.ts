import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerEdgeService',
  title: 'Nothing rests on Edge Manager, which has ended',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::SageMaker::DeviceFleet', 'AWS::SageMaker::Device'],
  why: 'SageMaker ended Edge Manager on 26 April 2024: its agent gets no updates, and a fleet can no longer be managed',
  fix: 'deploy models to devices as components of IoT Greengrass, and remove the resource',
  properties: ['DeviceFleetName'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/edge-eol.html'],
  good: 'No resource of these types: a component of IoT Greengrass carries the model',
  bad: { DeviceFleetName: 'wards', RoleArn: 'arn:aws:iam::123456789012:role/edge', OutputConfig: { S3OutputLocation: 's3://edge/' } },
  check: (resource) => nonCompliant(`${resource.type} belongs to a service that has ended`),
});
