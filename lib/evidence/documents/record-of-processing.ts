import type { Evidence } from '../record';
import { list, paragraph, table, toBeWritten, type RegulatoryText } from './document';
import { classOf, erasureOf, flowTable, isAllowed, isPersonal, measures, namesOf, placeOfRegion, providersOf, purposesOf, retentionOf, retentionRows, shortcomings, storesOf, weakened, undeclared } from './facts';

/** What the templates can say of a record of processing activities (GDPR Art. 30). */
export function recordOfProcessing(evidence: Evidence): RegulatoryText {
  const stores = storesOf(evidence);
  const endpoints = evidence.flow.nodes.filter(({ kind }) => kind === 'endpoint' || kind === 'external');
  const regions = [...new Set([...evidence.stacks, ...evidence.flow.nodes].flatMap(({ region }) => region ?? []))].sort();
  const elsewhere = evidence.stacks.filter(({ region }) => region === undefined);
  return {
    title: 'Record of processing activities',
    purpose: 'What the controller keeps in writing about its processing, as far as the infrastructure can say it.',
    url: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_30',
    sections: [
      { heading: 'Who is responsible', cite: 'GDPR Art. 30(1)(a)', blocks: list([
        toBeWritten('name and contact details of the controller'), toBeWritten('a joint controller, or that there is none'),
        toBeWritten('the representative (Art. 27), or why there is none'), toBeWritten('the data protection officer, or why there is none'),
      ]) },
      { heading: 'Purposes of the processing', cite: 'GDPR Art. 30(1)(b)', blocks: [
        table(['Purpose', 'Declared by', 'In words'], purposesOf(evidence).map(({ purpose, nodes }) => [purpose, namesOf(nodes), toBeWritten(`what “${purpose}” means`)]), undeclared(evidence, 'The app declares no purpose.')),
        ...(purposesOf(evidence).length === 0 ? [paragraph(toBeWritten('the purposes'))] : []),
      ] },
      { heading: 'Categories of data subjects and of personal data', cite: 'GDPR Art. 30(1)(c)', blocks: [
        paragraph(toBeWritten('the categories of data subjects, such as patients')),
        table(['Store', 'Zone', 'Classification', 'Categories of personal data'], stores.map((store) => [
          store.name, store.detail ?? store.kind, classOf(store), isPersonal(store.classification) === false ? 'none, as declared' : toBeWritten(`what of a person “${store.name}” holds`),
        ]), undeclared(evidence, 'The app declares no store.')),
      ] },
      { heading: 'Categories of recipients', cite: 'GDPR Art. 30(1)(d)', blocks: [
        table(['Gives data out', 'Kind', 'Classification', 'Recipients'], endpoints.map((node) => [
          node.name, node.detail ?? node.kind, classOf(node), toBeWritten(`who calls or reads “${node.name}”`),
        ]), undeclared(evidence, 'The app declares no endpoint and nothing outside it.')),
        paragraph(providersOf(evidence).length > 0 ? `The services run at ${providersOf(evidence).join(' and ')}.` : toBeWritten('who runs the services')),
        paragraph(toBeWritten('processors and other recipients, and the contracts with them (Art. 28)')),
      ] },
      { heading: 'Transfers to third countries', cite: 'GDPR Art. 30(1)(e)', blocks: [
        table(['Region', 'Within the residency of the app', 'What stands there'], regions.map((region) => [
          placeOfRegion(region), isAllowed(evidence, region) ? 'yes' : 'no',
          [...evidence.stacks.filter((stack) => stack.region === region).map(({ path }) => `stack ${path}`), ...stores.filter((store) => store.region === region).map(({ name }) => `store ${name}`)].join(', ') || '–',
        ]), 'The templates name no region.'),
        ...list(elsewhere.map(({ path }) => toBeWritten(`the region of stack “${path}”, which its template leaves open`))),
        paragraph(`The residency of the app: ${[...new Set(evidence.profiles.map(({ residency }) => residency.description))].join('; ')}.`),
        paragraph(toBeWritten('transfers by people and processors, such as access for support, with the safeguards of Art. 46 or 49')),
      ] },
      { heading: 'Time limits for erasure', cite: 'GDPR Art. 30(1)(f)', blocks: [
        table(['Kind of record', 'Days by the profile'], retentionRows(evidence), 'The profile states no retention.'),
        table(['Store', 'Kept for', 'A person is erased from it'], stores.map((store) => [store.name, retentionOf(store), erasureOf(store)]), undeclared(evidence, 'The app declares no store.')),
      ] },
      { heading: 'Technical and organisational measures', cite: 'GDPR Art. 30(1)(g), Art. 32(1)', blocks: [
        measures(evidence), weakened(evidence), ...shortcomings(evidence), paragraph(toBeWritten('organisational measures: roles, training, contracts, procedures')),
      ] },
      { heading: 'What flows where', blocks: [flowTable(evidence)] },
      { heading: 'Processing on behalf of others', cite: 'GDPR Art. 30(2)', blocks: [paragraph(toBeWritten('for which controllers this is done as a processor, or that it is not'))] },
    ],
  };
}
