import { Answer, Severity, type Finding } from '../policy/finding';
import { asAllowed } from './allowed-values';
import type { Resource } from './resource';
import type { Rule } from './rule';
import type { Verdict } from './verdict';

/** The rule that a ruling is of, and what its findings cite. */
export interface RulingOf {
  readonly rule: Rule;
  /** With the pack's name. */
  readonly id: string;
  readonly requirements: string[];
}

/** What a rule says, about all resources of one type of which it says so: an app has hundreds of thousands of answers, and few of them differ. */
export class Ruling {
  /** Id of the rule, with the pack's name. */
  public readonly id: string;
  public readonly answer: Answer;
  /** Path of the property. */
  public readonly location: string;
  /** What is wrong or unknown, in words. */
  public readonly detail?: string;
  /** In the order of the view. */
  public readonly resources: Resource[] = [];

  constructor(private readonly asked: RulingOf, verdict: Verdict, resource: Resource) {
    this.id = asked.id;
    this.answer = verdict.answer;
    this.location = locationOf(verdict, resource);
    this.detail = detailOf(verdict, resource);
  }

  /** What the rule weighs. */
  public get severity(): Severity {
    return SEVERITIES[this.asked.rule.severity];
  }

  /** The same, about one of them. */
  public get judgements(): Judgement[] {
    return this.resources.map((resource) => new Judgement(this, resource));
  }

  public findingOf(resource: Resource): Finding {
    const { asked: { rule, requirements }, detail } = this;
    return {
      rule: this.id,
      title: rule.title,
      answer: this.answer,
      severity: this.severity,
      control: rule.control,
      requirements,
      path: resource.path,
      resourceType: resource.type,
      logicalId: resource.placeId,
      stack: resource.stack,
      ...(detail ? { detail } : {}),
      why: rule.why,
      fix: rule.fix,
      ...(resource.source ? { source: resource.source } : {}),
    };
  }
}

/** What a rule says of one resource. */
export class Judgement {
  constructor(private readonly ruling: Ruling, public readonly resource: Resource) {}

  /** Id of the rule, with the pack's name. */
  public get id(): string {
    return this.ruling.id;
  }

  public get answer(): Answer {
    return this.ruling.answer;
  }

  /** What the rule weighs. */
  public get severity(): Severity {
    return this.ruling.severity;
  }

  /** Path of the property. */
  public get location(): string {
    return this.ruling.location;
  }

  /** What is wrong or unknown, in words. */
  public get detail(): string | undefined {
    return this.ruling.detail;
  }

  public get finding(): Finding {
    return this.ruling.findingOf(this.resource);
  }
}

/** Path of the property that a verdict is about. */
export function locationOf({ location }: Verdict, resource: Resource): string {
  return location ?? resource.location;
}

/** What a verdict says, in words. */
export function detailOf(verdict: Verdict, resource: Resource): string | undefined {
  const { detail, answer } = verdict;
  if (!detail) return undefined;
  if (resource.within) return `${resource.within.kind} '${resource.within.name}': ${detail}`;
  return answer === Answer.NON_COMPLIANT ? asAllowed(detail, resource.written, locationOf(verdict, resource), resource.scope) : detail;
}

const SEVERITIES = { fatal: Severity.FATAL, error: Severity.ERROR, warning: Severity.WARNING };
