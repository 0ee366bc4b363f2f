import { Severity } from '../../policy/finding';
import type { ComplianceProfile } from '../../policy/profile';
import { isOpen, type AcceptedRecord, type RawRecord, type Subject } from '../../policy/record';
import { accept, findingsOf, waiverResources, type Acceptance, type AcceptProps, type Acknowledged } from '../accept';
import { askingsByType } from '../asking';
import type { Declared } from '../declared';
import { judge } from '../engine';
import { wrongInCases, type WrongInCases } from '../in-cases';
import type { Ruling } from '../ruling';
import { NotApplicable, recordOf, type ReadTemplate } from '../record';
import { append } from '../relations';
import type { Resource } from '../resource';
import { PACK, type Rule } from '../rule';
import { viewOf, type View } from '../view';
import { AWS_RULES } from './rules';
import { unaskedIn } from './unjudged';

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

/** The rules that templates are judged by, as records hold them. */
export const TEMPLATE_RULES: readonly Pick<RawRecord['rules'][number], 'id' | 'severity' | 'unknownFails'>[] = AWS_RULES.map(({ name, severity, unknownFails }) => ({
  id: `${PACK}-${name}`, severity: severity as Severity, ...(unknownFails ? { unknownFails } : {}),
}));

/**
 * The record of templates that are judged as files, by the rules that judge them at synth. No construct tree is needed: the declared data
 * flow is not known then, and the rules on it have nothing to say.
 */
export function recordOfTemplates(run: TemplateRun): RawRecord {
  const { templates, profile, unknownAs, wanted } = run;
  const judging = new TemplateJudging(run);
  const record = recordOf({
    pack: { name: PACK, version: run.version, scope: '', unknownAs, origin: 'files' },
    profile,
    rules: AWS_RULES,
    resources: judging.resources,
    templates: templates.filter(({ template }) => wanted === undefined || wanted.has(template)),
    rulings: judging.rulings(), notApplicable: judging.notApplicable, acceptance: judging,
    libraries: { 'cdk-regulated-ml': run.version },
    plugins: [],
    limits: [...run.limits],
    ...(run.declared ?? { weakenings: [], choices: [], privacy: [], costs: [] }),
    flow: { nodes: [], edges: [] },
  });
  const unasked = unaskedIn(record);
  return unasked === undefined ? record : { ...record, limits: [...record.limits, unasked] };
}

/** What the same templates do not keep or cannot tell, all answers of a rule together; nothing of it is held. */
export function* openInTemplates(run: TemplateRun): Generator<{ readonly rule: string; readonly place: Pick<Subject, 'path' | 'template' | 'logicalId' | 'step'> }> {
  for (const ruling of new TemplateJudging(run).rulings()) {
    if (!isOpen(ruling)) continue;
    for (const { path, template, placeId: logicalId, within } of ruling.resources) {
      yield { rule: ruling.id, place: { path, template, logicalId, ...(within ? { step: within.name } : {}) } };
    }
  }
}

/**
 * Asks one rule after the other, in the order of a record: of a hundred stacks there are three hundred thousand answers, and who takes them need
 * not hold them all. What is accepted by what is known as far as answers were taken.
 */
class TemplateJudging implements Acceptance {
  public readonly by: number[] = [];
  public readonly notApplicable = new NotApplicable();
  /** Those that are judged. */
  public readonly resources: readonly Resource[];
  private readonly isJudged: (resource: Resource) => boolean;
  private readonly view: View;
  private readonly silences: number[];

  constructor(private readonly run: TemplateRun) {
    const { templates, wanted, readAsset } = run;
    this.view = viewOf({ templates, ...(readAsset ? { readAsset } : {}) });
    this.isJudged = ({ template }) => wanted === undefined || wanted.has(template);
    this.resources = this.view.resources.filter(this.isJudged);
    this.silences = run.acknowledgements.map(() => 0);
  }

  public get accepted(): readonly AcceptedRecord[] {
    return accept(this.asked([])).accepted.map((one, index) => (one.silences === undefined ? one : { ...one, silences: this.silences[index]! }));
  }

  public* rulings(): Generator<Ruling> {
    const { relations } = this.view;
    const wrong = wrongInCases({ view: this.view, askingsOf: askingsByType(AWS_RULES, this.run.profile), within: this.isJudged });
    const ofType = new Map<string, Resource[]>();
    for (const resource of this.resources) append(ofType, resource.type, resource);
    for (const rule of [...AWS_RULES].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const types = new Set(rule.resources);
      const resources = types.has('*') ? this.resources : types.size === 1 ? ofType.get(rule.resources[0]!) ?? [] : this.resources.filter(({ type }) => types.has(type));
      if (resources.length > 0) yield* this.taken(this.judged([rule], { resources, relations }, wrong));
    }
    // an acknowledgement that accepts nothing here may accept what only a construct tree shows
    yield* this.judged(AWS_RULES.filter(({ name }) => name !== 'WaiverUse'), { resources: waiverResources(this, this.asked([])), relations });
  }

  private judged(rules: readonly Rule[], view: View, wrong?: WrongInCases): Ruling[] {
    return judge({ rules, view, ...(wrong ? { wrong } : {}), profile: this.run.profile, pack: PACK, notApplicable: this.notApplicable.add });
  }

  private* taken(rulings: readonly Ruling[]): Generator<Ruling> {
    const { by } = accept(this.asked(rulings));
    for (const accepted of by) {
      if (accepted >= 0) this.silences[accepted]! += 1;
      this.by.push(accepted);
    }
    yield* rulings;
  }

  private asked(rulings: readonly Ruling[]): AcceptProps {
    const { acknowledgements, unknownAs } = this.run;
    return { findings: findingsOf(rulings), acknowledgements, waivers: [], rules: AWS_RULES, pack: PACK, unknownAs };
  }
}
