import { Control } from '../../../policy/control';
import { append, type Relations } from '../../relations';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLPipelineMatchesFlow',
  title: 'Pipelines deploy the steps that were declared, and no others',
  severity: 'error',
  control: Control.RECORD_OF_PROCESSING,
  resources: ['Microsoft.MachineLearningServices/workspaces/jobs', 'Microsoft.MachineLearningServices/workspaces/components/versions'],
  properties: ['properties.jobs', 'properties.componentSpec.jobs'],
  why: 'the declared data flow is what the record of processing shows; a step that an override adds or drops makes it untrue',
  fix: 'change the pipeline through its construct, not by overriding its body',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'steps clean and train in the tree, and jobs clean and train in the pipeline that is deployed',
  bad: 'an override of the body that takes clean out, or puts a job leak in',
  check: (pipeline) => {
    const { relations } = pipeline;
    const above = pipeline.path.slice(0, pipeline.path.lastIndexOf('/'));
    const declared = relations.once(stepsByPipeline).get(above) ?? [];
    const deployed = relations.inside(pipeline).map((job) => job.within!.name);
    if (declared.length === 0 || deployed.length === 0) return NOT_APPLICABLE;
    const wrong = [
      ...deployed.filter((name) => !declared.includes(name)).map((name) => nonCompliant(`job '${name}' is deployed but not declared`)),
      ...declared.filter((name) => !deployed.includes(name)).map((name) => nonCompliant(`step '${name}' is declared but not deployed`)),
    ];
    return wrong.length === 0 ? COMPLIANT : wrong;
  },
});

// what a pipeline is given from outside is a node of the flow, and no job
function stepsByPipeline({ flow }: Relations): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, kind, name, detail } of flow?.nodes ?? []) {
    if (kind === 'step' && detail !== 'Input') append(found, id.slice(0, id.lastIndexOf('/')), name);
  }
  return found;
}
