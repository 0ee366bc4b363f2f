import { Control } from '../../../policy/control';
import type { FlowKind } from '../../../policy/flow';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'PipelineMatchesDataFlow',
  title: 'Pipelines deploy the steps that were declared, and no others',
  severity: 'error',
  control: Control.RECORD_OF_PROCESSING,
  resources: ['AWS::SageMaker::Pipeline'],
  why: 'the declared data flow is what the record of processing shows; a step that an override adds or drops makes it untrue',
  fix: 'change the pipeline through its construct, not by overriding its definition',
  properties: ['PipelineDefinition'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'steps Clean and Train in the tree, and steps Clean and Train in the definition that is deployed',
  bad: 'an override of PipelineDefinitionBody that takes Clean out, or puts a step Leak in',
  check: (pipeline) => {
    const { relations } = pipeline;
    const above = pipeline.path.slice(0, pipeline.path.lastIndexOf('/') + 1);
    const steps = (relations.flow?.nodes ?? []).filter(({ id, kind, detail }) => isStep(kind, detail) && above !== '' && id.startsWith(above) && !id.slice(above.length).includes('/'));
    const declared = steps.map(({ name }) => name);
    if (declared.length === 0 || relations.unreadableReason(pipeline) || pipeline.within) return NOT_APPLICABLE;
    const deployed = relations.inside(pipeline).map(({ within }) => within!.written!);
    const undeclared = [...new Set(deployed.map(({ name }) => name))].filter((name) => !declared.includes(name));
    const missing = declared.filter((name) => !deployed.some((step) => step.name === name));
    const optional = declared.filter((name) => deployed.some((step) => step.name === name && !step.isAlways));
    if (undeclared.length + missing.length + optional.length === 0) return COMPLIANT;
    return [
      ...undeclared.map((name) => nonCompliant(`step '${name}' is deployed but not declared`)),
      ...missing.map((name) => nonCompliant(`step '${name}' is declared but not deployed`)),
      ...optional.map((name) => nonCompliant(`step '${name}' is declared, and an option of the definition deploys the pipeline without it`)),
    ];
  },
});

// a step that makes a model is one of the flow's models
function isStep(kind: FlowKind, detail: string | undefined): boolean {
  return kind === 'step' || (kind === 'model' && detail === 'Model');
}
