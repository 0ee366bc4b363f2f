import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inParts } from '../../verdict';

export default rule({
  name: 'EmrServerlessInteractive',
  title: 'EMR Serverless applications offer no interactive endpoints',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::EMRServerless::Application'],
  why: 'at an interactive endpoint a person runs any code with the permissions of the job, outside every pipeline and review',
  fix: 'leave InteractiveConfiguration out',
  properties: ['InteractiveConfiguration'],
  sources: ['https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/interactive-workloads.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0' },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', InteractiveConfiguration: { LivyEndpointEnabled: true } },
  check: (application) => {
    const interactive = application.at('InteractiveConfiguration');
    return inParts(interactive, ['LivyEndpointEnabled', 'SessionEnabled', 'StudioEnabled'].map((flag) => interactive.at(flag).boolean(false)));
  },
});
