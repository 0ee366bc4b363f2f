import { Answer, Severity, type Finding } from '../policy/finding';
import type { ComplianceProfile } from '../policy/profile';
import { Memo } from './memo';
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
    private readonly asked: Asked,
    public readonly resource: Resource,
    private readonly verdict: Verdict,
  ) {
    this.id = asked.id;
    this.answer = verdict.answer;
    this.location = verdict.location ?? resource.location;
  }

  /** What the rule weighs. */
  public get severity(): Severity {
    return SEVERITIES[this.asked.rule.severity];
  }

  /** What is wrong or unknown, in words. */
  public get detail(): string | undefined {
    const { within } = this.resource;
    return this.verdict.detail && within ? `${within.kind} '${within.name}': ${this.verdict.detail}` : this.verdict.detail || undefined;
  }

  public get finding(): Finding {
    const { asked: { rule, requirements }, resource, detail } = this;
    return {
      rule: this.id,
      title: rule.title,
      answer: this.answer,
      severity: this.severity,
      control: rule.control,
      requirements,
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

/** A rule that is asked about a type, and what its findings cite: a requirement can speak of some types only. */
interface Asked {
  readonly rule: Rule;
  readonly id: string;
  readonly requirements: string[];
  /** What it says; nothing where it has nothing to say. */
  readonly check: (resource: Resource) => readonly Verdict[];
  readonly memo: Memo<readonly Verdict[]>;
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
  const asked = new Map<string, readonly Asked[]>();
  const askedOf = (type: string) => {
    let rules = asked.get(type);
    if (!rules) {
      const own = byType.get(type) ?? [];
      const cited = new Map<string, string[]>();
      asked.set(type, rules = (MADE.has(type) ? own : [...own, ...everywhere]).map((rule) => {
        let requirements = cited.get(rule.control);
        if (!requirements) cited.set(rule.control, requirements = props.profile.requirementsOf(rule.control, type).map(({ requirement }) => requirement.citation));
        return { rule, id: `${props.pack}-${rule.name}`, requirements, check: (resource) => telling(verdictOf(rule, resource, props.profile)), memo: new Memo() };
      }));
    }
    return rules;
  };
  const judgements: Judgement[] = [];
  for (const resource of props.view.resources) {
    if (props.within && !props.within(resource)) continue;
    for (const one of askedOf(resource.type)) {
      const verdicts = one.memo.of(resource, one.check);
      if (verdicts.length === 0) props.notApplicable?.(one.id, resource);
      for (const each of verdicts) judgements.push(new Judgement(one, resource, each));
    }
  }
  return judgements;
}

const MADE = new Set([STACK, FLOW_NODE, WAIVER]);

function verdictOf(rule: Rule, resource: Resource, profile: ComplianceProfile): Verdict | readonly Verdict[] {
  try {
    return rule.check(resource, profile);
  } catch (error) {
    // a defect of a rule is no pass, and must not hide what the other rules say
    return unknown(`the rule failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// what is wrong, or else that it is right, once
function telling(said: Verdict | readonly Verdict[]): readonly Verdict[] {
  const verdicts = Array.isArray(said) ? (said as readonly Verdict[]) : [said as Verdict];
  const wrong = verdicts.filter(({ answer }) => answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN);
  if (wrong.length > 0) return distinct(wrong);
  return verdicts.filter(({ answer }) => answer === Answer.COMPLIANT).slice(0, 1);
}

function distinct(verdicts: Verdict[]): Verdict[] {
  if (verdicts.length === 1) return verdicts;
  return [...new Map(verdicts.map((verdict) => [`${verdict.answer}\u0000${verdict.detail}\u0000${verdict.location}`, verdict])).values()];
}

const SEVERITIES = { fatal: Severity.FATAL, error: Severity.ERROR, warning: Severity.WARNING };
