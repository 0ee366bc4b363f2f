import { Unknown } from '../../resolve';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

/** Whether an image is named by its digest, or by a tag that is a version and not one that moves. */
export function pinned(image: Value): Verdict {
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

/** Whether an image is one of ECR's, as far as its address tells: `false` for another registry, undefined where the registry is not known. */
export function isInEcr(image: Exclude<Value['alternatives'][number], undefined | null>): boolean | undefined {
  const text = image instanceof Unknown ? image.pattern : String(image);
  if (/^[^/]*\.dkr[.-]ecr(?:-fips)?\./.test(text) || text.startsWith('public.ecr.aws/')) return true;
  return image instanceof Unknown && /^[^/]*\?/.test(text) ? undefined : false;
}
