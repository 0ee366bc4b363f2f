import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant, unknown } from '../../verdict';
import { each } from '../policy/statements';

export default rule({
  name: 'CleanRoomsAllowedAnalyses',
  title: 'Clean rooms run analyses that were read before',
  severity: 'error',
  control: Control.PURPOSE_LIMITATION,
  resources: ['AWS::CleanRooms::ConfiguredTable'],
  why: 'a table that takes any query is used for any purpose; a template is a query that somebody allowed',
  fix: 'list templates in AllowedAnalyses, not ANY_QUERY or ANY_JOB',
  properties: ['AnalysisRules.Policy.V1.Custom.AllowedAnalyses'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-custom.html'],
  good: {
    Name: 'admissions', AllowedColumns: ['age'], AnalysisMethod: 'DIRECT_QUERY', TableReference: { Glue: { DatabaseName: 'lake', TableName: 'admissions' } },
    AnalysisRules: [{ Type: 'CUSTOM', Policy: { V1: { Custom: { AllowedAnalyses: ['arn:aws:cleanrooms:eu-central-1:123456789012:membership/m/analysistemplate/t'] } } } }],
  },
  bad: {
    Name: 'admissions', AllowedColumns: ['age'], AnalysisMethod: 'DIRECT_QUERY', TableReference: { Glue: { DatabaseName: 'lake', TableName: 'admissions' } },
    AnalysisRules: [{ Type: 'CUSTOM', Policy: { V1: { Custom: { AllowedAnalyses: ['ANY_QUERY'] } } } }],
  },
  check: (table) => table.at('AnalysisRules').items.filter((one) => !one.at('Policy.V1.Custom').isAbsent).flatMap((one) => {
    const allowed = one.at('Policy.V1.Custom.AllowedAnalyses');
    return [COMPLIANT, ...each(allowed).flatMap((analysis) => analysis.alternatives.map((what) => {
      if (typeof what === 'string') return /^ANY_/.test(what) ? nonCompliant(`any ${what.slice(4).toLowerCase()} is allowed`, allowed.location) : COMPLIANT;
      return table.relations.targets(analysis).length > 0 ? COMPLIANT : unknown(`an analysis is ${analysis.unknowns[0]?.reason ?? 'no text'}`, allowed.location);
    }))];
  }),
});
