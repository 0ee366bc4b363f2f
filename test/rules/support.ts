import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { judge, type Judgement } from '../../lib/rules/engine';
import { viewOf, type TemplateInput } from '../../lib/rules/view';
import type { Rule } from '../../lib/rules/rule';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';

export const PROFILE = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
export const ENV = { account: '123456789012', region: 'eu-central-1' };

export function template(resources: Record<string, unknown>, rest: Record<string, unknown> = {}): TemplateInput {
  return { stackName: 'Test', path: 'Test', ...ENV, template: 'Test.template.json', content: { Resources: resources, ...rest } };
}

export function judged(templates: readonly TemplateInput[], rules: readonly Rule[] = AWS_RULES, profile: ComplianceProfile = PROFILE): Judgement[] {
  return judge({ view: viewOf({ templates }), rules, profile, pack: 'RegulatedML' });
}

export function ruleNamed(name: string): Rule {
  const found = AWS_RULES.find((rule) => rule.name === name);
  if (!found) throw new Error(`no rule '${name}'`);
  return found;
}

export function stackIn(app: App, id = 'Test', props: StackProps = {}): Stack {
  return new Stack(app, id, { env: ENV, ...props });
}
