import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerMlflowRegistration',
  title: 'Models that are registered in MLflow appear in the model registry',
  severity: 'warning',
  control: Control.ASSET_INVENTORY,
  resources: ['AWS::SageMaker::MlflowTrackingServer', 'AWS::SageMaker::MlflowApp'],
  why: 'the registry is where versions are counted, approved and followed; a model that is only in MLflow is in nobody\'s list',
  fix: 'set AutomaticModelRegistration of a tracking server, or ModelRegistrationMode of an app to AutoModelRegistrationEnabled',
  properties: ['AutomaticModelRegistration', 'ModelRegistrationMode'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-track-experiments-model-registration.html'],
  good: { TrackingServerName: 'research', AutomaticModelRegistration: true },
  bad: { TrackingServerName: 'research' },
  check: (server) => (server.type === 'AWS::SageMaker::MlflowApp'
    ? option(server.at('ModelRegistrationMode'), ['AutoModelRegistrationEnabled'], 'AutoModelRegistrationDisabled')
    : server.boolean('AutomaticModelRegistration')),
});
