import { Severity } from '../../policy/finding';
import { RECORD_SCHEMA, type RawRecord } from '../../policy/record';
import { profileRecord } from '../../rules/record';
import type { TerraformInput } from '../input/detect';
import type { Judged, Judging } from './judged';

/** Lists the resources of Terraform's files: there are no rules for them yet, and what no rule judged is no pass. */
export function judgeTerraform(inputs: readonly TerraformInput[], { settings, version }: Judging): Judged {
  const resources = inputs.flatMap(({ shown, resources: own }) => own.map((resource) => ({ shown, ...resource })));
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  const types = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const record: RawRecord = {
    schema: RECORD_SCHEMA,
    pack: { name: PACK, version, scope: '', unknownAs: settings.unknownAs ?? Severity.WARNING, origin: 'files' },
    libraries: { 'cdk-regulated-ml': version },
    plugins: [], limits: [],
    profile: settings.profile ? profileRecord(settings.profile) : { frameworks: [], residency: { description: 'not given', allowedRegions: [] }, retentionDays: {} },
    rules: [],
    stacks: inputs.map(({ shown, digest }) => ({ path: shown, name: shown, template: shown, digest })),
    subjects: resources.map(({ shown, type, address, path }) => ({ path: path ?? address, type, logicalId: address, stack: shown, template: shown })),
    answers: [], notApplicable: [], accepted: [], weakenings: [], choices: [], privacy: [], costs: [], flow: { nodes: [], edges: [] },
  };
  const named = types.slice(0, 8).map(([type, count]) => `${type} (${count})`).join(', ');
  return {
    records: [record], report: [], defects: [],
    unjudged: resources.length === 0 ? [] : [
      `there are no rules for ${resources.length === 1 ? 'this resource' : `these ${resources.length} resources`} of Terraform yet, so nothing is known of ${resources.length === 1 ? 'it' : 'them'}: ${named}${types.length > 8 ? ` and ${types.length - 8} types more` : ''}`,
    ],
    how: inputs.map(({ shown, resources: own }) => `${shown}: ${own.length} ${own.length === 1 ? 'resource' : 'resources'} of Terraform, read and not judged`),
  };
}
