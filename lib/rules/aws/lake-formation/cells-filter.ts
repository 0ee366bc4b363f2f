import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { any, COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'LakeFormationCellsFilter',
  title: 'Filters of cells hide something',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: ['AWS::LakeFormation::DataCellsFilter'],
  why: 'a filter of all rows and all columns looks like a mask in every list of permissions, and shows the whole table',
  fix: 'name the columns that may be seen, exclude those that name people, or filter rows',
  properties: ['ColumnNames', 'ColumnWildcard', 'RowFilter'],
  sources: ['https://docs.aws.amazon.com/lake-formation/latest/dg/data-filtering.html'],
  good: { DatabaseName: 'lake', TableName: 'admissions', TableCatalogId: '123456789012', Name: 'train', ColumnWildcard: { ExcludedColumnNames: ['name', 'address'] }, RowFilter: { AllRowsWildcard: {} } },
  bad: { DatabaseName: 'lake', TableName: 'admissions', TableCatalogId: '123456789012', Name: 'train', ColumnWildcard: {}, RowFilter: { AllRowsWildcard: {} } },
  check: (filter) => any(
    filter.at('RowFilter.FilterExpression').judge((expression) => (
      typeof expression === 'string' && choosesRows(expression) ? COMPLIANT : nonCompliant('all rows and all columns are shown'))),
    filter.at('ColumnNames').present(),
    filter.at('ColumnWildcard.ExcludedColumnNames').present(),
  ),
});

// each way to be shown must ask something of a column: 1=1, and a column that is as it is, hold for every row
function choosesRows(expression: string): boolean {
  const ways = expression.replace(/'(?:[^']|'')*'/g, '0').split(/\bor\b/i).map((way) => way.replace(/[()]/g, ' ').trim());
  return ways.every((way) => COLUMN.test(way.replace(KEYWORDS, ' ')) && !/^([\w.]+)\s*(?:=|<=|>=)\s*\1$/.test(way));
}

const KEYWORDS = /\b(?:true|false|null|and|not|is|in|like|between)\b/gi;
const COLUMN = /[a-z_"`]/i;
