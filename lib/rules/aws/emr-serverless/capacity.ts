import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all } from '../../verdict';

export default rule({
  name: 'EmrServerlessCapacity',
  title: 'EMR Serverless applications have a maximum capacity',
  severity: 'error',
  control: Control.RESOURCE_LIMIT,
  resources: ['AWS::EMRServerless::Application'],
  why: 'a join gone wrong asks for workers until the account\'s quota is reached, and the bill with it',
  fix: 'set MaximumCapacity with Cpu, Memory and Disk',
  properties: ['MaximumCapacity'],
  sources: ['https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-capacity.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', MaximumCapacity: { Cpu: '64 vCPU', Memory: '256 GB', Disk: '1000 GB' } },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0' },
  check: (application) => all(application.present('MaximumCapacity.Cpu'), application.present('MaximumCapacity.Memory')),
});
