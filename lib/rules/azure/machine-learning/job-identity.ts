import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { shown, type Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLJobIdentity',
  title: 'Jobs act as an identity that was given to them',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['Microsoft.MachineLearningServices/workspaces/jobs'],
  properties: ['properties.identity.identityType'],
  why: 'a job that names none runs with the token of the workspace',
  fix: 'set identity.identityType to Managed, with the identity of the job, or to UserIdentity',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication'],
  good: { properties: { jobType: 'Command', identity: { identityType: 'Managed' } } },
  bad: { properties: { jobType: 'Command' } },
  check: (job) => {
    // what a pipeline runs is what its steps are, and a step without one has the pipeline's
    if (job.at('properties.jobType').alternatives.every((kind) => kind === 'Pipeline')) return NOT_APPLICABLE;
    const own = kindOf(job);
    const identity = job.within && own.isAbsent && !kindOf(job.within.resource).isAbsent ? kindOf(job.within.resource) : own;
    return identity.judge((kind) => (typeof kind === 'string' && GIVEN.has(kind.toLowerCase()) ? COMPLIANT : nonCompliant(kind === undefined ? 'it names no identity' : `its identity is ${shown(kind)}`)));
  },
});

// in a pipeline written in the words of the command line
const GIVEN = new Set(['managed', 'managed_identity', 'useridentity', 'user_identity']);

function kindOf(job: Resource): Value {
  const identity = job.at('properties.identity');
  return ['identityType', 'identity_type', 'type'].map((name) => identity.at(name)).find((kind) => !kind.isAbsent) ?? identity.at('identityType');
}
