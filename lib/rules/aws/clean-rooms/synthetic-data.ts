import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'CleanRoomsSyntheticData',
  title: 'Synthetic data does not tell who was in the original',
  severity: 'error',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: ['AWS::CleanRooms::AnalysisTemplate'],
  why: 'an attack that guesses membership better than a coin reads the original through its copy; literal values can survive as well',
  fix: 'set MaxMembershipInferenceAttackScore below 1: at 1 the score refuses nothing, at 0.5 an attack is no better than chance',
  properties: ['SyntheticDataParameters.MlSyntheticDataParameters.MaxMembershipInferenceAttackScore'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/considerations-for-data-generation.html'],
  good: { Format: 'SQL', MembershipIdentifier: 'x', Name: 'x', Source: { Text: 'x' }, SyntheticDataParameters: { MlSyntheticDataParameters: { Epsilon: 3, MaxMembershipInferenceAttackScore: 0.6, ColumnClassification: { ColumnMapping: [] } } } },
  bad: { Format: 'SQL', MembershipIdentifier: 'x', Name: 'x', Source: { Text: 'x' }, SyntheticDataParameters: { MlSyntheticDataParameters: { Epsilon: 3, MaxMembershipInferenceAttackScore: 1, ColumnClassification: { ColumnMapping: [] } } } },
  check: (template) => {
    const parameters = template.at('SyntheticDataParameters');
    if (parameters.isAbsent) return NOT_APPLICABLE;
    return parameters.at('MlSyntheticDataParameters.MaxMembershipInferenceAttackScore').number((score) => score < 1, 'below 1, the score that refuses nothing');
  },
});
