import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { reported } from './reported';

export default rule({
  name: 'SageMakerModelPackageExplainability',
  title: 'Versions of a model carry the explanation that their pipeline made',
  severity: 'error',
  control: Control.EXPLAINABILITY,
  resources: ['AWS::SageMaker::ModelPackage'],
  why: 'whoever a model decides about can ask what it went by; the answer is lost when it is not kept with the version that answered',
  fix: 'give the step that registers the checks (addRegistration with checks), or set ModelMetrics.Explainability',
  properties: ['ModelMetrics.Explainability'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelMetrics.html', 'https://eur-lex.europa.eu/eli/reg/2024/1689/oj'],
  good: 'a pipeline with a ClarifyCheck of type MODEL_EXPLAINABILITY, and a RegisterModel whose ModelMetrics have its Explainability.Report',
  bad: 'the same pipeline, and a RegisterModel without ModelMetrics',
  check: (version) => reported(version, 'Explainability', ['MODEL_EXPLAINABILITY']),
});
