import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLDeIdentificationMatchesFlow',
  title: 'Steps that de-identify are deployed with the plan that was declared, and no other',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: ['Microsoft.MachineLearningServices/workspaces/jobs'],
  properties: ['properties.args', 'properties.command'],
  why: 'what comes after the step trusts what its plan says of each column; a job that is given another plan, or none to hold it to, releases something else under the same name',
  fix: 'change the plan of the step (Deidentification.of), instead of overriding its arguments',
  sources: ['https://www.ecfr.gov/current/title-45/section-164.514'],
  good: 'a Spark job with --plan-digest and the digest of the plan that its step declares',
  bad: 'the same job with the digest of another plan, or without --plan-digest',
  check: (job) => {
    const declared = job.relations.flow?.node(job.path)?.deIdentification?.digest;
    if (declared === undefined) return NOT_APPLICABLE;
    const line = job.at('properties.args');
    return (line.isAbsent ? job.at('properties.command') : line).judge((text) => {
      const given = typeof text === 'string' ? digestsIn(text) : [];
      if (given.length === 0) return nonCompliant('no argument holds the job to the plan that is declared');
      // of several the last one counts, and whoever gives two means something by it
      const other = given.find((digest) => digest !== declared);
      if (other === undefined) return COMPLIANT;
      return nonCompliant(other === '' ? 'the argument --plan-digest has no value' : `it is held to the plan ${other}, and declared is ${declared}`);
    });
  },
});

function digestsIn(line: string): string[] {
  return [...line.matchAll(/(?:^|\s)--plan-digest(?:[=\s]+(?!--)(\S+))?/g)].map(([, digest]) => (digest ?? '').replace(/^(["'])(.*)\1$/, '$2'));
}
