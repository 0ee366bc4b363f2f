import { Control } from '../control';
import type { FrameworkProps, Requirement } from '../framework';

const GUIDE = 'https://docs.aws.amazon.com/securityhub/latest/userguide';

function control(id: string, title: string, type: string, controls: Control[]): Requirement {
  const [service, number] = id.split('.') as [string, string];
  const page = service.toLowerCase();
  return {
    id,
    citation: `Security Hub ${id}`,
    title,
    controls,
    url: `${GUIDE}/${page}-controls.html#${page}-${number}`,
    resourceTypes: [`AWS::${service}::${type}`],
  };
}

// All 31 controls of the standard; SageMaker.6 and SageMaker.7 are not of it.
export const SECURITY_HUB_AI: FrameworkProps = {
  name: 'SECURITY_HUB_AI',
  title: 'AWS Security Hub CSPM, AI Security Best Practices v1.0.0',
  url: `${GUIDE}/standards-ai-security.html`,
  get requirements() {
    return [
      control('Bedrock.1', 'data sources are encrypted with a customer-managed key', 'DataSource', [Control.ENCRYPTION_AT_REST]),
      control('BedrockAgentCore.1', 'runtimes run in a VPC', 'Runtime', [Control.PRIVATE_NETWORK]),
      control('BedrockAgentCore.2', 'gateways authorise who calls them', 'Gateway', [Control.AUTHENTICATION]),
      control('BedrockAgentCore.3', 'memories are encrypted with a customer-managed key', 'Memory', [Control.ENCRYPTION_AT_REST]),
      control('BedrockAgentCore.4', 'gateways are encrypted with a customer-managed key', 'Gateway', [Control.ENCRYPTION_AT_REST]),
      control('BedrockAgentCore.5', 'custom browsers are not on the public network', 'BrowserCustom', [Control.PRIVATE_NETWORK]),
      control('BedrockAgentCore.6', 'sessions of custom browsers are recorded', 'BrowserCustom', [Control.AUDIT_LOGGING]),
      control('BedrockAgentCore.7', 'custom code interpreters run in a private network', 'CodeInterpreterCustom', [Control.PRIVATE_NETWORK]),
      control('SageMaker.1', 'notebook instances have no direct way to the internet', 'NotebookInstance', [Control.NETWORK_ISOLATION]),
      control('SageMaker.2', 'notebook instances run in a VPC of the user', 'NotebookInstance', [Control.PRIVATE_NETWORK]),
      control('SageMaker.3', 'users are not root on notebook instances', 'NotebookInstance', [Control.LEAST_PRIVILEGE]),
      control('SageMaker.4', 'endpoint variants start with more than one instance', 'EndpointConfig', [Control.AVAILABILITY]),
      control('SageMaker.5', 'models are isolated from the network', 'Model', [Control.NETWORK_ISOLATION]),
      control('SageMaker.8', 'notebook instances run on a supported platform', 'NotebookInstance', [Control.SUPPORTED_SOFTWARE]),
      control('SageMaker.9', 'data quality jobs encrypt what containers exchange', 'DataQualityJobDefinition', [Control.ENCRYPTION_IN_TRANSIT]),
      control('SageMaker.10', 'explainability jobs encrypt what containers exchange', 'ModelExplainabilityJobDefinition', [Control.ENCRYPTION_IN_TRANSIT]),
      control('SageMaker.11', 'data quality jobs are isolated from the network', 'DataQualityJobDefinition', [Control.NETWORK_ISOLATION]),
      control('SageMaker.12', 'bias jobs are isolated from the network', 'ModelBiasJobDefinition', [Control.NETWORK_ISOLATION]),
      control('SageMaker.13', 'model quality jobs encrypt what containers exchange', 'ModelQualityJobDefinition', [Control.ENCRYPTION_IN_TRANSIT]),
      control('SageMaker.14', 'monitoring schedules are isolated from the network', 'MonitoringSchedule', [Control.NETWORK_ISOLATION]),
      control('SageMaker.15', 'bias jobs encrypt what containers exchange', 'ModelBiasJobDefinition', [Control.ENCRYPTION_IN_TRANSIT]),
      control('SageMaker.16', 'primary containers of models come from a registry inside the VPC', 'Model', [Control.PRIVATE_NETWORK]),
      control('SageMaker.17', 'offline feature stores are encrypted with a key', 'FeatureGroup', [Control.ENCRYPTION_AT_REST]),
      control('SageMaker.18', 'online feature stores of standard storage are encrypted with a key', 'FeatureGroup', [Control.ENCRYPTION_AT_REST]),
      control('SageMaker.19', 'containers of multi-container models come from a registry inside the VPC', 'Model', [Control.PRIVATE_NETWORK]),
      control('SageMaker.20', 'explainability jobs are isolated from the network', 'ModelExplainabilityJobDefinition', [Control.NETWORK_ISOLATION]),
      control('SageMaker.21', 'notebook instances are encrypted with a customer-managed key', 'NotebookInstance', [Control.ENCRYPTION_AT_REST]),
      control('SageMaker.22', 'monitoring schedules encrypt what containers exchange', 'MonitoringSchedule', [Control.ENCRYPTION_IN_TRANSIT]),
      control('SageMaker.23', 'inference experiments encrypt their volumes with a customer-managed key', 'InferenceExperiment', [Control.ENCRYPTION_AT_REST]),
      control('SageMaker.24', 'inference experiments encrypt captured data with a customer-managed key', 'InferenceExperiment', [Control.ENCRYPTION_AT_REST]),
      control('SageMaker.25', 'model quality jobs are isolated from the network', 'ModelQualityJobDefinition', [Control.NETWORK_ISOLATION]),
    ];
  },
};
