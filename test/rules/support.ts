import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Library } from '../../lib/rules/contents';
import { judge, type EngineProps } from '../../lib/rules/engine';
import type { Judgement } from '../../lib/rules/ruling';
import { viewOf, type TemplateInput, type ViewInput } from '../../lib/rules/view';
import type { Rule } from '../../lib/rules/rule';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';

export const PROFILE = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
export const ENV = { account: '123456789012', region: 'eu-central-1' };

export function template(resources: Record<string, unknown>, rest: Record<string, unknown> = {}): TemplateInput {
  return { stackName: 'Test', path: 'Test', ...ENV, template: 'Test.template.json', content: { Resources: resources, ...rest } };
}

export function judged(templates: readonly TemplateInput[], rules: readonly Rule[] = AWS_RULES, profile: ComplianceProfile = PROFILE): Judgement[] {
  return judgementsOf({ view: viewOf({ templates }), rules, profile, pack: 'RegulatedML' });
}

/** All that rules say, of one resource after the other. */
export function judgementsOf(props: EngineProps): Judgement[] {
  const places = new Map(props.view.resources.map((resource, index) => [resource, index]));
  return judge(props).flatMap(({ judgements }) => judgements).sort((a, b) => places.get(a.resource)! - places.get(b.resource)!);
}

/** All that rules say of an app, in words. */
export function saidOf(input: ViewInput, rules: readonly Rule[] = AWS_RULES): string[] {
  return judgementsOf({ view: viewOf(input), rules, profile: PROFILE, pack: 'RegulatedML' })
    .map(({ id, answer, detail, location, resource: { stack, logicalId } }) => `${stack} ${logicalId} ${id} ${answer} ${location} ${detail}`);
}

/** The same where each rule is asked anew for each resource, because none can be compared with another. */
export function saidOfEach(input: ViewInput, rules?: readonly Rule[]): string[] {
  const read = jest.spyOn(Library.prototype, 'read').mockReturnValue(undefined);
  try {
    return saidOf(input, rules);
  } finally {
    read.mockRestore();
  }
}

export function ruleNamed(name: string): Rule {
  const found = AWS_RULES.find((rule) => rule.name === name);
  if (!found) throw new Error(`no rule '${name}'`);
  return found;
}

export function stackIn(app: App, id = 'Test', props: StackProps = {}): Stack {
  return new Stack(app, id, { env: ENV, ...props });
}
