import type { Baseline } from '../../policy/baseline';
import { Answer, type Severity } from '../../policy/finding';
import type { DataFlow, FlowRecord } from '../../policy/flow';
import type { ComplianceProfile } from '../../policy/profile';
import type { RawRecord } from '../../policy/record';
import type { Waiver } from '../../policy/waiver';
import { accept, findingsOf, waiverResources, type Acceptance, type Acknowledged } from '../accept';
import { judge } from '../engine';
import type { Ruling } from '../ruling';
import { NotApplicable, recordOf } from '../record';
import { isObject } from '../resolved';
import type { Resource } from '../resource';
import { FLOW_NODE, PACK } from '../rule';
import type { Verdict } from '../verdict';
import { besideIn } from './configuration';
import { AZURE_FACETS } from './coverage/facets';
import { isPlan } from './plan';
import { AZURE_RULES } from './rules';
import { azureViewOf, UPDATE, type AzureViewInput, type TerraformFile } from './view';

/** A file with the digest of the bytes it was read from. */
export interface ReadTerraform extends TerraformFile {
  readonly digest: string;
}

/** What Terraform's files are judged by and from. */
export interface TerraformRun {
  readonly files: readonly ReadTerraform[];
  /** What constructs declared; nothing of it is known from files alone. */
  readonly declared?: Pick<RawRecord, 'weakenings' | 'choices' | 'privacy' | 'costs'>;
  readonly flow?: DataFlow;
  readonly flowOrigin?: AzureViewInput['flowOrigin'];
  readonly acknowledgements?: readonly Acknowledged[];
  readonly waivers?: readonly Waiver[];
  readonly baseline?: Baseline;
  readonly asOf?: string;
  readonly profile: ComplianceProfile;
  readonly unknownAs: Severity;
  readonly origin: RawRecord['pack']['origin'];
  /** Names and versions of the libraries that synthesized; this one is among them. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly limits: readonly string[];
}

/** What was found. */
export interface TerraformResult {
  readonly record: RawRecord;
  readonly rulings: readonly Ruling[];
  readonly acceptance: Acceptance;
  /** Resources that no rule of this pack is about, by type: those of other clouds. */
  readonly unjudged: ReadonlyMap<string, number>;
  /** What an apply makes that files do not show, or that no rule knows, in words. */
  readonly unseen: readonly string[];
}

/** Providers of Azure, by how their types begin. */
const AZURE = /^(azurerm_|azapi_|Microsoft\.)/i;
/** What makes nothing in a cloud: values, waits, files of the machine that applies. */
const HARMLESS = /^(random_|time_|null_resource$|terraform_data$|local_file$|local_sensitive_file$)/;

/** What takes a template, a script or a request as it is, and hands it to Azure. */
const DEPLOYING = /^(azurerm_(\w+_)?template_deployment|azurerm_resource_deployment_script_\w+|azapi_(data_plane_|update_)?resource(_action)?|Microsoft\.Resources\/deployment(s|Scripts))$/;

/** Judges Terraform's files by the rules for Azure: what the pack does at synth and the gate with files. */
export function judgeTerraformFiles(run: TerraformRun): TerraformResult {
  const { files, profile, unknownAs } = run;
  const view = azureViewOf({ files, ...(run.flow ? { flow: run.flow } : {}), ...(run.flowOrigin ? { flowOrigin: run.flowOrigin } : {}) });
  const within = ({ type }: Resource) => AZURE.test(type) || type === FLOW_NODE;
  const notApplicable = new NotApplicable();
  const engine = { profile, pack: PACK, notApplicable: notApplicable.add };
  const found = judge({ ...engine, rules: AZURE_RULES, view, within, isAbout });
  const asked = {
    findings: findingsOf(found), acknowledgements: run.acknowledgements ?? [], waivers: run.waivers ?? [], ...(run.baseline ? { baseline: run.baseline } : {}),
    ...(run.asOf ? { asOf: run.asOf } : {}), rules: AZURE_RULES, pack: PACK, unknownAs,
  };
  const acceptance = accept(asked);
  // what accepts nothing in files may accept what only a construct tree shows
  const rules = run.origin === 'synth' ? AZURE_RULES : AZURE_RULES.filter(({ name }) => name !== 'WaiverUse');
  const rulings = [...found, ...judge({ ...engine, rules, view: { resources: waiverResources(acceptance, asked), relations: view.relations } })];
  const unseen = [
    ...files.flatMap(besideResources),
    ...view.resources.filter(({ type }) => DEPLOYING.test(type)).map(({ path, type }) => `'${path}' (${type}) deploys what no rule reads: it was not judged`),
    ...unknownTypes(view.resources.filter(({ type }) => AZURE.test(type) && !DEPLOYING.test(type))),
  ];
  const record = recordOf({
    pack: { name: PACK, version: run.libraries['cdk-regulated-ml'] ?? '', scope: '', unknownAs, origin: run.origin, ...(run.asOf ? { asOf: run.asOf } : {}) },
    profile,
    rules: AZURE_RULES,
    resources: view.resources,
    templates: files,
    rulings, notApplicable, acceptance,
    libraries: { ...run.libraries },
    plugins: [],
    limits: [...run.limits, ...(run.origin === 'synth' ? unseen : [])],
    weakenings: run.declared?.weakenings ?? [],
    choices: run.declared?.choices ?? [],
    privacy: run.declared?.privacy ?? [],
    costs: run.declared?.costs ?? [],
    flow: run.flow?.record() ?? NO_FLOW,
  });
  return { record, rulings, acceptance, unjudged: unjudgedIn(view.resources.filter((resource) => !within(resource))), unseen };
}

const NO_FLOW: FlowRecord = { nodes: [], edges: [] };

// a change says what it changes: what it leaves out is judged on the resource that it changes
function isAbout(resource: Resource, { answer, location = resource.location }: Verdict): boolean {
  if (resource.at(UPDATE).isAbsent) return true;
  const above = `${resource.properties.location}.`;
  return answer !== Answer.COMPLIANT && location.startsWith(above) && !resource.at(location.slice(above.length)).isAbsent;
}

// a plan has the resources of modules
function besideResources({ content, template }: ReadTerraform): string[] {
  if (!isObject(content) || isPlan(content)) return [];
  const { modules, programs } = besideIn(content);
  return [
    ...modules.map((name) => `the module '${name}' of '${template}' holds resources that only a plan shows: it was not judged; judge what 'terraform show -json' prints of one`),
    ...programs.map((address) => `'${address}' of '${template}' runs a program when it is applied: what that does was not judged`),
  ];
}

// that it is of Azure is known by its name, and where it stands is judged; what it may be opened to, nobody has looked at
function unknownTypes(resources: readonly Resource[]): string[] {
  return [...unjudgedIn(resources.filter(({ type }) => !Object.hasOwn(AZURE_FACETS, type)))]
    .map(([type, many]) => `${many === 1 ? 'a resource is' : `${many} resources are`} of a type of Azure that no rule knows, ${type}: nothing but where ${many === 1 ? 'it stands' : 'they stand'} was judged`);
}

function unjudgedIn(resources: readonly Resource[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of resources) if (!HARMLESS.test(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
