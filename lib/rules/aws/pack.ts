import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Stage, type CfnResource, type IPolicyValidationContext, type PolicyValidationPluginReport, type PolicyViolation,
} from 'aws-cdk-lib';
import { NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Answer, Severity, type Finding } from '../../policy/finding';
import { DataFlow } from '../../policy/flow';
import type { ComplianceProfile } from '../../policy/profile';
import { canonicalJson, RECORD_FILE, RECORD_SCHEMA, weightOf, type RawRecord } from '../../policy/record';
import { judge, type Judgement } from '../engine';
import type { Resource } from '../resource';
import { FLOW_NODE, STACK } from '../rule';
import { AWS_RULES } from './rules';
import { acknowledgementsOf, declaredIn, outdirOf, readApp, type Acknowledged, type App } from './tree';

/** What `RegulatedMLChecks` needs to know. */
export interface RegulatedMLChecksProps {
  /** Frameworks and residency to check against. */
  readonly profile: ComplianceProfile;
  /**
   * How much an answer weighs that cannot be given before deployment, because a value is a reference that does not
   * resolve. It is always shown, and never counts as a pass.
   *
   * @default Severity.WARNING
   */
  readonly unknownAs?: Severity;
}

const PACK = 'RegulatedML';

/**
 * Rules for machine learning on personal data, as a cdk-nag pack. It judges what will be deployed: the templates that
 * synth has written, nested stacks and the steps inside pipeline definitions included.
 *
 * Findings of residency are fatal and take no waiver. All others are waived with
 * `Validations.of(construct).acknowledge({ id: 'RegulatedML::<finding id>', reason })`. The raw record of every
 * answer is written beside the templates as `regulated-ml-evidence.json`.
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
    const directory = scope && outdirOf(scope);
    // a record that an earlier synth left must not be taken for one of a synth that fails half-way
    if (directory) rmSync(join(directory, recordName(scope)), { force: true });
  }

  /** Judges the templates that synth has written, and writes the record beside them. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const scope = this.judged ?? context.appConstruct;
    const { report, record } = this.run(scope, true);
    const directory = outdirOf(scope);
    if (directory) writeFileSync(join(directory, recordName(scope)), canonicalJson(record));
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
    const within = (resource: Resource) => resource.path.startsWith(above) || resource.path === scope.node.path;
    const judgements = judge({ view: app.view, rules: AWS_RULES, profile: this.profile, pack: PACK, within }).sort(byPlace);
    const acknowledgements = acknowledgementsOf(scope);
    const waivers = waiversOf(judgements, acknowledgements, this.unknownAs);
    const run = { scope, app, within, judgements, acknowledgements, waivers };
    return { report: this.reportOf(run), record: this.recordOf(run) };
  }

  private reportOf({ scope, judgements, waivers, acknowledgements }: Run): PolicyValidationPluginReport {
    const violations = new Map<string, PolicyViolation>();
    judgements.forEach(({ finding, resource, location }, index) => {
      if (finding.answer !== Answer.NON_COMPLIANT && finding.answer !== Answer.UNKNOWN) return;
      const waiver = acknowledgements[waivers[index] ?? -1];
      // the CDK takes the qualified form out by itself and lists it as suppressed; a bare one it does not know
      if (waiver && !waiver.id.startsWith(`${PACK}::`)) return;
      const description = finding.detail ? `${finding.title}: ${finding.detail}` : finding.title;
      const key = JSON.stringify([findingId(finding), description]);
      const violation = violations.get(key) ?? {
        ruleName: findingId(finding),
        description,
        severity: weightOfFinding(finding, this.unknownAs),
        fix: finding.fix,
        ruleMetadata: { control: finding.control, requirements: finding.requirements.join('; '), why: finding.why },
        violatingResources: [],
      };
      violations.set(key, violation);
      violation.violatingResources.push({
        constructPath: resource.path,
        locations: [location],
        ...(resource.logicalId ? { resourceLogicalId: resource.logicalId, templatePath: join(outdirOf(scope) ?? '', resource.template) } : {}),
      });
    });
    const listed = [...violations.values()];
    return { success: listed.every(({ severity }) => severity === Severity.WARNING), violations: listed, pluginVersion: this.version };
  }

  private recordOf({ scope, app, within, judgements, waivers, acknowledgements }: Run): RawRecord {
    const { profile } = this;
    const used = new Set(waivers);
    return {
      schema: RECORD_SCHEMA,
      pack: { name: PACK, version: this.version ?? '', scope: scope.node.path, unknownAs: this.unknownAs },
      libraries: libraryVersions(),
      plugins: pluginsOf(scope),
      limits: limitsOf(scope),
      profile: {
        frameworks: profile.frameworks.map(({ name, title, url, requirements }) => ({
          name, title, url, requirements: requirements.map((requirement) => ({ ...requirement, controls: [...requirement.controls] })),
        })),
        residency: { description: profile.residency.describe(), allowedRegions: profile.residency.allowedRegions },
        retentionDays: {
          ...(profile.dataRetention ? { data: profile.dataRetention.inDays } : {}),
          ...(profile.captureRetention ? { captures: profile.captureRetention.inDays } : {}),
          logs: profile.logRetention.inDays,
          audit: profile.auditRetention.inDays,
        },
      },
      rules: AWS_RULES.map(({ name, title, severity, unknownFails, control, resources, why, fix }) => ({
        id: `${PACK}-${name}`, title, severity: severity as Severity, ...(unknownFails ? { unknownFails } : {}), control, resources: [...resources], why, fix,
      })),
      stacks: app.templates.filter(({ path }) => path === scope.node.path || `${path}/`.startsWith(scope.node.path === '' ? '' : `${scope.node.path}/`)).map((template) => ({
        path: template.path,
        name: template.stackName,
        ...(template.region ? { region: template.region } : {}),
        ...(template.account ? { account: template.account } : {}),
        template: template.template,
        digest: createHash('sha256').update(template.bytes).digest('hex'),
      })),
      resources: app.view.resources
        .filter((resource) => resource.type !== STACK && resource.type !== FLOW_NODE && within(resource))
        .map(({ path, type, logicalId, stack, template, within: part }) => ({ path, type, logicalId, stack, template, ...(part ? { step: part.name } : {}) })),
      answers: judgements.map(({ finding, resource, location }, index) => ({
        rule: finding.rule, answer: finding.answer, path: finding.path, type: finding.resourceType, logicalId: finding.logicalId,
        stack: finding.stack, template: resource.template, location,
        ...(finding.detail ? { detail: finding.detail } : {}),
        ...(finding.source ? { source: finding.source } : {}),
        ...(resource.within ? { step: resource.within.name } : {}),
        ...(waivers[index] === undefined || waivers[index] < 0 ? {} : { waiver: waivers[index] }),
      })),
      acknowledgements: acknowledgements.map((acknowledged, index) => ({
        ...acknowledged, ...(isOwn(acknowledged.id) ? { used: used.has(index) } : {}),
      })),
      ...declaredIn(scope),
      flow: flowWithin(scope),
    };
  }
}

interface Run {
  readonly scope: IConstruct;
  readonly app: App;
  readonly within: (resource: Resource) => boolean;
  readonly judgements: readonly Judgement[];
  readonly acknowledgements: readonly Acknowledged[];
  /** For each judgement the index of the acknowledgement that waives it, -1 for none. */
  readonly waivers: readonly number[];
}

