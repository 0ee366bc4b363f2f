import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import { Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

/**
 * Whether a version carries the reports of what its pipeline measured. Where nothing is measured there is nothing to carry: whether a model decides
 * about people no template says.
 *
 * @param checks types of Clarify checks that measure it
 */
export function reported(version: Resource, kind: 'Bias' | 'Explainability', checks: readonly string[]): Verdict {
  const given = version.at(`ModelMetrics.${kind}`).present();
  if (given.answer === Answer.COMPLIANT) return COMPLIANT;
  const measuring = (version.within ? version.relations.inside(version.within.resource) : [])
    .filter(({ within }) => within?.kind === 'ClarifyCheck' && Value.of(within.whole, '').at('CheckType').texts.some((type) => checks.includes(type)));
  if (measuring.length === 0) return NOT_APPLICABLE;
  const names = measuring.map(({ within }) => `'${within!.name}'`).join(', ');
  return given.answer === Answer.UNKNOWN
    ? unknown(`whether the version carries what ${names} measured is not known`, given.location)
    : nonCompliant(`${names} measured it, and the version that is registered carries no report`, given.location);
}
