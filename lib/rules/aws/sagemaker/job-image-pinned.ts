import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import { rule, STEP } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { jobsOf, MONITORS } from './job';

export default rule({
  name: 'SageMakerJobImagePinned',
  title: 'SageMaker jobs name a fixed version of their image',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: [STEP, ...MONITORS],
  why: 'an image behind a moving tag is not the image that was reviewed',
  fix: 'name the image by digest (@sha256:...), or by a version tag in a repository with immutable tags',
  check: (step) => all(...jobsOf(step).flatMap((job) => job.images.map(pinned))),
});

function pinned(image: Value): Verdict {
  return all(...image.alternatives.map((alternative): Verdict => {
    const text = alternative instanceof Unknown ? alternative.pattern : alternative;
    if (typeof text !== 'string' || text === '') return NOT_APPLICABLE;
    if (text.includes('@sha256:')) return COMPLIANT;
    const tag = /:([^/:?]+)$/.exec(text)?.[1];
    if (tag !== undefined) return /\d/.test(tag) ? COMPLIANT : nonCompliant(`${image.name} has the moving tag '${tag}'`, image.location);
    return alternative instanceof Unknown
      ? unknown(`${image.name} is ${alternative.reason}`, image.location)
      : nonCompliant(`${image.name} names no version of '${text}'`, image.location);
  }));
}
