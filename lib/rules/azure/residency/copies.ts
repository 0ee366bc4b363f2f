import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { COPIES, placesIn, regionVerdict } from './places';

export default rule({
  name: 'AzureResidencyCopies',
  title: 'Copies stay inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  properties: ['georeplications.location', 'geo_location.location', 'properties.regionDetails.location', 'properties.locations.locationName'],
  why: 'a replica is the data itself, in another place',
  fix: 'name replicas in allowed regions, or leave them out',
  sources: ['Azure Policy e56962a6-4747-49cd-b67b-bf8b01975c4c'],
  good: 'georeplications of a registry in swedencentral under a residency within the EU',
  bad: 'georeplications of a registry in eastus under a residency within the EU',
  check: (resource, profile) => placesIn(resource, COPIES).map((place) => regionVerdict(place, profile)).filter((verdict) => verdict !== NOT_APPLICABLE),
});
