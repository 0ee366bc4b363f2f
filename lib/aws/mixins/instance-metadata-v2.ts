import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Has notebooks and EC2 machines give out their credentials against a session token only (IMDSv2). */
export class InstanceMetadataV2 extends ControlMixin {
  public readonly control = Control.LEAST_PRIVILEGE;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::SageMaker::NotebookInstance': (notebook) => notebook.ensure('InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion', '2'),
    'AWS::EC2::Instance': (instance) => instance.ensure('MetadataOptions.HttpTokens', 'required'),
    'AWS::EC2::LaunchTemplate': (template) => template.ensure('LaunchTemplateData.MetadataOptions.HttpTokens', 'required'),
  };
}
