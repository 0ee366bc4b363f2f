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
  fix: 'use a bucket in an allowed region; for one of another app, name it with its region',
  check: (resource, profile) => placesOf('location', resource, profile),
});
