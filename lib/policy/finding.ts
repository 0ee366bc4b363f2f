import { Control } from './control';

/** What a rule says of a resource. Unknown is never a pass. */
export enum Answer {
  /** The resource does what the rule asks. */
  COMPLIANT = 'compliant',
  /** It does not. */
  NON_COMPLIANT = 'non-compliant',
  /** It cannot be told before deployment: the value is a reference that does not resolve. */
  UNKNOWN = 'unknown',
  /** The rule has nothing to say of this resource. */
  NOT_APPLICABLE = 'not-applicable',
}

/** How much a finding weighs. */
export enum Severity {
  /** Fails synth and takes no waiver: residency. */
  FATAL = 'fatal',
  /** Fails synth. */
  ERROR = 'error',
  /** Is shown. */
  WARNING = 'warning',
}

/** One answer of one rule on one resource. */
export interface Finding {
  /** Id of the rule, such as `RegulatedML-SageMakerModelNetworkIsolation`. */
  readonly rule: string;
  /** What the rule asks, in one line. */
  readonly title: string;
  /** The answer. */
  readonly answer: Answer;
  /** How much it weighs. */
  readonly severity: Severity;
  /** The control that the rule checks. */
  readonly control: Control;
  /**
   * Who asks for it: citations of the requirements that the control meets under the profile, such as `GDPR Art. 32(1)(a)`; where no framework of the
   * profile does, the profile's residency, or the sources of the rule. Never empty.
   */
  readonly requirements: string[];
  /** Path of the construct, or the logical id where no tree is known. */
  readonly path: string;
  /** CloudFormation or Terraform type, such as `AWS::SageMaker::Model`. */
  readonly resourceType: string;
  /** Logical id in its template. */
  readonly logicalId: string;
  /** Name of the stack. */
  readonly stack: string;
  /**
   * What exactly is wrong or unknown: the value, and where it stands.
   *
   * @default - none
   */
  readonly detail?: string;
  /** Why the rule exists. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  /**
   * Where the resource was written, as `file:line:column`.
   *
   * @default - not known
   */
  readonly source?: string;
  /**
   * The reason a person gave for accepting it.
   *
   * @default - not waived
   */
  readonly waiver?: string;
}
