import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Stage, type CfnResource, type IPolicyValidationContext, type PolicyValidationPluginReport, type PolicyViolation,
} from 'aws-cdk-lib';
import { NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { Baseline } from '../../policy/baseline';
import { Severity } from '../../policy/finding';
import { DataFlow } from '../../policy/flow';
import type { ComplianceProfile } from '../../policy/profile';
import { isOpen, recordText, RECORD_FILE, VALIDATION_OFF, type RawRecord } from '../../policy/record';
import type { Waiver } from '../../policy/waiver';
import { accept, findingId, findingsOf, waiverResources, weightOfFinding, type Acceptance } from '../accept';
import { asOfGiven } from '../as-of';
import type { RegulatedMLChecksProps } from '../checks-props';
import { declaredBy } from '../declared';
import { judge } from '../engine';
import type { Ruling } from '../ruling';
import { NotApplicable, recordOf } from '../record';
import type { Resource } from '../resource';
import { PACK } from '../rule';
import { AWS_RULES } from './rules';
import { acknowledgementsOf, outdirOf, readApp, sourceOf } from './tree';
import { stockOf, unaskedIn, unjudgedIn } from './unjudged';

/**
 * Rules for machine learning on personal data, as a cdk-nag pack. It judges what will be deployed: the templates that
 * synth has written, nested stacks and the steps inside pipeline definitions included.
 *
 * Findings of residency are fatal and take no waiver. All others are accepted with
 * `Validations.of(construct).acknowledge({ id: 'RegulatedML::<finding id>', reason })`, with a `Waiver` that has an approver and an end, or by
 * a baseline. The raw record of every answer is written beside the templates as `regulated-ml-evidence.json`.
 *
 * Use: `Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }))`
 */
export class RegulatedMLChecks extends NagPack {
  /** Name of the plugin: the namespace of acknowledgement ids. */
  public readonly name = PACK;
  /** Version of this library. */
  public readonly version?: string;
  /** Ids of all rules. */
  public readonly ruleIds?: string[];

  private readonly judged?: IConstruct;
  private readonly profile: ComplianceProfile;
  private readonly unknownAs: Severity;
  private readonly given: { readonly waivers: readonly Waiver[]; readonly baseline?: Baseline; readonly asOf?: string };

  /**
   * A pack for a scope.
   *
   * @param scope what is judged: an app, a stage, a stack, or any construct
   */
  constructor(scope: IConstruct, props: RegulatedMLChecksProps) {
    super(scope);
    this.packName = PACK;
    this.version = libraryVersions()['cdk-regulated-ml'];
    this.ruleIds = AWS_RULES.map((rule) => `${PACK}-${rule.name}`);
    this.judged = scope;
    if (typeof props?.profile?.requirementsOf !== 'function' || typeof props.profile.residency?.allows !== 'function') {
      throw new Error('RegulatedMLChecks has no profile: give one, such as new RegulatedMLChecks(app, { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) }) })');
    }
    this.profile = props.profile;
    this.unknownAs = props.unknownAs ?? Severity.WARNING;
    this.given = { waivers: props.waivers ?? [], baseline: props.baseline, asOf: asOfGiven(props.asOf, scope) };
    const directory = scope && outdirOf(scope);
    // a record that an earlier synth left must not be taken for one of a synth that fails half-way
    if (directory) rmSync(join(directory, recordName(scope)), { force: true });
  }

  /** Judges the templates that synth has written, and writes the record beside them. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const scope = this.judged ?? context.appConstruct;
    const { report, record } = this.run(scope, true);
    const directory = outdirOf(scope);
    if (directory) writeFileSync(join(directory, recordName(scope)), recordText(record));
    return report;
  }

  /** Judges a construct tree that has not been synthesized: the fragments that its constructs resolve to. Writes nothing. */
  public validateScope(scope: IConstruct): PolicyValidationPluginReport {
    return this.run(scope, false).report;
  }

  /** The rules are applied to resolved resources, not to constructs: there is nothing to do here. */
  protected checkResource(_node: CfnResource): void {}

  private run(scope: IConstruct, written: boolean): { report: PolicyValidationPluginReport; record: RawRecord } {
    const app = readApp(scope, written);
    const above = scope.node.path === '' ? '' : `${scope.node.path}/`;
    const isWithin = (path: string) => path.startsWith(above) || path === scope.node.path;
    const within = (resource: Resource) => isWithin(resource.path);
    const notApplicable = new NotApplicable();
    const engine = { rules: AWS_RULES, profile: this.profile, pack: PACK, notApplicable: notApplicable.add };
    const found = judge({ ...engine, view: app.view, within });
    const acknowledgements = acknowledgementsOf(scope, app.constructs);
    const asked = { ...this.given, findings: findingsOf(found), acknowledgements, rules: AWS_RULES, pack: PACK, unknownAs: this.unknownAs };
    const acceptance = accept(asked);
    // what was accepted above the scope may be for its neighbours
    const given = waiverResources(acceptance, asked).filter((waiver) => waiver.at('Kind').texts[0] === 'waiver' || within(waiver));
    const rulings = [...found, ...judge({ ...engine, view: { resources: given, relations: app.view.relations } })];
    const record = recordOf({
      pack: {
        name: PACK, version: this.version ?? '', scope: scope.node.path, unknownAs: this.unknownAs, origin: 'synth',
        ...(this.given.asOf ? { asOf: this.given.asOf } : {}),
      },
      profile: this.profile,
      rules: AWS_RULES,
      resources: app.view.resources.filter(within),
      templates: app.templates.filter(({ path }) => path === scope.node.path || `${path}/`.startsWith(above)),
      rulings, notApplicable, acceptance,
      libraries: libraryVersions(),
      plugins: pluginsOf(scope, app.constructs),
      limits: limitsOf(scope),
      ...declaredBy(app.constructs, sourceOf),
      flow: flowWithin(scope),
    });
    return { report: this.reportOf(scope, rulings, acceptance), record: withUnjudged(record) };
  }

  private reportOf(scope: IConstruct, rulings: readonly Ruling[], { accepted, by }: Acceptance): PolicyValidationPluginReport {
    const violations = new Map<string, PolicyViolation>();
    const directory = outdirOf(scope) ?? '';
    const paths = new Map<string, string>();
    const pathOf = (template: string) => {
      let path = paths.get(template);
      if (path === undefined) paths.set(template, path = join(directory, template));
      return path;
    };
    let finding = 0;
    for (const ruling of rulings) {
      if (!isOpen(ruling)) continue;
      const said = `${findingId(ruling)}\u0000${ruling.detail ?? ''}`;
      const violationAt = (resource: Resource, place: string) => {
        const key = said + place;
        let violation = violations.get(key);
        if (!violation) violations.set(key, violation = this.violationOf(ruling, resource, place));
        return violation.violatingResources;
      };
      // of most resources the CDK knows the place
      let placed: PolicyViolation['violatingResources'] | undefined;
      for (const resource of ruling.resources) {
        const waiver = accepted[by[finding++] ?? -1];
        // the CDK takes the qualified form out by itself and lists it as suppressed; of the others it does not know
        if (waiver && !(waiver.kind === 'acknowledgement' && waiver.id.startsWith(`${PACK}::`))) continue;
        const place = untracedPlace(scope, resource);
        const violating = place === '' ? placed ??= violationAt(resource, place) : violationAt(resource, place);
        violating.push({
          constructPath: resource.path,
          locations: [ruling.location],
          ...(resource.placeId ? { resourceLogicalId: resource.placeId, templatePath: pathOf(resource.template) } : {}),
        });
      }
    }
    const listed = [...violations.values()];
    return { success: listed.every(({ severity }) => severity === Severity.WARNING), violations: listed, pluginVersion: this.version };
  }

  private violationOf(ruling: Ruling, first: Resource, place: string): PolicyViolation {
    const { title, detail, fix, control, requirements, why } = ruling.findingOf(first);
    return {
      ruleName: findingId(ruling),
      description: (detail ? `${title}: ${detail}` : title) + place,
      severity: weightOfFinding(ruling, RULES, this.unknownAs),
      fix,
      ruleMetadata: { control, requirements: requirements.join('; '), why },
      violatingResources: [],
    };
  }
}

const RULES = new Map(AWS_RULES.map((rule) => [`${PACK}-${rule.name}`, rule]));

// the CDK prints where an element of a template was written; of a store or a step it keeps no trace
function untracedPlace(scope: IConstruct, { path, source, logicalId, within }: Resource): string {
  if (source === undefined || (logicalId && !within)) return '';
  let construct: IConstruct | undefined = scope.node.root;
  for (const id of path.split('/')) construct = construct?.node.tryFindChild(id);
  return construct && sourceOf(construct) === undefined ? ` (${source})` : '';
}

// one flow for the whole tree: a pack on a stage shows its own part
function flowWithin(scope: IConstruct): RawRecord['flow'] {
  const { nodes, edges } = DataFlow.of(scope).record();
  const above = scope.node.path === '' ? '' : `${scope.node.path}/`;
  const own = new Set(nodes.map(({ id }) => id).filter((id) => id.startsWith(above)));
  return { nodes: nodes.filter(({ id }) => own.has(id)), edges: edges.filter(({ from, to }) => own.has(from) && own.has(to)) };
}

function withUnjudged(record: RawRecord): RawRecord {
  const unasked = unaskedIn(record);
  return { ...record, limits: [...record.limits, ...unjudgedIn([record], stockOf(record.plugins)).open, ...(unasked === undefined ? [] : [unasked])] };
}

function recordName(scope: IConstruct): string {
  return Stage.isStage(scope) ? RECORD_FILE : RECORD_FILE.replace(/\.json$/, `.${scope.node.path.replace(/[^A-Za-z0-9-]+/g, '-')}.json`);
}

function limitsOf(scope: IConstruct): string[] {
  const limits: string[] = [];
  if (process.env.CDK_VALIDATION === 'false') limits.push(VALIDATION_OFF);
  const flag = (name: string) => scope.node.tryGetContext(`@aws-cdk/core:${name}`) as unknown;
  if (String(flag('validateAgainstDefaultRules')) !== 'true') {
    limits.push('errors of the built-in validation of templates count as warnings (@aws-cdk/core:validateAgainstDefaultRules is not set)');
  }
  return limits;
}

// internal to the CDK; where it is not to be had, the record names no plugins
function pluginsOf(scope: IConstruct, below: readonly IConstruct[]): string[] {
  const stages = [...scope.node.scopes, ...below].filter((node) => Stage.isStage(node));
  const plugins = stages.flatMap((stage) => (stage as { readonly _validationPlugins?: readonly { readonly name: string }[] })._validationPlugins ?? []);
  return [...new Set(plugins.map(({ name }) => name))].sort();
}

function libraryVersions(): Record<string, string> {
  const own = join(__dirname, '..', '..', '..', 'package.json');
  const files = [own, ...['aws-cdk-lib', 'cdk-nag', 'constructs'].map((name) => require.resolve(`${name}/package.json`))];
  return Object.fromEntries(files.map((file) => {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
    return [name, version];
  }));
}
