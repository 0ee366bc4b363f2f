import { Classification } from './classification';
import { Control } from './control';
import { Framework, Requirement, RetentionLimit } from './framework';
import { checkRetention, isRecord, shown } from './given';
import { Purpose } from './purpose';
import { RequestDeadline, RequestKind } from './request-deadline';
import { Residency } from './residency';
import { RecordKind, Retention } from './retention';

/** How long each kind of record is kept. */
export interface RetentionPolicy {
  /**
   * Personal data and what is made of it: raw, curated, features, models.
   *
   * @default - kept until deleted; the law gives no number, so the user decides
   */
  readonly data?: Retention;
  /**
   * Requests and answers captured from an endpoint.
   *
   * @default - none: an endpoint that captures must be told
   */
  readonly captures?: Retention;
  /**
   * Operational logs.
   *
   * @default - one year
   */
  readonly logs?: Retention;
  /**
   * Audit trail, access logs, compliance documentation.
   *
   * @default - the longest minimum that the frameworks state, or one year
   */
  readonly audit?: Retention;
  /**
   * What people asked for about their data, and how they were answered.
   *
   * @default - the longest minimum that the frameworks state, or undecided
   */
  readonly requests?: Retention;
}

/** What an organisation must decide. */
export interface ComplianceProfileProps {
  /** The laws and standards that apply; at least one. */
  readonly frameworks: Framework[];
  /** Where data may be. */
  readonly residency: Residency;
  /**
   * How long records are kept.
   *
   * @default - see `RetentionPolicy`
   */
  readonly retention?: RetentionPolicy;
  /**
   * Purposes for which data of people may be used only while they consent: what is trained for them reads its data through a consent filter. A purpose
   * with another basis, such as care or a law, is none of them.
   *
   * @default - none besides those of the consent registries of an app
   */
  readonly consentPurposes?: Purpose[];
}

/** A requirement together with the framework it belongs to. */
export interface CitedRequirement {
  /** The framework's short name. */
  readonly framework: string;
  /** The requirement. */
  readonly requirement: Requirement;
}

/**
 * Frameworks, residency and retention of an organisation: the only thing a user must decide. Constructs take their
 * defaults from it, rules their frameworks.
 */
export class ComplianceProfile {
  /**
   * A profile from what was decided.
   *
   * @throws an error when no framework or residency is given, a framework is given twice, or a retention breaks a limit
   *   that an article states
   */
  public static of(props: ComplianceProfileProps): ComplianceProfile {
    return new ComplianceProfile(props);
  }

  /** The laws and standards that apply. */
  public readonly frameworks: Framework[];
  /** Where data may be. */
  public readonly residency: Residency;
  /** Retention of personal data, if decided. */
  public readonly dataRetention?: Retention;
  /** Retention of captures, if decided. */
  public readonly captureRetention?: Retention;
  /** Retention of operational logs. */
  public readonly logRetention: Retention;
  /** Retention of the audit trail. */
  public readonly auditRetention: Retention;
  /** Retention of the records of people's requests, if decided or stated by a framework. */
  public readonly requestRetention?: Retention;
  /** Purposes for which data of people may be used only while they consent. */
  public readonly consentPurposes: Purpose[];

  private constructor(props: ComplianceProfileProps) {
    checkProps(props);
    this.frameworks = Object.freeze([...props.frameworks]) as Framework[];
    this.residency = props.residency;
    this.consentPurposes = Object.freeze([...props.consentPurposes ?? []]) as Purpose[];
    const retention = props.retention ?? {};
    this.dataRetention = retention.data;
    this.captureRetention = retention.captures;
    this.logRetention = retention.logs ?? this.usual(RecordKind.LOGS, Retention.years(1));
    this.auditRetention = retention.audit ?? this.usual(RecordKind.AUDIT, Retention.years(1));
    this.requestRetention = retention.requests ?? this.limits(RecordKind.REQUESTS).minimum?.minimum;
    if (this.dataRetention) this.checkRetention(RecordKind.DATA, this.dataRetention);
    if (this.captureRetention) this.checkRetention(RecordKind.CAPTURES, this.captureRetention);
    this.checkRetention(RecordKind.LOGS, this.logRetention);
    this.checkRetention(RecordKind.AUDIT, this.auditRetention);
    if (this.requestRetention) this.checkRetention(RecordKind.REQUESTS, this.requestRetention);
  }

  /** Whether people may demand erasure of their data under one of the frameworks. */
  public get erasureDuty(): boolean {
    return this.frameworks.some((framework) => framework.erasureDuty);
  }

  /** Within which times the frameworks have a request of a person answered; all of them hold. */
  public requestDeadlinesFor(request: RequestKind): RequestDeadline[] {
    return this.frameworks.flatMap((framework) => framework.requestDeadlines).filter((deadline) => deadline.request === request);
  }

