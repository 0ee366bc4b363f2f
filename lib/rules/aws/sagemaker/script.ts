import { Answer } from '../../../policy/finding';
import type { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { COMPLIANT, unknown, type Verdict } from '../../verdict';

/** Types that hold scripts in base64, which run as root before a person gets the machine. */
export const SCRIPTS = ['AWS::SageMaker::NotebookInstanceLifecycleConfig', 'AWS::SageMaker::StudioLifecycleConfig'];

/** Judges each script of a lifecycle configuration, decoded. One with gaps is searched too: what stands in it is there whatever fills them. */
export function judgeScripts(resource: Resource, check: (script: string, content: Value) => Verdict): Verdict[] {
  const contents = resource.type === 'AWS::SageMaker::StudioLifecycleConfig'
    ? [resource.at('StudioLifecycleConfigContent')]
    : [...resource.at('OnCreate').items, ...resource.at('OnStart').items].map((hook) => hook.at('Content'));
  return contents.flatMap((content) => [
    ...content.texts.map((text) => check(Buffer.from(text, 'base64').toString('utf8'), content)),
    ...content.unknowns.map(({ decoded, reason }) => {
      const found = decoded ? check(withVariables(decoded), content) : COMPLIANT;
      return found.answer === Answer.NON_COMPLIANT ? found : unknown(`${content.name} is ${reason}`, content.location);
    }),
  ]);
}

// as a shell writes what is not known
function withVariables(text: string | Unknown): string {
  if (typeof text === 'string') return text;
  return text.parts ? text.parts.map(withVariables).join('') : '${}';
}
