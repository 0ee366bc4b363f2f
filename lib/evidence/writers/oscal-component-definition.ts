import { canonicalJson } from '../../policy/record';
import { weakeningsOf } from '../collect';
import type { AssessedControl, AssessedFramework, AssessedRequirement, Evidence } from '../record';
import type { WriterOptions } from './options';
import { catalogOf, controlIdsOf, metadataOf, momentOf, prop, prose, uuidOf, type OscalProp } from './oscal';
import { counted, oneLine } from './plain-text';

// how compliance-trestle, and what is built on it, finds rules and their checks
const TRESTLE = 'https://oscal-compass.github.io/compliance-trestle/schemas/oscal/cd';

/**
 * Evidence as an OSCAL component definition: the infrastructure as a component with the controls that were judged of it, the pack as a
 * component with its rules. Ids are made of the content, the time is the given day.
 *
 * @throws an error when no day is known
 */
export function toOscalComponentDefinition(evidence: Evidence, options: WriterOptions = {}): string {
  const moment = momentOf(evidence, options);
  const document = {
    metadata: metadataOf('Machine-learning infrastructure and the rules that judge it', evidence, moment, 'Written from synthesized templates. It shows what they ask for, not what runs.'),
    components: [infrastructure(evidence), pack(evidence)],
    ...(evidence.frameworks.length > 0 ? { 'back-matter': {
      resources: evidence.frameworks.map((framework) => ({ uuid: uuidOf('framework', framework.name), title: prose(framework.title), rlinks: [{ href: catalogOf(framework) }] })),
    } } : {}),
  };
  return canonicalJson({ 'component-definition': { uuid: uuidOf('component-definition', document), ...document } });
}

function infrastructure(evidence: Evidence): object {
  const { stacks, profiles } = evidence;
  const implementations = evidence.frameworks.flatMap((framework) => implementationOf(framework, evidence));
  return {
    uuid: uuidOf('infrastructure', stacks.map(({ path }) => path)), type: 'software', title: `Infrastructure of ${stacks.map(({ path }) => prose(path)).join(', ') || 'no stack'}`,
    description: `${counted(stacks.length, 'CloudFormation stack')} that the app synthesizes.`,
    props: [
      ...stacks.map(({ path, region }) => prop('stack', `${path}${region ? ` in ${region}` : ''}`)),
      ...profiles.map(({ residency }) => prop('residency', residency.description)),
      ...weakeningsOf(evidence).map(({ control, reason, substitute }) => prop('weakening', `${control}: ${reason}; instead: ${substitute}`)),
    ],
    ...(implementations.length > 0 ? { 'control-implementations': implementations } : {}),
  };
}

function pack({ runs, rules }: Evidence): object {
  const { name, version } = runs[0]!;
  return {
    uuid: uuidOf('pack', name, version), type: 'validation', title: `${prose(name)} ${prose(version)}`, description: 'Rules over resolved resources and the declared data flow.',
    ...(rules.length > 0 ? { props: rules.flatMap(({ id, title, why, severity, control }, index) => ruleSet(`rule_set_${index}`, [
      ['Rule_Id', id], ['Rule_Description', title], ['Check_Id', id], ['Check_Description', why], ['Severity', severity], ['Control', control],
    ])) } : {}),
  };
}

function ruleSet(remarks: string, values: readonly (readonly [string, string])[]): (OscalProp & { remarks: string })[] {
  return values.map(([name, value]) => ({ name, ns: TRESTLE, value: oneLine(value) || '–', remarks }));
}

function implementationOf(framework: AssessedFramework, evidence: Evidence): object[] {
  const controlIds = controlIdsOf(framework);
  const judged = framework.requirements.filter(({ status }) => status !== 'not-assessed');
  if (judged.length === 0) return [];
  return [{
    uuid: uuidOf('implementation', framework.name), source: catalogOf(framework), description: `The part of ${prose(framework.title)} that infrastructure can show.`,
    props: [prop('framework', framework.name), prop('not-assessed', counted(framework.requirements.length - judged.length, 'requirement'))],
    'implemented-requirements': judged.map((requirement) => implemented(framework, requirement, controlIds.get(requirement.id)!, evidence)),
  }];
}

function implemented(framework: AssessedFramework, requirement: AssessedRequirement, controlId: string, { controls }: Evidence): object {
  const asked = controls.filter(({ control }) => requirement.controls.includes(control));
  return {
    uuid: uuidOf('implemented-requirement', framework.name, requirement.id), 'control-id': controlId,
    description: [`${prose(requirement.citation)}: ${prose(requirement.title)}.`, ...asked.map((control) => `- ${sentenceOf(control)}`)].join('\n'),
    props: [
      prop('status', requirement.status), ...(requirement.appliesFrom ? [prop('applies-from', requirement.appliesFrom)] : []), ...requirement.controls.map((control) => prop('control', control)),
      ...[...new Set(requirement.supportedBy)].map((rule) => ({ name: 'Rule_Id', ns: TRESTLE, value: oneLine(rule) || '–' })),
    ],
    ...(requirement.leftOpen.length > 0 ? { remarks: `Not checked: ${requirement.leftOpen.map(prose).join('; ')}.` } : {}),
  };
}

function sentenceOf({ control, checks, kept, open, accepted }: AssessedControl): string {
  const words = prose(control.replaceAll('-', ' '));
  if (checks.length === 0) return `${words}: not assessed.`;
  const waived = accepted.reduce((sum, { count }) => sum + count, 0);
  return `${words}: kept in ${counted(kept, 'check')}${open > 0 ? `, ${open} open` : ''}${waived > 0 ? `, ${waived} accepted` : ''}.`;
}
