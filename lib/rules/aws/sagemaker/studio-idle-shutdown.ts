import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inParts, NOT_APPLICABLE } from '../../verdict';
import { option } from './option';

export default rule({
  name: 'SageMakerStudioIdleShutdown',
  title: 'Studio stops applications that nobody uses',
  severity: 'warning',
  control: Control.RESOURCE_LIMIT,
  resources: ['AWS::SageMaker::Domain', 'AWS::SageMaker::UserProfile'],
  why: 'an application that is left running keeps data mounted and a session open, and costs money day and night',
  fix: 'set AppLifecycleManagement.IdleSettings.LifecycleManagement to ENABLED for JupyterLab and the code editor, with an idle timeout',
  properties: [
    'DefaultUserSettings.JupyterLabAppSettings.AppLifecycleManagement.IdleSettings.LifecycleManagement',
    'DefaultUserSettings.CodeEditorAppSettings.AppLifecycleManagement.IdleSettings.LifecycleManagement',
    'UserSettings.JupyterLabAppSettings.AppLifecycleManagement.IdleSettings.LifecycleManagement',
    'UserSettings.CodeEditorAppSettings.AppLifecycleManagement.IdleSettings.LifecycleManagement',
  ],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html'],
  good: {
    DefaultUserSettings: {
      JupyterLabAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: 'ENABLED', IdleTimeoutInMinutes: 60 } } },
      CodeEditorAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: 'ENABLED', IdleTimeoutInMinutes: 60 } } },
    },
  },
  bad: { DefaultUserSettings: { ExecutionRole: 'arn:aws:iam::123456789012:role/studio' } },
  check: (resource) => {
    const ofDomain = resource.type === 'AWS::SageMaker::Domain';
    const settings = resource.at(ofDomain ? 'DefaultUserSettings' : 'UserSettings');
    return inParts(settings, ['JupyterLabAppSettings', 'CodeEditorAppSettings'].map((app) => {
      const stops = settings.at(`${app}.AppLifecycleManagement.IdleSettings.LifecycleManagement`);
      // a profile that says nothing takes what the domain says
      return !ofDomain && stops.isAbsent ? NOT_APPLICABLE : option(stops, ['ENABLED'], 'DISABLED');
    }));
  },
});
