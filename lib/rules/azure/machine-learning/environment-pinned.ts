import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

const DIGEST = /@sha256:[0-9a-f]{64}$/;

export default rule({
  name: 'AzureMLEnvironmentPinned',
  title: 'Images of environments are pinned by digest',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['Microsoft.MachineLearningServices/workspaces/environments/versions', 'Microsoft.MachineLearningServices/registries/environments/versions'],
  properties: ['properties.image'],
  why: 'a tag can be moved: what runs tomorrow is then not what was reviewed',
  fix: 'name the image with its digest, as registry/name@sha256:<digest>',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-vulnerability-management'],
  good: { properties: { image: 'acr.azurecr.io/sklearn@sha256:0000000000000000000000000000000000000000000000000000000000000000' } },
  bad: { properties: { image: 'acr.azurecr.io/sklearn:latest' } },
  check: (environment) => {
    const image = environment.at('properties.image');
    // one that is built from a folder is built from what the folder has, under the digest of its content
    if (image.isAbsent && !environment.at('properties.build').isAbsent) return NOT_APPLICABLE;
    // the registry may be one of the app, whose name is known when it is there: the digest is what counts
    if (image.alternatives.every((one) => one instanceof Unknown && DIGEST.test(one.pattern))) return COMPLIANT;
    return image.judge((name) => (typeof name === 'string' && DIGEST.test(name) ? COMPLIANT : nonCompliant(name === undefined ? 'it names no image' : `${shown(name)} has no digest`)));
  },
});
