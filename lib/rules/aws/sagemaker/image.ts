import { Unknown } from '../../resolved';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

/** Whether an image is named by its digest, or by a tag that is a version and not one that moves, such as `stable-2` or `latest-py310`. */
export function pinned(image: Value): Verdict {
  return all(...image.alternatives.map((alternative): Verdict => {
    const text = alternative instanceof Unknown ? alternative.pattern : alternative;
    if (typeof text !== 'string' || text === '') return NOT_APPLICABLE;
    if (text.includes('@sha256:')) return COMPLIANT;
    const tag = /:([^/:?]+)$/.exec(text)?.[1];
    if (tag !== undefined) return isVersion(tag) ? COMPLIANT : nonCompliant(`${image.name} has the moving tag '${tag}'`, image.location);
    return alternative instanceof Unknown
      ? unknown(`${image.name} is ${alternative.reason}`, image.location)
      : nonCompliant(`${image.name} names no version of '${text}'`, image.location);
  }));
}

// what a build is told by: a date, a version of three parts, the hash of a commit
const BUILD = /(?:^|[-_.+])v?(?:\d{6,}|\d{4}-\d\d-\d\d|\d+\.\d+\.\d+|(?=[a-f]*\d)[0-9a-f]{7,40})(?=[-_.+]|$)/i;
// these go on to the newest build, whichever version they stand beside
const NEWEST = /(?:^|[-_.+])(?:latest|newest|snapshot)\d*(?=[-_.+]|$)/i;
const MOVING = /(?:^|[-_.+])(?:canary|current|default|dev|develop|development|edge|head|lts|main|mainline|master|next|nightly|preview|prod|production|rolling|stable|staging|test|trunk)\d*(?=[-_.+]|$)/i;
// the version of what an image is made on says nothing of the image
const PLATFORM = /(?<![a-z0-9])(?:al|alpine|amd|amzn|arm|cu|cuda|cudnn|debian|java|jdk|openjdk|py|python|ubuntu|x86)[-_]?\d+(?:[._]\d+)*/gi;

function isVersion(tag: string): boolean {
  if (NEWEST.test(tag)) return false;
  const own = tag.replace(PLATFORM, '');
  return MOVING.test(own) ? BUILD.test(own) : /\d/.test(own);
}

/** Whether an image is one of ECR's, as far as its address tells: `false` for another registry, undefined where the registry is not known. */
export function isInEcr(image: Exclude<Value['alternatives'][number], undefined | null>): boolean | undefined {
  const text = image instanceof Unknown ? image.pattern : String(image);
  if (/^[^/]*\.dkr[.-]ecr(?:-fips)?\./.test(text) || text.startsWith('public.ecr.aws/')) return true;
  return image instanceof Unknown && /^[^/]*\?/.test(text) ? undefined : false;
}
