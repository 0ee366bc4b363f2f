import { Severity } from '../../policy/finding';
import type { ComplianceProfile } from '../../policy/profile';
import type { RawRecord } from '../../policy/record';
import { accept, waiverResources, type Acknowledged } from '../accept';
import { judge } from '../engine';
import { inOrder, NotApplicable, recordOf, type ReadTemplate } from '../record';
import type { Resource } from '../resource';
import { PACK } from '../rule';
import { viewOf } from '../view';
import type { Declared } from '../declared';
import { AWS_RULES } from './rules';

/** What files are judged by and from. */
export interface TemplateRun {
  readonly templates: readonly ReadTemplate[];
  /** Paths of the templates that are judged; the others are only referred to. */
  readonly wanted?: ReadonlySet<string>;
  readonly acknowledgements: readonly Acknowledged[];
  /** What constructs say of themselves, as far as files tell it. */
  readonly declared?: Declared;
  readonly readAsset?: (objectKey: string) => string | undefined;
  readonly profile: ComplianceProfile;
  readonly unknownAs: Severity;
  /** Version of this library. */
  readonly version: string;
  readonly limits: readonly string[];
}

/**
 * The record of templates that are judged as files, by the rules that judge them at synth. No construct tree is needed: the declared data
 * flow is not known then, and the rules on it have nothing to say.
 */
export function recordOfTemplates(run: TemplateRun): RawRecord {
  const { templates, profile, unknownAs, wanted } = run;
  const view = viewOf({ templates, ...(run.readAsset ? { readAsset: run.readAsset } : {}) });
  const within = (resource: Resource) => wanted === undefined || wanted.has(resource.template);
  const notApplicable = new NotApplicable();
  const engine = { profile, pack: PACK, notApplicable: notApplicable.add };
  const found = inOrder(judge({ ...engine, rules: AWS_RULES, view, within }));
  const asked = { judgements: found, acknowledgements: run.acknowledgements, waivers: [], rules: AWS_RULES, pack: PACK, unknownAs };
  const acceptance = accept(asked);
  // an acknowledgement that accepts nothing here may accept what only a construct tree shows
  const rules = AWS_RULES.filter(({ name }) => name !== 'WaiverUse');
  const judgements = [...found, ...inOrder(judge({ ...engine, rules, view: { resources: waiverResources(acceptance, asked), relations: view.relations } }))];
  return recordOf({
    pack: { name: PACK, version: run.version, scope: '', unknownAs, origin: 'files' },
    profile,
    rules: AWS_RULES,
    resources: view.resources.filter(within),
    templates: templates.filter(({ template }) => wanted === undefined || wanted.has(template)),
    judgements, notApplicable, acceptance,
    libraries: { 'cdk-regulated-ml': run.version },
    plugins: [],
    limits: [...run.limits],
    ...(run.declared ?? { weakenings: [], choices: [], privacy: [], costs: [] }),
    flow: { nodes: [], edges: [] },
  });
}
