import type { Evidence } from '../record';
import { list, paragraph, table, toBeWritten, type RegulatoryText } from './document';
import { classOf, controlWords, flowTable, isAllowed, measures, namesOf, placeOfRegion, purposesOf, retentionOf, shortcomings, storesOf, upstreamOf, weakened, undeclared } from './facts';

/** What the templates can say of a data protection impact assessment (GDPR Art. 35): its technical part. */
export function impactAssessment(evidence: Evidence): RegulatoryText {
  const { flow } = evidence;
  const stores = storesOf(evidence);
  const protecting = flow.nodes.filter(({ deIdentifiesTo }) => deIdentifiesTo !== undefined);
  const learning = flow.nodes.filter(({ kind, detail }) => kind === 'model' || detail === 'Training' || detail === 'Tuning' || detail === 'AutoML');
  const outside = flow.nodes.filter(({ region }) => region !== undefined && !isAllowed(evidence, region));
  const endpoints = flow.nodes.filter(({ kind }) => kind === 'endpoint');
  return {
    title: 'Data protection impact assessment: technical part',
    purpose: 'What the infrastructure can say where processing is likely to put the rights of people at high risk; the assessment itself is a person’s.',
    url: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_35',
    sections: [
      { heading: 'Whether an assessment is needed', cite: 'GDPR Art. 35(1), 35(3)', blocks: list([
        toBeWritten('whether people are evaluated systematically with legal or similar effect (Art. 35(3)(a))'),
        toBeWritten('whether special categories are processed on a large scale (Art. 35(3)(b)), and how many people are concerned'),
        undeclared(evidence, `The app declares ${stores.filter(({ classification }) => classification === 'special-category' || classification === 'phi').length} of ${stores.length} stores to hold special categories or protected health information.`),
      ]) },
      { heading: 'The processing operations', cite: 'GDPR Art. 35(7)(a)', blocks: [
        paragraph(toBeWritten('nature, scope and context, and the legitimate interest where there is one')),
        flowTable(evidence),
        table(['Purpose', 'Declared by'], purposesOf(evidence).map(({ purpose, nodes }) => [purpose, namesOf(nodes)]), undeclared(evidence, 'The app declares no purpose.')),
        table(['Store', 'Classification', 'Region', 'Kept for'], stores.map((store) => [store.name, classOf(store), placeOfRegion(store.region), retentionOf(store)]), undeclared(evidence, 'The app declares no store.')),
      ] },
      { heading: 'Automated decisions', cite: 'GDPR Art. 22', blocks: [
        table(['Endpoint', 'Kind', 'Learned from'], endpoints.map((endpoint) => [
          endpoint.name, endpoint.detail ?? endpoint.kind, namesOf(upstreamOf(evidence, endpoint.id).filter(({ kind }) => kind === 'store')),
        ]), undeclared(evidence, 'The app declares no endpoint.')),
        paragraph(toBeWritten('what is decided with the answers, who takes part in it, and how a person can contest it')),
      ] },
      { heading: 'Necessity and proportionality', cite: 'GDPR Art. 35(7)(b)', blocks: [
        table(['Step that de-identifies', 'Gives out', 'Reads from'], protecting.map((node) => [node.name, classOf(node), namesOf(upstreamOf(evidence, node.id).filter(({ kind }) => kind === 'store'))]),
          undeclared(evidence, 'No step is declared to de-identify.')),
        table(['Learns', 'From data that is'], learning.map((node) => [node.name, classOf(node)]), undeclared(evidence, 'nothing that learns')),
        ...list([
          toBeWritten('why the data is needed, and why less would not do (Art. 5(1)(c))'), toBeWritten('the legal basis, and the exception of Art. 9(2) where one is needed'),
          toBeWritten('how people are informed, and how their rights are served (Art. 12 to 21)'),
        ]),
      ] },
      { heading: 'Risks to the rights and freedoms of people', cite: 'GDPR Art. 35(7)(c)', blocks: [
        ...shortcomings(evidence),
        table(['Stands outside the residency', 'Region'], outside.map((node) => [node.name, placeOfRegion(node.region)]), undeclared(evidence, 'No node of the flow with a known region stands outside the residency.')),
        ...list([
          ...evidence.notAssessed.controls.map((control) => `Not assessed: ${controlWords(control)}.`),
          toBeWritten('for each risk its source, how likely it is and how grave for the people concerned'),
        ]),
      ] },
      { heading: 'Measures against the risks', cite: 'GDPR Art. 35(7)(d)', blocks: [
        measures(evidence), weakened(evidence), paragraph(toBeWritten('organisational measures, and the risk that remains')),
      ] },
      { heading: 'Who was asked, and when this is looked at again', blocks: list([
        toBeWritten('the advice of the data protection officer (Art. 35(2))'), toBeWritten('the views of data subjects, or why they were not sought (Art. 35(9))'),
        toBeWritten('when the assessment is reviewed (Art. 35(11))'), toBeWritten('whether the authority is consulted (Art. 36(1))'),
      ]) },
    ],
  };
}
