import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnnotationMetadataEntryType, App } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { Severity } from '../../policy/finding';
import { DataFlow } from '../../policy/flow';
import { recordText, RECORD_FILE } from '../../policy/record';
import { findingId, findingsOf, weightOfFinding } from '../accept';
import { asOfGiven } from '../as-of';
import type { RegulatedMLChecksProps } from '../checks-props';
import { declaredBy } from '../declared';
import type { Judgement } from '../ruling';
import { PACK } from '../rule';
import { ERRORS_PASSED, VALIDATIONS_OFF } from './limits';
import { AZURE_RULES } from './rules';
import { judgeTerraformFiles, type TerraformResult, type TerraformRun } from './terraform-record';
import { ACKNOWLEDGED, acknowledgementsOf, filesOf, flowOriginsOf, sourceOf, stacksOf } from './tree';

/** A finding that is accepted on a construct and all below it. */
export interface Acknowledgement {
  /** Id of the finding, such as `RegulatedML-AzureStorageKey`. */
  readonly id: string;
  /** Why it is acceptable, and what protects the data instead. */
  readonly reason: string;
}

/**
 * Rules for machine learning on personal data in Azure, for an app of CDK for Terraform. It registers itself on the app and judges what will be
 * applied: the configuration of each stack as synth has written it, after all aspects and overrides, with references followed and the
 * provider's defaults for what is absent.
 *
 * Errors stop synth and say the construct, its requirements and the fix; warnings stand among the annotations of their stack. Findings of residency are
 * fatal and take no waiver; all others are accepted with `RegulatedMLChecks.acknowledge`, with a `Waiver`, or by a baseline. The raw record of
 * every answer is written into the output folder as `regulated-ml-evidence.json`.
 *
 * Use: `new RegulatedMLChecks(app, { profile })`, before `app.synth()`.
 */
export class RegulatedMLChecks extends Construct {
  /**
   * Accepts a finding on a construct and all below it.
   *
   * @throws an error when there is no such rule, or no reason
   */
  public static acknowledge(construct: IConstruct, acknowledgement: Acknowledgement): void {
    construct.node.addMetadata(ACKNOWLEDGED, { ...acknowledgement }, { stackTrace: true, traceFromFunction: RegulatedMLChecks.acknowledge });
  }

  /** Ids of all rules. */
  public readonly ruleIds: readonly string[] = AZURE_RULES.map(({ name }) => `${PACK}-${name}`);

  private readonly app: App;
  private readonly props: RegulatedMLChecksProps;

  constructor(app: Construct, props: RegulatedMLChecksProps) {
    if (!App.isApp(app)) throw new Error(`RegulatedMLChecks is registered on '${app?.node?.path ?? String(app)}': give the app, since a reference can lead to any of its stacks`);
    super(app, 'RegulatedMLChecks');
    if (typeof props?.profile?.requirementsOf !== 'function' || typeof props.profile.residency?.allows !== 'function') {
      throw new Error('RegulatedMLChecks has no profile: give one, such as new RegulatedMLChecks(app, { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) }) })');
    }
    this.app = app;
    this.props = { ...props, asOf: asOfGiven(props.asOf, app) };
    // a record that an earlier synth left must not be taken for one of a synth that fails half-way
    rmSync(this.file, { force: true });
    if (app.skipValidation) this.write(this.run({ files: [], limits: [VALIDATIONS_OFF] }));
    app.node.addValidation({ validate: () => this.validate() });
  }

  private get file(): string {
    return join(this.app.outdir, RECORD_FILE);
  }

  // after the last stack was written; what is returned stops synth
  private validate(): string[] {
    const goesOn = process.env.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS !== undefined;
    const result = this.run({
      files: filesOf(this.app), flow: DataFlow.of(this.app), flowOrigin: flowOriginsOf(this.app), declared: declaredBy<IConstruct>(this.app.node.findAll(), sourceOf),
      limits: goesOn && this.hasErrors() ? [ERRORS_PASSED] : [],
    });
    this.write(result);
    const open = openIn(result, this.unknownAs);
    this.annotate(open.filter(({ weight }) => goesOn || weight === Severity.WARNING));
    // whoever goes on prints the errors itself
    return goesOn ? [] : open.filter(({ weight }) => weight !== Severity.WARNING).map(({ judgement, weight }) => inWords(judgement, weight));
  }

  private get unknownAs(): Severity {
    return this.props.unknownAs ?? Severity.WARNING;
  }

  private run(given: Pick<TerraformRun, 'files' | 'flow' | 'flowOrigin' | 'declared' | 'limits'>): TerraformResult {
    const { profile, waivers, baseline, asOf } = this.props;
    return judgeTerraformFiles({
      ...given, profile, unknownAs: this.unknownAs, origin: 'synth', libraries: libraryVersions(this.app), acknowledgements: acknowledgementsOf(this.app),
      ...(waivers ? { waivers } : {}), ...(baseline ? { baseline } : {}), ...(asOf ? { asOf } : {}),
    });
  }

  private write({ record }: TerraformResult): void {
    writeFileSync(this.file, recordText(record));
  }

  private hasErrors(): boolean {
    return this.app.node.findAll().some(({ node }) => node.metadata.some(({ type }) => type === String(AnnotationMetadataEntryType.ERROR)));
  }

  // the manifest is written last: what is added to it now is printed like any annotation
  private annotate(open: readonly Open[]): void {
    const stacks = new Map(stacksOf(this.app).map((stack) => [stack.node.id, this.app.manifest.forStack(stack)]));
    for (const { judgement, weight } of open) {
      const level = weight === Severity.WARNING ? AnnotationMetadataEntryType.WARN : AnnotationMetadataEntryType.ERROR;
      stacks.get(judgement.resource.stack)?.annotations.push({ constructPath: judgement.resource.path, level, message: inWords(judgement, weight) });
    }
  }
}

interface Open {
  readonly judgement: Judgement;
  readonly weight: Severity;
}

const RULES = new Map(AZURE_RULES.map((rule) => [`${PACK}-${rule.name}`, rule]));

function openIn({ rulings, acceptance }: TerraformResult, unknownAs: Severity): Open[] {
  return findingsOf(rulings).filter((_finding, index) => (acceptance.by[index] ?? -1) < 0)
    .map((judgement) => ({ judgement, weight: weightOfFinding(judgement, RULES, unknownAs) }));
}

function inWords(judgement: Judgement, weight: Severity): string {
  const { finding, resource, location } = judgement;
  const { title, detail, fix, requirements, source } = finding;
  const asking = `${requirements.slice(0, 3).join(', ')}${requirements.length > 3 ? ` and ${requirements.length - 3} more` : ''}`;
  return `[${resource.path}] ${weight} ${findingId(judgement)}: ${title}${detail ? `: ${detail}` : ''} (${location}${source ? `, ${source}` : ''}); fix: ${fix}; asked by ${asking}`;
}

function libraryVersions(app: App): Record<string, string> {
  const { name, version } = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8')) as { name: string; version: string };
  return { [name]: version, cdktf: String(app.node.tryGetContext('cdktfVersion') ?? '') };
}
