import { Control } from '../../../policy/control';
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
  check: (pipeline) => {
    const { relations } = pipeline;
    const above = pipeline.path.slice(0, pipeline.path.lastIndexOf('/') + 1);
    const declared = (relations.flow?.nodes ?? []).filter((node) => node.kind === 'step' && above !== '' && node.id.startsWith(above)).map((node) => node.name);
    if (declared.length === 0 || relations.unreadableReason(pipeline)) return NOT_APPLICABLE;
    const deployed = relations.inside(pipeline).map((step) => step.within?.name ?? '');
    const undeclared = deployed.filter((name, index) => !declared.includes(name) && JOBS.has(relations.inside(pipeline)[index]!.within!.kind));
    const missing = declared.filter((name) => !deployed.includes(name));
    if (undeclared.length + missing.length === 0) return COMPLIANT;
    return [
      ...undeclared.map((name) => nonCompliant(`step '${name}' is deployed but not declared`)),
      ...missing.map((name) => nonCompliant(`step '${name}' is declared but not deployed`)),
    ];
  },
});

// steps that move data; conditions, failures and the like need not be declared
const JOBS = new Set(['Training', 'Tuning', 'Processing', 'Transform', 'AutoML', 'ClarifyCheck', 'QualityCheck']);
