import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { placesIn, PLACES, regionVerdict } from './places';

export default rule({
  name: 'AzureResidencyLocation',
  title: 'Everything stands inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  properties: ['location'],
  why: 'data is where the resource is that holds or handles it',
  fix: 'choose a location in an allowed region',
  sources: ['Azure Policy e56962a6-4747-49cd-b67b-bf8b01975c4c', 'Azure Policy e765b5de-1225-4ba3-bd56-1ac6695af988'],
  good: 'location = \'germanywestcentral\' under a residency within the EU',
  bad: 'location = \'eastus\' under a residency within the EU',
  check: (resource, profile) => placesIn(resource, PLACES).map((place) => regionVerdict(place, profile)).filter((verdict) => verdict !== NOT_APPLICABLE),
});
