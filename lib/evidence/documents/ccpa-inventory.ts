import type { Evidence } from '../record';
import { list, paragraph, table, toBeWritten, type RegulatoryText, type Text } from './document';
import { classOf, downstreamOf, isPersonal, measures, namesOf, placeOfRegion, purposesOf, retentionOf, shortcomings, storesOf, upstreamOf, weakened, type FlowNode, undeclared } from './facts';

const SENSITIVE: readonly string[] = ['special-category', 'phi'];

/** What the templates can say of an inventory of personal information (CCPA). */
export function ccpaInventory(evidence: Evidence): RegulatoryText {
  const stores = storesOf(evidence);
  const personal = stores.filter(({ classification }) => isPersonal(classification) !== false);
  const deIdentifying = evidence.flow.nodes.filter(({ deIdentifiesTo }) => deIdentifiesTo !== undefined);
  return {
    title: 'Inventory of personal information',
    purpose: 'What is held about consumers, for what, and where it goes, as far as the infrastructure can say it.',
    url: 'https://leginfo.legislature.ca.gov/faces/codes_displayText.xhtml?division=3.&part=4.&lawCode=CIV&title=1.81.5',
    sections: [
      { heading: 'The business', cite: 'Cal. Civ. Code § 1798.140(d)', blocks: list([
        toBeWritten('the business, and which of the thresholds it meets'), toBeWritten('whether it acts as a service provider or contractor for another (§ 1798.140(j), (ag))'),
        toBeWritten('what of the data the act does not reach, such as protected health information of a covered entity (§ 1798.145(c)(1)(A))'),
      ]) },
      { heading: 'What is held', cite: 'Cal. Civ. Code § 1798.110(a)(1), § 1798.140(v), (ae)', blocks: [
        table(['Store', 'Zone', 'Classification', 'Categories of personal information', 'Sensitive'], personal.map((store) => [
          store.name, store.detail ?? store.kind, classOf(store), toBeWritten(`the categories that “${store.name}” holds`), sensitivityOf(store),
        ]), undeclared(evidence, 'No store is declared to hold data about people.')),
        paragraph(`Declared to hold nothing about people: ${namesOf(stores.filter((store) => !personal.includes(store)))}.`),
      ] },
      { heading: 'Where it comes from', cite: 'Cal. Civ. Code § 1798.110(a)(2)', blocks: [
        table(['Store', 'Filled from'], personal.map((store) => {
          const from = upstreamOf(evidence, store.id).filter(({ kind }) => kind === 'store' || kind === 'external');
          return [store.name, from.length > 0 ? namesOf(from) : toBeWritten(`the sources of “${store.name}”`)];
        }), undeclared(evidence, 'No store is declared to hold data about people.')),
      ] },
      { heading: 'What it is used for', cite: 'Cal. Civ. Code § 1798.100(c), § 1798.110(a)(3)', blocks: [
        table(['Purpose', 'Declared by', 'In words'], purposesOf(evidence).map(({ purpose, nodes }) => [purpose, namesOf(nodes), toBeWritten(`the business purpose “${purpose}”, as consumers were told`)]), undeclared(evidence, 'The app declares no purpose.')),
        table(['Store', 'Reaches'], personal.map((store) => [store.name, namesOf(downstreamOf(evidence, store.id))]), undeclared(evidence, 'No store is declared to hold data about people.')),
      ] },
      { heading: 'To whom it is disclosed, sold or shared', cite: 'Cal. Civ. Code § 1798.110(a)(4), § 1798.115(a)', blocks: [
        table(['Gives data out', 'Kind', 'Classification'], evidence.flow.nodes.filter(({ kind }) => kind === 'endpoint' || kind === 'external').map((node) => [node.name, node.detail ?? node.kind, classOf(node)]),
          undeclared(evidence, 'The app declares no endpoint and nothing outside it.')),
        ...list([
          toBeWritten('the categories of third parties, service providers and contractors that receive it, and the agreements with them (§ 1798.100(d))'),
          toBeWritten('whether anything is sold or shared, and how consumers opt out (§ 1798.120)'),
        ]),
      ] },
      { heading: 'How long it is kept', cite: 'Cal. Civ. Code § 1798.100(a)(3)', blocks: [
        table(['Store', 'Kept for', 'Region'], personal.map((store) => [store.name, retentionOf(store), placeOfRegion(store.region)]), undeclared(evidence, 'No store is declared to hold data about people.')),
      ] },
      { heading: 'What was deidentified', cite: 'Cal. Civ. Code § 1798.140(m), (aa)', blocks: [
        table(['Step', 'Gives out', 'Reads from'], deIdentifying.map((node) => [node.name, classOf(node), namesOf(upstreamOf(evidence, node.id).filter(({ kind }) => kind === 'store'))]), undeclared(evidence, 'No step is declared to de-identify.')),
        paragraph(toBeWritten('the public commitment not to re-identify, and the contracts that bind recipients to it (§ 1798.140(m)(2), (3))')),
      ] },
      { heading: 'Reasonable security', cite: 'Cal. Civ. Code § 1798.100(e)', blocks: [measures(evidence), weakened(evidence), ...shortcomings(evidence)] },
      { heading: 'Requests of consumers', cite: 'Cal. Civ. Code § 1798.105, § 1798.106, § 1798.130', blocks: list([
        toBeWritten('how requests to know, delete and correct reach the business and are answered within 45 days'),
        toBeWritten('how the data of one consumer is found in each store, and in what was learned from it'),
      ]) },
    ],
  };
}

// the law names kinds of information; a classification is what the app says
function sensitivityOf({ classification }: FlowNode): Text {
  return classification !== undefined && SENSITIVE.includes(classification) ? 'declared to hold special categories or health information' : toBeWritten('whether it holds sensitive personal information');
}
