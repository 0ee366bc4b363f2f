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
  // replicas have a rule of their own
  check: (resource, profile) => placesOf('reference', resource, profile).filter(({ location }) => !location || !REPLICAS.test(location)),
});

const REPLICAS = /Replica/;
