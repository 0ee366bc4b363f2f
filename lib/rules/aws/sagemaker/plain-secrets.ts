import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { scriptWithoutSecrets, withoutSecrets } from '../../secrets';
import { MONITORS } from './job';
import { judgeScripts, SCRIPTS } from './script';

export default rule({
  name: 'SageMakerPlainSecrets',
  title: 'No password, token or key stands in what SageMaker is given',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    STEP, 'AWS::SageMaker::ProcessingJob', ...MONITORS, ...SCRIPTS, 'AWS::SageMaker::Model', 'AWS::SageMaker::ModelPackage', 'AWS::SageMaker::InferenceComponent',
    'AWS::SageMaker::Algorithm', 'AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::CodeRepository', 'AWS::SageMaker::Domain', 'AWS::SageMaker::UserProfile',
    'AWS::SageMaker::Space', 'AWS::SageMaker::AppImageConfig', 'AWS::SageMaker::Workforce', 'AWS::SageMaker::PartnerApp', 'AWS::SageMaker::Project',
    'AWS::SageMaker::HumanTaskUi', 'AWS::SageMaker::AIWorkloadConfig', 'AWS::SageMaker::ModelCard',
  ],
  why: 'environment, hyperparameters and scripts are shown to whoever may describe the resource, and stay in the history of templates',
  fix: 'keep it in Secrets Manager and let the role read it when the code runs; in a template, write {{resolve:secretsmanager:...}}',
  properties: [
    'Environment', 'HyperParameters', 'TrainingJobDefinition.StaticHyperParameters', 'AppSpecification.ContainerArguments', 'PrimaryContainer.Environment',
    'Containers.Environment', 'InferenceSpecification.Containers.Environment', 'Specification.Container.Environment', 'OnCreate.Content', 'OnStart.Content',
    'StudioLifecycleConfigContent', 'DefaultCodeRepository', 'AdditionalCodeRepositories', 'GitConfig.RepositoryUrl',
    'DefaultUserSettings.JupyterLabAppSettings.CodeRepositories.RepositoryUrl',
    'UserSettings.JupyterLabAppSettings.CodeRepositories.RepositoryUrl', 'SpaceSettings.JupyterLabAppSettings.CodeRepositories.RepositoryUrl',
    'JupyterLabAppImageConfig.ContainerConfig.ContainerEnvironmentVariables', 'OidcConfig.ClientSecret', 'ApplicationConfig.Arguments', 'ServiceCatalogProvisioningDetails',
    'UiTemplate.Content', 'AIWorkloadConfigs.WorkloadSpec', 'MonitoringScheduleConfig.MonitoringJobDefinition.Environment', 'DataQualityAppSpecification.Environment',
    'ModelQualityAppSpecification.Environment', 'ModelBiasAppSpecification.Environment', 'ModelExplainabilityAppSpecification.Environment',
    'Content.TrainingDetails.TrainingJobDetails.HyperParameters',
  ],
  sources: ['Prowler sagemaker_notebook_instance_no_secrets', 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating-sagemaker.html'],
  good: { Environment: { DB_SECRET: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:warehouse-a1b2c3' } },
  bad: { Environment: { DB_PASSWORD: 'correct-horse-battery' } },
  check: (resource) => (SCRIPTS.includes(resource.type)
    ? judgeScripts(resource, scriptWithoutSecrets)
    : withoutSecrets(resource.properties)),
});