// one flow for the whole tree: a pack on a stage shows its own part
function flowWithin(scope: IConstruct): RawRecord['flow'] {
  const { nodes, edges } = DataFlow.of(scope).record();
  const above = scope.node.path === '' ? '' : `${scope.node.path}/`;
  const own = new Set(nodes.map(({ id }) => id).filter((id) => id.startsWith(above)));
  return { nodes: nodes.filter(({ id }) => own.has(id)), edges: edges.filter(({ from, to }) => own.has(from) && own.has(to)) };
}

function findingId(finding: Finding): string {
  return finding.answer === Answer.UNKNOWN ? `${finding.rule}[unknown]` : finding.rule;
}

const RULES = new Map(AWS_RULES.map((rule) => [`${PACK}-${rule.name}`, rule]));

function weightOfFinding({ rule, answer, severity }: Finding, unknownAs: Severity): Severity {
  return weightOf(answer, { severity, unknownFails: RULES.get(rule)?.unknownFails }, unknownAs);
}

// the nearest acknowledgement at or above the construct, as the CDK itself looks for it
function waiversOf(judgements: readonly Judgement[], acknowledgements: readonly Acknowledged[], unknownAs: Severity): number[] {
  const byPlace = new Map(acknowledgements.map(({ id, at }, index) => [JSON.stringify([id, at]), index]));
  return judgements.map(({ finding, resource }) => {
    const waivable = finding.answer === Answer.NON_COMPLIANT || finding.answer === Answer.UNKNOWN;
    if (!waivable || weightOfFinding(finding, unknownAs) === Severity.FATAL) return -1;
    const id = findingId(finding);
    for (let path = resource.path; ; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      const found = byPlace.get(JSON.stringify([`${PACK}::${id}`, path])) ?? byPlace.get(JSON.stringify([id, path]));
      if (found !== undefined) return found;
      if (path === '') return -1;
    }
  });
}

function isOwn(id: string): boolean {
  return id.startsWith(`${PACK}::`) || id.startsWith(`${PACK}-`);
}

function byPlace(a: Judgement, b: Judgement): number {
  const key = ({ finding, resource, location }: Judgement) => [finding.rule, resource.template, resource.logicalId, finding.path, location, finding.detail ?? ''].join('\u0000');
  const [first, second] = [key(a), key(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function recordName(scope: IConstruct): string {
  return Stage.isStage(scope) ? RECORD_FILE : RECORD_FILE.replace(/\.json$/, `.${scope.node.path.replace(/[^A-Za-z0-9-]+/g, '-')}.json`);
}

function limitsOf(scope: IConstruct): string[] {
  const limits: string[] = [];
  if (process.env.CDK_VALIDATION === 'false') limits.push('the built-in validation of templates was switched off (CDK_VALIDATION=false)');
  const flag = (name: string) => scope.node.tryGetContext(`@aws-cdk/core:${name}`) as unknown;
  if (String(flag('validateAgainstDefaultRules')) !== 'true') {
    limits.push('errors of the built-in validation of templates count as warnings (@aws-cdk/core:validateAgainstDefaultRules is not set)');
  }
  return limits;
}

// internal to the CDK; where it is not to be had, the record names no plugins
function pluginsOf(scope: IConstruct): string[] {
  const stages = [...scope.node.scopes, ...scope.node.findAll()].filter((node) => Stage.isStage(node));
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
