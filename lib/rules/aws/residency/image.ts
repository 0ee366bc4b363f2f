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
  check: (resource, profile) => placesOf('image', resource, profile),
});
