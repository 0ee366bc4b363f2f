import type { Control } from '../policy/control';
import type { ComplianceProfile } from '../policy/profile';
import type { Resource } from './resource';
import type { Verdict } from './verdict';

/** Properties as a template holds them, or words. */
export type Example = Readonly<Record<string, unknown>> | string;

/** Public checkers that a rule may name as its source, by the word before the id. */
export const CHECKERS = ['Security Hub', 'AWS Config', 'cdk-nag', 'Checkov', 'Prowler', 'Control Tower', 'AIA', 'Azure Policy', 'PSRule'] as const;

/** Name of the pack, on every cloud: prefix of finding ids. */
export const PACK = 'RegulatedML';

/** A rule as its file states it. */
export interface RuleProps {
  /** Finding id without the pack's name; never reused. */
  readonly name: string;
  /** What holds when the rule is kept. */
  readonly title: string;
  /** Fatal findings take no waiver. */
  readonly severity: 'fatal' | 'error' | 'warning';
  /** Set where an unknown weighs as much as a finding, whatever was chosen for unknowns. */
  readonly unknownFails?: boolean;
  /** Set where a store that is declared is asked less, by what it is said to hold or because a rule on the flow asks instead: files alone give more findings. */
  readonly byDeclaration?: boolean;
  readonly control: Control;
  /** Types of resource that it judges; `*` is all but what the engine itself makes: stacks, what cannot be seen of them, nodes of the flow, waivers. */
  readonly resources: readonly string[];
  readonly why: string;
  readonly fix: string;
  /** Paths of the properties that it judges, as the cloud names them; no two rules judge the same property for the same control. */
  readonly properties: readonly string[];
  /** Where the demand comes from: `<checker> <id>` as in `CHECKERS`, or the address of the page that states it. */
  readonly sources: readonly string[];
  /** What keeps it and what breaks it: properties of a resource of its first type; a few lines in words where it is no single resource's matter. */
  readonly good: Example;
  readonly bad: Example;
  /** Pure; never throws; several verdicts make several findings. */
  readonly check: (resource: Resource, profile: ComplianceProfile) => Verdict | readonly Verdict[];
}

export type Rule = RuleProps;

/** States a rule. */
export function rule(props: RuleProps): Rule {
  return props;
}

/** A step of a pipeline or a job of a state machine, `within.kind` is its type, its properties the job's request. */
export const STEP = 'RegulatedML::PipelineStep';
/** A task of a state machine, or what a schedule, a rule of EventBridge, a custom resource or a document of SSM calls, that is no job of SageMaker. */
export const TASK = 'RegulatedML::Task';
/** A stack: region and account. */
export const STACK = 'RegulatedML::Stack';
/** What a template leaves to others to write, where nobody can judge it: macros, loops, modules, templates that lie elsewhere. */
export const UNSEEN = 'RegulatedML::Unseen';
/** A node of the declared data flow. */
export const FLOW_NODE = 'RegulatedML::FlowNode';
/** A finding that somebody accepted: who, why, until when. */
export const WAIVER = 'RegulatedML::Waiver';
