import type { AssessedRequirement, Evidence } from '../record';
import { list, paragraph, table, toBeWritten, type RegulatoryText, type Section, type Text } from './document';
import { classOf, measures, namesOf, placeOfRegion, retentionRows, shortcomings, statusOf, storesOf, weakened, undeclared } from './facts';

// 45 CFR Part 164: how the Security Rule and its neighbours are divided
const PARTS: readonly (readonly [prefix: string, heading: string, cite: string])[] = [
  ['164.306', 'General rules', '45 CFR 164.306'], ['164.308', 'Administrative safeguards', '45 CFR 164.308'], ['164.310', 'Physical safeguards', '45 CFR 164.310'],
  ['164.312', 'Technical safeguards', '45 CFR 164.312'], ['164.314', 'Organizational requirements', '45 CFR 164.314'],
  ['164.316', 'Policies, procedures and documentation', '45 CFR 164.316'], ['164.4', 'Notification of breaches', '45 CFR 164.400 ff.'], ['164.5', 'Privacy of health information', '45 CFR 164.500 ff.'],
];

/**
 * The requirements of the Security Rule, and what the templates show of each.
 *
 * @throws an error when the profile does not name HIPAA
 */
export function hipaaMapping(evidence: Evidence): RegulatoryText {
  const framework = evidence.frameworks.find(({ name }) => name.toUpperCase() === 'HIPAA');
  if (!framework) throw new Error(`the profile names no framework 'HIPAA', only ${evidence.frameworks.map(({ name }) => `'${name}'`).join(', ') || 'none'}: add Framework.HIPAA and synthesize again`);
  const held = storesOf(evidence).filter(({ classification }) => classification === 'phi');
  const placed = PARTS.map(([prefix]) => framework.requirements.filter(({ id }) => id.startsWith(prefix)));
  const others = framework.requirements.filter((requirement) => !placed.some((part) => part.includes(requirement)));
  return {
    title: 'HIPAA Security Rule: what the infrastructure shows',
    purpose: 'For each standard and specification what was checked, and what a person must show otherwise.',
    url: 'https://www.ecfr.gov/current/title-45/part-164',
    sections: [
      { heading: 'Where protected health information is', cite: '45 CFR 160.103', blocks: [
        table(['Store', 'Zone', 'Classification', 'Region'], held.map((store) => [store.name, store.detail ?? store.kind, classOf(store), placeOfRegion(store.region)]), undeclared(evidence, 'No store is declared to hold protected health information.')),
        paragraph(`Steps and models that it reaches: ${namesOf(evidence.flow.nodes.filter(({ kind, classification }) => kind !== 'store' && classification === 'phi'))}.`),
        paragraph(toBeWritten('the covered entity or business associate, and the official responsible for security (164.308(a)(2))')),
      ] },
      ...PARTS.flatMap(([, heading, cite], index) => sectionOf(heading, placed[index]!, cite)),
      ...sectionOf('Other requirements', others),
      { heading: 'Measures', blocks: [measures(evidence), weakened(evidence), ...shortcomings(evidence)] },
      { heading: 'Retention', cite: '45 CFR 164.316(b)(2)(i)', blocks: [
        table(['Kind of record', 'Days'], retentionRows(evidence), 'The profile states no retention.'), paragraph(toBeWritten('where policies, procedures and assessments are kept for six years')),
      ] },
      { heading: 'Addressable specifications', cite: '45 CFR 164.306(d)(3)', blocks: list([toBeWritten('for each addressable specification that is not implemented: why it is not reasonable and appropriate here, and what is done instead')]) },
    ],
  };
}

function sectionOf(heading: string, requirements: readonly AssessedRequirement[], cite?: string): Section[] {
  if (requirements.length === 0) return [];
  const rows = requirements.map((requirement): Text[] => [requirement.citation, requirement.title, statusOf(requirement.status), requirement.supportedBy.join(', ') || '–', remaining(requirement)]);
  return [{ heading, ...(cite ? { cite } : {}), blocks: [table(['Requirement', 'What it asks', 'State', 'Rules that speak of it', 'What they leave open'], rows, '')] }];
}

function remaining({ status, leftOpen }: AssessedRequirement): Text {
  if (status === 'not-assessed') return toBeWritten('how it is met');
  return leftOpen.length > 0 ? toBeWritten(leftOpen.join('; ')) : '–';
}
