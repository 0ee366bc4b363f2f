import { demandOf } from '../../policy/demand';
import { Answer, Severity } from '../../policy/finding';
import { residencyIn } from '../collect';
import type { Evidence, PackFinding } from '../record';
import { markdown } from './markdown-text';
import { REPOSITORY } from './options';
import { isWebAddress } from './place';
import { oneLine } from './plain-text';

// GitHub shows ten
const TAGS = 10;

// what GitHub shows as critical, high and medium
const SECURITY_SEVERITY: Record<Severity, string> = { [Severity.FATAL]: '9.5', [Severity.ERROR]: '8.0', [Severity.WARNING]: '5.0' };
/** How a weight is shown. */
export const LEVEL: Record<Severity, string> = { [Severity.FATAL]: 'error', [Severity.ERROR]: 'error', [Severity.WARNING]: 'warning' };

/** A rule as the file describes it. */
export interface Descriptor { readonly id: string }

/** The rule of a finding: cdk-nag tells several findings of one rule apart by what stands in brackets. */
export function ruleOf({ rule }: PackFinding): string {
  return rule.replace(/\[[^]*\]$/, '') || rule;
}

type Taxonomy = ReturnType<typeof taxonomiesOf>[number];

/** The articles that rules help to meet, a taxonomy for each framework. */
export function taxonomiesOf({ frameworks, rules }: Evidence) {
  const checked = new Set(rules.map(({ control }) => control));
  return frameworks.flatMap(({ name, title, url, requirements }) => {
    const taxa = requirements.filter(({ controls }) => controls.some((control) => checked.has(control)))
      .map(({ id, citation, title: asked }) => ({ id, name: oneLine(citation), shortDescription: { text: asked } }));
    return taxa.length === 0 ? [] : [{ name: oneLine(name), fullName: oneLine(title), ...(isWebAddress(url) ? { informationUri: url } : {}), isComprehensive: false, taxa }];
  });
}

/** The rules, and the unknowns of rules that have one: a person accepts them apart. */
export function descriptorsOf({ rules, findings, frameworks, profiles }: Evidence, taxonomies: readonly Taxonomy[]): Descriptor[] {
  const unknowns = new Map(findings.filter(({ answer }) => answer === Answer.UNKNOWN).map(({ rule, weight }) => [rule, weight]));
  return rules.flatMap((rule) => {
    const demand = demandOf(rule.control, rule.sources, residencyIn(profiles));
    const asked = frameworks.flatMap(({ name, requirements }) => requirements
      .filter(({ controls }) => controls.includes(rule.control)).map(({ id, citation }) => ({ name, id, citation })));
    const relationships = asked.flatMap(({ name, id }) => {
      const component = taxonomies.findIndex((taxonomy) => taxonomy.name === oneLine(name));
      const index = taxonomies[component]?.taxa.findIndex((taxon) => taxon.id === id) ?? -1;
      return index < 0 ? [] : [{ target: { id, index, toolComponent: { name: taxonomies[component]!.name, index: component } }, kinds: ['relevant'] }];
    });
    const tags = ['security', rule.control, ...new Set(asked.map(({ name }) => oneLine(name)))].slice(0, TAGS);
    const described = {
      helpUri: rule.sources.find(isWebAddress) ?? `${REPOSITORY}/blob/main/docs/rules.md`,
      help: {
        text: `Why: ${rule.why}.\nTo mend it: ${rule.fix}.\nAsked by: ${asked.map(({ citation }) => citation).join('; ') || demand}.`,
        markdown: helpOf(rule, asked, demand),
      },
      ...(relationships.length > 0 ? { relationships } : {}),
    };
    const weighed = (weight: Severity) => ({
      defaultConfiguration: { level: LEVEL[weight] },
      properties: { 'tags': tags, 'precision': 'very-high', 'problem.severity': LEVEL[weight], 'security-severity': SECURITY_SEVERITY[weight], 'control': rule.control },
    });
    const name = rule.id.replace(/^[^-]*-/, '').replace(/[^A-Za-z0-9]/g, '');
    const unknown = `${rule.id}[unknown]`;
    return [
      { id: rule.id, name, shortDescription: { text: `${rule.title}.` }, fullDescription: { text: `${rule.title}: ${rule.why}.` }, ...described, ...weighed(rule.severity) },
      ...(unknowns.has(unknown) ? [{
        id: unknown, name: `${name}Unknown`, shortDescription: { text: `Unknown before deployment: ${rule.title}.` },
        fullDescription: { text: `It cannot be told before deployment whether this is kept: ${rule.title}: ${rule.why}.` }, ...described, ...weighed(unknowns.get(unknown)!),
      }] : []),
    ];
  });
}

function helpOf({ title, why, fix, sources }: Evidence['rules'][number], asked: readonly { readonly citation: string }[], demand: string): string {
  return [
    `**${markdown(title)}**`, `Why: ${markdown(why)}.`, `To mend it: ${markdown(fix)}.`,
    asked.length === 0 ? `Asked by ${markdown(demand)}.` : `Asked by:\n\n${asked.map(({ citation }) => `- ${markdown(citation)}`).join('\n')}`,
    ...(sources.length > 0 ? [`Sources:\n\n${sources.map((source) => `- ${isWebAddress(source) ? `<${source}>` : markdown(source)}`).join('\n')}`] : []),
  ].join('\n\n');
}

/** A rule of somebody else, of which a finding is all that is known. */
export function packDescriptor(finding: PackFinding, pack: string): Descriptor {
  const { severity, description, fix } = finding;
  const level = levelOf(severity);
  const weight = level === 'error' ? SECURITY_SEVERITY[Severity.ERROR] : level === 'warning' ? SECURITY_SEVERITY[Severity.WARNING] : '1.0';
  const described = {
    id: ruleOf(finding), shortDescription: { text: description }, fullDescription: { text: description },
    help: { text: fix ?? description, markdown: markdown(fix ?? description) }, defaultConfiguration: { level },
    properties: { 'tags': ['security', oneLine(pack)], 'problem.severity': level === 'note' ? 'recommendation' : level, 'security-severity': weight },
  };
  return described;
}

/** How a finding of somebody else is shown. */
export function levelOf(severity: string): 'error' | 'warning' | 'note' {
  return severity === 'warning' ? 'warning' : severity === 'info' ? 'note' : 'error';
}
