import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { placesOf } from './verdicts';

export default rule({
  name: 'ResidencyImage',
  title: 'Images come from registries inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'a pull from another region makes a job depend on it, and layers leave a trail there',
  fix: 'copy the image into a repository of an allowed region and name that one',
  properties: ['ImageUri'],
  sources: ['https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html'],
  good: 'Image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/train:1, under a residency within the EU',
  bad: 'Image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1',
  check: (resource, profile) => placesOf('image', resource, profile),
});
