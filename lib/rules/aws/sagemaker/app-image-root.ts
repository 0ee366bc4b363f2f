import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, inParts, nonCompliant } from '../../verdict';
import { scalarText } from '../../value';

export default rule({
  name: 'SageMakerAppImageRoot',
  title: 'Custom images of Studio do not run as root',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::SageMaker::AppImageConfig'],
  why: 'a kernel that is root can take away whatever the image was hardened with, and writes files that only root can delete',
  fix: 'set FileSystemConfig.DefaultUid to 1000 and DefaultGid to 100, or leave them out',
  properties: ['KernelGatewayImageConfig.FileSystemConfig.DefaultUid', 'KernelGatewayImageConfig.FileSystemConfig.DefaultGid'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_FileSystemConfig.html'],
  good: { KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }], FileSystemConfig: { DefaultUid: 1000, DefaultGid: 100 } } },
  bad: { KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }], FileSystemConfig: { DefaultUid: 0, DefaultGid: 0 } } },
  check: (config) => {
    const files = config.at('KernelGatewayImageConfig.FileSystemConfig');
    return inParts(files, ['DefaultUid', 'DefaultGid'].map((name) => files.at(name).judge((number) => (scalarText(number) === '0' ? nonCompliant(`${name} is 0, which is root`) : COMPLIANT))));
  },
});
