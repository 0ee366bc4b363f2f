import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { placesOf } from './verdicts';

export default rule({
  name: 'ResidencyReference',
  title: 'Resources refer to nothing outside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'an ARN, an endpoint or a region name that points elsewhere is a way for data to go there',
  fix: 'refer to a resource in an allowed region; where a service exists in one region only, keep it out of the app that holds the data',
  properties: ['Arn', 'ServiceName', 'Region', 'AvailabilityZone'],
  sources: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html'],
  good: 'Topic: arn:aws:sns:eu-central-1:123456789012:alarms; ServiceName: com.amazonaws.eu-central-1.s3; an EventPattern that lets events of another region pass, which brings none',
  bad: 'Topic: arn:aws:sns:us-east-1:123456789012:alarms; AWS_REGION: us-east-1; aws s3 sync --region us-east-1 in a command or a script; a reader of exports of another region',
  check: (resource, profile) => placesOf('reference', resource, profile),
});
