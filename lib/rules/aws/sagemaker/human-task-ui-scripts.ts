import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerHumanTaskUiScripts',
  title: 'Pages that show data to reviewers load code from AWS only',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::SageMaker::HumanTaskUi'],
  why: 'a script of somebody else\'s reads what the page shows, and sends it where it likes',
  fix: 'load crowd elements from assets.crowd.aws, and write other code into the template itself',
  properties: ['UiTemplate.Content'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/a2i-custom-templates.html'],
  good: { UiTemplate: { Content: '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script><crowd-form></crowd-form>' } },
  bad: { UiTemplate: { Content: '<script src="https://cdn.example.com/viewer.js"></script><crowd-form></crowd-form>' } },
  check: (ui) => {
    const content = ui.at('UiTemplate.Content');
    return content.options.flatMap((option) => {
      const [html] = option.texts;
      if (html === undefined) return option.judge(() => COMPLIANT);
      const hosts = new Set([...html.matchAll(LOADED)].map((match) => match[1]!.toLowerCase()));
      hosts.delete('assets.crowd.aws');
      return hosts.size === 0 ? COMPLIANT : [...hosts].map((host) => nonCompliant(`${content.name} loads code from '${host}'`, content.location));
    });
  },
});

const LOADED = /<(?:script|iframe|embed|object)\b[^>]*?\b(?:src|data)\s*=\s*["']?(?:https?:)?\/\/([^/"'\s>]+)/gi;
