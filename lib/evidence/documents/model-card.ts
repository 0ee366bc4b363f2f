import { Control } from '../../policy/control';
import type { Evidence } from '../record';
import { list, paragraph, table, toBeWritten, type RegulatoryText, type Section } from './document';
import { classOf, controlWords, downstreamOf, namesOf, placeOfRegion, shortcomings, statusOf, upstreamOf, type FlowNode, undeclared } from './facts';

// what the app measures or asks of a model before and after it serves
const ABOUT_MODELS: readonly Control[] = [
  Control.HUMAN_APPROVAL, Control.BIAS_ASSESSMENT, Control.EXPLAINABILITY, Control.MODEL_MONITORING, Control.ARTIFACT_INTEGRITY,
  Control.DE_IDENTIFICATION, Control.PURPOSE_LIMITATION,
];

/**
 * Facts for a model card, from where a model stands in the declared flow.
 *
 * @see https://doi.org/10.1145/3287560.3287596 Mitchell et al. 2019, whose sections it follows
 */
export function modelCard(evidence: Evidence): RegulatoryText {
  const models = evidence.flow.nodes.filter(({ kind }) => kind === 'model');
  return {
    title: 'Model card: facts from the infrastructure',
    purpose: 'Where a model comes from and where it serves; what it is for and how well it does is a person’s to write.',
    url: 'https://doi.org/10.1145/3287560.3287596',
    sections: [
      ...(models.length > 0 ? models.flatMap((model) => sectionsOf(evidence, model, models.length > 1))
        : [{ heading: 'Model details', blocks: [paragraph(undeclared(evidence, 'The app declares no model.')), paragraph(toBeWritten('which model this card is about'))] }]),
      { heading: 'What was checked', blocks: [
        table(['Control', 'State', 'Not checked'], evidence.controls.filter(({ control }) => ABOUT_MODELS.includes(control)).map(({ control, status, checks, leftOpen }) => [
          controlWords(control), statusOf(status), checks.length === 0 ? 'all of it' : leftOpen ?? '–',
        ]), 'No control on models was asked for.'),
        ...shortcomings(evidence),
      ] },
      { heading: 'Ethical considerations', blocks: list([toBeWritten('who may be harmed, and how'), toBeWritten('sensitive data that was used, and why it had to be')]) },
      { heading: 'Caveats and recommendations', blocks: list([toBeWritten('what was not tested, and what users should know')]) },
    ],
  };
}

function sectionsOf(evidence: Evidence, model: FlowNode, several: boolean): Section[] {
  const heading = (text: string) => (several ? `${model.name}: ${text.charAt(0).toLowerCase()}${text.slice(1)}` : text);
  const before = upstreamOf(evidence, model.id);
  const after = downstreamOf(evidence, model.id);
  const data = before.filter(({ kind }) => kind === 'store' || kind === 'external');
  const steps = before.filter(({ kind }) => kind === 'step');
  const purposes = [...new Set([model, ...before].flatMap(({ purpose }) => purpose ?? []))].sort();
  return [
    { heading: heading('Model details'), blocks: list([
      `Name in the app: ${model.name}, at ${model.id}.`, `What it gives out is classified by what flows in: ${model.classification ?? 'not classified'}.`,
      toBeWritten('who made it, its version, date, type and licence, and where to ask'),
    ]) },
    { heading: heading('Intended use'), blocks: list([
      ...purposes.map((purpose) => `Its data was declared for the purpose “${purpose}”.`), toBeWritten('intended uses and users, and uses that are out of scope'),
    ]) },
    { heading: heading('How it is made'), blocks: [
      table(['Step', 'Kind', 'Gives out'], steps.map((step) => [step.name, step.detail ?? step.kind, classOf(step)]), 'No step leads to it in the declared flow.'),
    ] },
    { heading: heading('Training data'), blocks: [
      table(['Store that leads to it', 'Classification', 'Purpose', 'Region'], data.map((store) => [store.name, classOf(store), store.purpose ?? '–', placeOfRegion(store.region)]), 'No store leads to it in the declared flow.'),
      paragraph(toBeWritten('how the data was collected, whom it speaks of and whom it leaves out')),
    ] },
    { heading: heading('Where it serves'), blocks: [
      table(['Endpoint', 'Kind', 'Region'], after.filter(({ kind }) => kind === 'endpoint').map((node) => [node.name, node.detail ?? node.kind, placeOfRegion(node.region)]), 'No endpoint serves it in the declared flow.'),
      paragraph(`Monitors that watch it: ${namesOf(after.filter(({ kind }) => kind === 'monitor'))}.`),
    ] },
    { heading: heading('Evaluation'), blocks: list([
      toBeWritten('factors: groups and conditions over which results may differ'), toBeWritten('metrics, thresholds, and why these'), toBeWritten('evaluation data, and results overall and by group'),
    ]) },
  ];
}
