import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { NOT_APPLICABLE, unknown } from '../../verdict';
import { classificationOf } from './table-data';

export default rule({
  name: 'CleanRoomsDifferentialPrivacy',
  title: 'Tables of personal data in a clean room answer under differential privacy',
  severity: 'error',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: ['AWS::CleanRooms::ConfiguredTable'],
  why: 'two queries that differ by one person tell what that person\'s record holds, however coarse their answers are',
  fix: 'use an analysis rule of type CUSTOM with DifferentialPrivacy.Columns, the column that says whose record it is',
  properties: ['AnalysisRules'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/differential-privacy.html'],
  good: {
    Name: 'admissions', AllowedColumns: ['age'], AnalysisMethod: 'DIRECT_QUERY', TableReference: { Glue: { DatabaseName: 'lake', TableName: 'admissions' } },
    AnalysisRules: [{ Type: 'CUSTOM', Policy: { V1: { Custom: { AllowedAnalyses: [], DifferentialPrivacy: { Columns: [{ Name: 'patient' }] } } } } }],
  },
  bad: 'a table whose Glue table lies in a store classified personal, with an analysis rule of type LIST',
  check: (table) => {
    const rules = table.at('AnalysisRules');
    // a table without a rule answers nobody
    if (rules.isAbsent || (rules.unknowns.length === 0 && rules.items.length === 0)) return NOT_APPLICABLE;
    const classification = classificationOf(table);
    if (classification && !classification.isPersonal) return NOT_APPLICABLE;
    return [
      ...rules.unknowns.map(({ reason }) => unknown(`AnalysisRules is ${reason}`, rules.location)),
      ...rules.items.filter(({ unknowns }) => unknowns.length === 0).map((one) => {
        const verdict = one.at('Policy.V1.Custom.DifferentialPrivacy.Columns').present();
        if (verdict.answer !== Answer.NON_COMPLIANT) return verdict;
        const detail = 'an analysis rule answers without differential privacy';
        return classification ? { ...verdict, detail: `${detail}, and the table holds ${classification} data` } : unknown(`${detail}, and whether the table holds data of people is said nowhere`, verdict.location);
      }),
    ];
  },
});