  /**
   * What the frameworks demand of a control.
   *
   * @param control what is provided
   * @param resourceType the type of resource that it is provided on; any, when it is left out
   */
  public requirementsOf(control: Control, resourceType?: string): CitedRequirement[] {
    return this.frameworks.flatMap((framework) => framework.requirementsOf(control, resourceType)
      .map((requirement) => ({ framework: framework.name, requirement })));
  }

  /** The article that demands the longest keeping of such records, if the frameworks state any. */
  public shortestRetentionOf(record: RecordKind): RetentionLimit | undefined {
    return this.limits(record).minimum;
  }

  /**
   * Passes when a retention keeps within every limit that an article of the frameworks states.
   *
   * @throws an error with the value, the limit, and the article
   */
  public checkRetention(record: RecordKind, retention: Retention): void {
    checkRetention(`the retention of ${record} records`, retention ?? (null as never));
    const { minimum, maximum } = this.limits(record);
    if (minimum?.minimum && maximum?.maximum && minimum.minimum.isLongerThan(maximum.maximum)) {
      throw new Error(`no retention of ${record} records satisfies the profile: ${minimum.citation} demands at least ${minimum.minimum}, ${maximum.citation} allows at most ${maximum.maximum}; split the data between two profiles`);
    }
    if (minimum?.minimum?.isLongerThan(retention)) {
      throw new Error(`a retention of ${retention} for ${record} records is too short: ${minimum.citation} demands at least ${minimum.minimum}`);
    }
    if (maximum?.maximum?.isShorterThan(retention)) {
      throw new Error(`a retention of ${retention} for ${record} records is too long: ${maximum.citation} allows at most ${maximum.maximum}`);
    }
  }

  /** Whether data of this classification must be de-identified before it trains a model: all that names or reveals a person. */
  public requiresDeIdentification(classification: Classification): boolean {
    return classification.isIdentifying;
  }

  /** What is usual, moved into the limits that the frameworks state. */
  private usual(record: RecordKind, retention: Retention): Retention {
    const { minimum, maximum } = this.limits(record);
    const capped = maximum?.maximum?.isShorterThan(retention) ? maximum.maximum : retention;
    return minimum?.minimum ?? capped;
  }

  /** The strictest limits that the frameworks state: the longest minimum and the shortest maximum. */
  private limits(record: RecordKind): { minimum?: RetentionLimit; maximum?: RetentionLimit } {
    const limits = this.frameworks.flatMap((framework) => framework.retentionLimits).filter((limit) => limit.record === record);
    const [minimum] = limits.filter((limit) => limit.minimum).sort((a, b) => (b.minimum?.inDays ?? 0) - (a.minimum?.inDays ?? 0));
    const [maximum] = limits.filter((limit) => limit.maximum).sort((a, b) => (a.maximum?.inDays ?? 0) - (b.maximum?.inDays ?? 0));
    return { minimum, maximum };
  }
}

function checkProps(props: ComplianceProfileProps): void {
  if (!isRecord(props)) {
    throw new Error(`a profile is made of frameworks and a residency, not of ${shown(props)}`);
  }
  const offered = () => `${Framework.all().map((framework) => `Framework.${framework.name}`).join(', ')}, or Framework.fromData`;
  if (!Array.isArray(props.frameworks) || props.frameworks.length === 0) {
    throw new Error(`the profile names no framework: give a list with at least one of ${offered()}`);
  }
  const names = props.frameworks.map((framework) => {
    if (!isRecord(framework) || !Array.isArray(framework.requirements) || typeof framework.requirementsOf !== 'function') {
      throw new Error(`the profile lists ${shown(framework)} among its frameworks: use ${offered()}`);
    }
    return framework.name.toLowerCase();
  });
  const twice = props.frameworks.find((framework, index) => names.indexOf(framework.name.toLowerCase()) !== index);
  if (twice) throw new Error(`the profile names framework '${twice.name}' twice: name it once`);
  if (!isRecord(props.residency) || !Array.isArray(props.residency.allowedRegions)) {
    throw new Error(`the profile has no residency (it is ${shown(props.residency)}): say where data may be, such as Residency.within(Jurisdiction.EU)`);
  }
  if (props.retention !== undefined && !isRecord(props.retention)) {
    throw new Error(`the profile's retention is ${shown(props.retention)}: give one per kind of record, such as { data: Retention.days(365) }`);
  }
  const { consentPurposes = [] } = props;
  const stray = Array.isArray(consentPurposes) ? consentPurposes.find((purpose) => typeof purpose?.isSame !== 'function') : consentPurposes;
  if (!Array.isArray(consentPurposes) || consentPurposes.some((purpose) => typeof purpose?.isSame !== 'function')) {
    throw new Error(`the profile's consentPurposes hold ${shown(stray)}: give a list of purposes, such as [Purpose.of('readmission-risk')]`);
  }
  for (const record of ['data', 'captures', 'logs', 'audit', 'requests'] as const) {
    checkRetention(`the retention of ${record} records`, props.retention?.[record]);
  }
}
