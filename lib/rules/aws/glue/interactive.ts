import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { nonCompliant } from '../../verdict';

export default rule({
  name: 'GlueInteractive',
  title: 'Nobody works by hand with the permissions of a Glue job',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::Glue::DevEndpoint', 'AWS::Glue::Session'],
  why: 'in a session or at a development endpoint a person runs any code with the role of the job, outside every pipeline and review',
  fix: 'run the code as a job; let people open sessions with a role of their own, over data that is theirs to see',
  properties: ['RoleArn', 'Role'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/interactive-sessions-overview.html', 'https://docs.aws.amazon.com/glue/latest/dg/dev-endpoint.html'],
  good: 'an app that has jobs, and no session or development endpoint',
  bad: { RoleArn: 'arn:aws:iam::123456789012:role/prepare' },
  check: (open) => nonCompliant(open.type === 'AWS::Glue::Session' ? 'it is an interactive session' : 'it is a development endpoint'),
});
