import { Answer, Severity, type Finding } from '../policy/finding';
import type { ComplianceProfile } from '../policy/profile';
import { append } from './relations';
import type { Resource } from './resource';
import { FLOW_NODE, STACK, WAIVER, type Rule } from './rule';
import { unknown, type Verdict } from './verdict';
import type { View } from './view';

/** An answer together with the resource it is about. An app has hundreds of thousands: the finding is made when it is asked for. */
export class Judgement {
  /** Id of the rule, with the pack's name. */
  public readonly id: string;
  public readonly answer: Answer;
  /** Path of the property. */
  public readonly location: string;

  constructor(
    pack: string,
    private readonly rule: Rule,
    public readonly resource: Resource,
    private readonly verdict: Verdict,
    private readonly requirements: string[],
  ) {
    this.id = idIn(pack, rule);
    this.answer = verdict.answer;
    this.location = verdict.location ?? resource.properties.location;
  }

  /** What is wrong or unknown, in words. */
  public get detail(): string | undefined {
    const { within } = this.resource;
    return this.verdict.detail && within ? `${within.kind} '${within.name}': ${this.verdict.detail}` : this.verdict.detail || undefined;
  }

  public get finding(): Finding {
    const { rule, resource, detail } = this;
    return {
      rule: this.id,
      title: rule.title,
      answer: this.answer,
      severity: SEVERITIES[rule.severity],
      control: rule.control,
      requirements: this.requirements,
      path: resource.path,
      resourceType: resource.type,
      logicalId: resource.logicalId,
      stack: resource.stack,
      ...(detail ? { detail } : {}),
      why: rule.why,
      fix: rule.fix,
      ...(resource.source ? { source: resource.source } : {}),
    };
  }
}

/** What the engine needs. */
export interface EngineProps {
  readonly view: View;
  readonly rules: readonly Rule[];
  readonly profile: ComplianceProfile;
  /** Prefix of rule ids. */
  readonly pack: string;
  /** Which resources are judged; the others are only referred to. */
  readonly within?: (resource: Resource) => boolean;
  /** Is told of each rule that was asked and has nothing to say of a resource. */
  readonly notApplicable?: (rule: string, resource: Resource) => void;
}

/** Every answer of every rule that has something to say. Pure; linear in resources and rules. */
export function judge(props: EngineProps): Judgement[] {
  const byType = new Map<string, Rule[]>();
  for (const rule of props.rules) for (const type of rule.resources) append(byType, type, rule);
  const everywhere = byType.get('*') ?? [];
  const asked = new Map<string, readonly Rule[]>();
  const askedOf = (type: string) => {
    let rules = asked.get(type);
    if (!rules) asked.set(type, rules = MADE.has(type) ? byType.get(type) ?? [] : [...byType.get(type) ?? [], ...everywhere]);
    return rules;
  };
  const citations = citationsOf(props.profile);
  const judgements: Judgement[] = [];
  for (const resource of props.view.resources) {
    if (props.within && !props.within(resource)) continue;
    for (const rule of askedOf(resource.type)) {
      const verdicts = verdictsOf(rule, resource, props.profile);
      if (verdicts.length === 0) props.notApplicable?.(idIn(props.pack, rule), resource);
      for (const verdict of verdicts) judgements.push(new Judgement(props.pack, rule, resource, verdict, citations(rule, resource.type)));
    }
  }
  return judgements;
}

/** What a finding cites, looked up once for each control and type: a requirement can speak of some types only. */
function citationsOf(profile: ComplianceProfile): (rule: Rule, type: string) => string[] {
  const known = new Map<string, Map<string, string[]>>();
  return ({ control }, type) => {
    let ofType = known.get(type);
    if (!ofType) known.set(type, ofType = new Map<string, string[]>());
    let cited = ofType.get(control);
    if (!cited) ofType.set(control, cited = profile.requirementsOf(control, type).map(({ requirement }) => requirement.citation));
    return cited;
  };
}

const MADE = new Set([STACK, FLOW_NODE, WAIVER]);

function verdictsOf(rule: Rule, resource: Resource, profile: ComplianceProfile): Verdict[] {
  let answered: Verdict | readonly Verdict[];
  try {
    answered = rule.check(resource, profile);
  } catch (error) {
    // a defect of a rule is no pass, and must not hide what the other rules say
    answered = unknown(`the rule failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(answered)) return (answered as Verdict).answer === Answer.NOT_APPLICABLE ? [] : [answered as Verdict];
  const verdicts = answered as Verdict[];
  const wrong = verdicts.filter(({ answer }) => answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN);
  if (wrong.length > 0) return distinct(wrong);
  return verdicts.filter(({ answer }) => answer === Answer.COMPLIANT).slice(0, 1);
}

function distinct(verdicts: Verdict[]): Verdict[] {
  return [...new Map(verdicts.map((verdict) => [`${verdict.answer}\u0000${verdict.detail}\u0000${verdict.location}`, verdict])).values()];
}

const SEVERITIES = { fatal: Severity.FATAL, error: Severity.ERROR, warning: Severity.WARNING };

// joined once for each rule: as many texts as answers would be most of what is held
const IDS = new WeakMap<Rule, { readonly pack: string; readonly id: string }>();

function idIn(pack: string, rule: Rule): string {
  const known = IDS.get(rule);
  if (known?.pack === pack) return known.id;
  const id = `${pack}-${rule.name}`;
  IDS.set(rule, { pack, id });
  return id;
}
