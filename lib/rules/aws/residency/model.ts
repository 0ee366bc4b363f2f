import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { placesOf } from './verdicts';

export default rule({
  name: 'ResidencyModel',
  title: 'Models come from registries inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'a model can repeat what it was trained on; fetched from another region, it crossed the border',
  fix: 'register the model in an allowed region',
  check: (resource, profile) => placesOf('model', resource, profile),
});
