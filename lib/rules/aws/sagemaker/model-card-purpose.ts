import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, inParts, nonCompliant } from '../../verdict';
import { stated } from './stated';

export default rule({
  name: 'SageMakerModelCardPurpose',
  title: 'Model cards say what the model is for, and how much harm a wrong answer does',
  severity: 'warning',
  control: Control.RECORD_OF_PROCESSING,
  resources: ['AWS::SageMaker::ModelCard'],
  why: 'who approves a model, and whoever is asked about it later, has to know what it may be used for',
  fix: 'set PurposeOfModel, IntendedUses and a RiskRating other than Unknown in Content.IntendedUses',
  properties: ['Content.IntendedUses.PurposeOfModel', 'Content.IntendedUses.IntendedUses', 'Content.IntendedUses.RiskRating'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html', 'https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_30'],
  good: { Content: { IntendedUses: { PurposeOfModel: 'readmission-risk', IntendedUses: 'Plan calls after discharge; decides nothing by itself', RiskRating: 'High' } } },
  bad: { Content: { ModelOverview: { ModelDescription: 'gradient boosting' } } },
  check: (card) => inParts(card.at('Content.IntendedUses'), [
    stated(card.at('Content.IntendedUses.PurposeOfModel')),
    stated(card.at('Content.IntendedUses.IntendedUses')),
    card.at('Content.IntendedUses.RiskRating').judge((rating) => (
      rating === undefined || rating === null || rating === 'Unknown' ? nonCompliant(`RiskRating is ${String(rating ?? 'not set')}`) : COMPLIANT)),
  ]),
});
