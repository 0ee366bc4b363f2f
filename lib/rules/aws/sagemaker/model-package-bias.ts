import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { reported } from './reported';

export default rule({
  name: 'SageMakerModelPackageBias',
  title: 'Versions of a model carry the bias that their pipeline measured',
  severity: 'error',
  control: Control.BIAS_ASSESSMENT,
  resources: ['AWS::SageMaker::ModelPackage'],
  why: 'who approves a version looks at the version: a measurement that is not with it was made for nobody',
  fix: 'give the step that registers the checks (addRegistration with checks), or set ModelMetrics.Bias',
  properties: ['ModelMetrics.Bias'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelMetrics.html', 'https://eur-lex.europa.eu/eli/reg/2024/1689/oj'],
  good: 'a pipeline with a ClarifyCheck of type MODEL_BIAS, and a RegisterModel whose ModelMetrics have its Bias.Report',
  bad: 'the same pipeline, and a RegisterModel without ModelMetrics',
  check: (version) => reported(version, 'Bias', ['DATA_BIAS', 'MODEL_BIAS']),
});
