import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { placesOf } from './verdicts';

export default rule({
  name: 'ResidencyLocation',
  title: 'Data is read from and written to buckets inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'an S3 URI in another region is a transfer of the data behind it',
  fix: 'use a bucket in an allowed region; for one of another app, name it with its region; where programs, templates and definitions come from need not be known, and must be no place outside',
  properties: ['S3Uri', 'S3OutputPath', 'ModelDataUrl', 'BucketName'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-bucket-intro.html'],
  good: 'S3Uri: s3://raw/admissions/, where raw is a bucket of a stack in eu-central-1; Code.S3Bucket of a function, which Lambda takes from its own region only',
  bad: 'S3Uri: s3://jumpstart-cache-prod-us-west-2/x',
  check: (resource, profile) => placesOf('location', resource, profile),
});
