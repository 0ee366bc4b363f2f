import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { FLOW_NODE, rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { JOB } from '../jobs';

export default rule({
  name: 'AzureFlowDeIdentificationMatches',
  title: 'Steps that de-identify are deployed with the plan that was declared, and no other',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  properties: ['Id'],
  why: 'what comes after the step trusts what its plan says of each column; a job that is given another plan, or none to hold it to, releases something else under the same name',
  fix: 'change the plan of the step (Deidentification.of), instead of overriding its arguments',
  sources: ['https://www.ecfr.gov/current/title-45/section-164.514'],
  good: 'a Spark job with --plan-digest and the digest of the plan that its step declares',
  bad: 'the same job with the digest of another plan, or without --plan-digest',
  check: (node) => {
    const { relations } = node;
    const step = relations.flow?.node(node.at('Id').texts[0] ?? '');
    const declared = step?.deIdentification?.digest;
    // a step that is not deployed at all is a finding on its pipeline
    const jobs = declared === undefined ? undefined : relations.once(jobsByPath).get(step!.id);
    return jobs ? jobs.map((job) => judged(job, declared!)) : NOT_APPLICABLE;
  },
});

function jobsByPath(relations: Relations): ReadonlyMap<string, readonly Resource[]> {
  const jobs = new Map<string, Resource[]>();
  for (const job of relations.ofType(JOB)) jobs.set(job.path, [...jobs.get(job.path) ?? [], job]);
  return jobs;
}

function judged(job: Resource, declared: string): Verdict {
  const args = job.at('properties.args');
  return all(...(args.isAbsent ? job.at('properties.command') : args).options.map((line) => {
    const written = writtenIn(line);
    return written === undefined ? line.judge((known) => heldTo(declared, known)) : heldTo(declared, written, line.location);
  }));
}

function heldTo(declared: string, line: unknown, location?: string): Verdict {
  const given = typeof line === 'string' ? digestsIn(line) : [];
  if (given.length === 0) return nonCompliant('no argument holds the job to the plan that is declared', location);
  // of several the last one counts, and whoever gives two means something by it
  const other = given.find((digest) => digest !== declared);
  if (other === undefined) return COMPLIANT;
  if (other.includes('?')) return unknown('what --plan-digest holds the job to is not known', location);
  return nonCompliant(other === '' ? 'the argument --plan-digest has no value' : `it is held to the plan ${other}, and declared is ${declared}`, location);
}

/** What is written of a line around ids and names that Azure gives: they hold no blank, and so bring no argument of their own. */
function writtenIn(line: Value): string | undefined {
  const [text] = line.alternatives;
  return text instanceof Unknown && text.parts && text.leaves.every(({ kind, target }) => kind === 'reference' && GIVEN.test(target!.attribute)) ? text.pattern : undefined;
}

const GIVEN = /(?:^|[._])(?:id|name)$/;

function digestsIn(line: string): string[] {
  return [...line.matchAll(/(?:^|\s)--plan-digest(?:[=\s]+(?!--)(\S+))?/g)].map(([, digest]) => (digest ?? '').replace(/^(["'])(.*)\1$/, '$2'));
}
