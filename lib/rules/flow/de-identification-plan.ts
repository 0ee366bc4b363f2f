import { Control } from '../../policy/control';
import { FLOW_NODE, rule } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../verdict';

export default rule({
  name: 'FlowDeIdentificationPlan',
  title: 'Plans of de-identification let no column pass that identifies people',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  why: 'a number of a record or an address of mail finds its person by itself, whatever becomes of the columns beside it; in free text, patterns find what has a form, and no names',
  fix: 'give the column pseudonym, suppress or a generalisation instead of keep; of a column that only has such a name, say in the reason of keep that it is not of a person; give free text a model that the image has, or suppress it',
  properties: ['DeIdentification.Passing', 'DeIdentification.NamedLike', 'DeIdentification.MissingNames'],
  sources: ['https://www.ecfr.gov/current/title-45/section-164.514', 'https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a plan in which the column mrn, a medical record number, becomes a pseudonym',
  bad: 'a plan that keeps the column mrn, a medical record number, or its subject; one that keeps a column name for training',
  check: (node) => {
    const own = node.relations.flow?.node(node.at('Id').texts[0] ?? '');
    if (!own?.deIdentification) return NOT_APPLICABLE;
    const { passing, namedLike, missingNames } = own.deIdentification;
    if (passing.length + namedLike.length + missingNames.length === 0) return COMPLIANT;
    return [
      ...passing.map(({ column, kind }) => nonCompliant(`'${own.name}' lets column '${column}' pass, which is a ${kind}`)),
      ...namedLike.map(({ column, kind }) => unknown(`'${own.name}' lets column '${column}' pass, which is called like a ${kind}: whether it is of a person is not said`)),
      ...missingNames.map((column) => unknown(`'${own.name}' searches the text of '${column}' by forms and lists; names that stand in it are not found`)),
    ];
  },
});
