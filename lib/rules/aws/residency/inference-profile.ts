import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant, unknown } from '../../verdict';
import { mentionsOf } from './mentions';

export default rule({
  name: 'ResidencyInferenceProfile',
  title: 'Models of Bedrock answer from inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'an inference profile sends a prompt to whichever region of its geography has capacity, to one that the account never opted in to as well',
  fix: 'name the model itself, or a profile of a geography whose every region is allowed; a global profile answers from anywhere',
  properties: ['ModelId', 'FoundationModel', 'InferenceProfileArn'],
  sources: ['https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html'],
  good: 'FoundationModel: anthropic.claude-sonnet-4-5-20250929-v1:0, or eu.anthropic... where all regions of AWS in the Union are allowed',
  bad: 'FoundationModel: global.anthropic.claude-sonnet-4-5-20250929-v1:0 under a residency within the EU',
  check: (resource, profile) => mentionsOf(resource).filter(({ kind }) => kind === 'profile').map(({ text, regions, reason, location }) => {
    if (!regions) return unknown(`'${text}': ${reason}`, location);
    const outside = regions.filter((region) => !profile.residency.allows(region));
    return outside.length === 0 ? COMPLIANT : nonCompliant(`'${text}' may answer from ${several(outside)}, outside the residency (${profile.residency.describe()})`, location);
  }),
});

function several(regions: readonly string[]): string {
  return regions.length > 4 ? `${regions.slice(0, 3).join(', ')} and ${regions.length - 3} others` : regions.join(', ');
}
