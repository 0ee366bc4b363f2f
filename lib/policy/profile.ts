import { Classification } from './classification';
import { Control } from './control';
import { Framework, Requirement } from './framework';
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
   * @throws an error when no framework is given, one is given twice, or a retention breaks a limit that an article states
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

  private constructor(props: ComplianceProfileProps) {
    if (props.frameworks.length === 0) {
      throw new Error(`the profile names no framework: give at least one of ${Framework.all().map((f) => `Framework.${f.name}`).join(', ')}, or Framework.fromData`);
    }
    const names = props.frameworks.map((framework) => framework.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) throw new Error(`the profile names framework '${twice}' twice: name it once`);
    this.frameworks = props.frameworks;
    this.residency = props.residency;
    this.dataRetention = props.retention?.data;
    this.captureRetention = props.retention?.captures;
    this.logRetention = props.retention?.logs ?? Retention.years(1);
    this.auditRetention = props.retention?.audit ?? this.longestMinimum(RecordKind.AUDIT) ?? Retention.years(1);
    if (this.dataRetention) this.checkRetention(RecordKind.DATA, this.dataRetention);
    if (this.captureRetention) this.checkRetention(RecordKind.CAPTURES, this.captureRetention);
    this.checkRetention(RecordKind.LOGS, this.logRetention);
    this.checkRetention(RecordKind.AUDIT, this.auditRetention);
  }

  /** Whether people may demand erasure of their data under one of the frameworks. */
  public get erasureDuty(): boolean {
    return this.frameworks.some((framework) => framework.erasureDuty);
  }

  /** What the frameworks demand of a control. */
  public requirementsOf(control: Control): CitedRequirement[] {
    return this.frameworks.flatMap((framework) => framework.requirementsOf(control)
      .map((requirement) => ({ framework: framework.name, requirement })));
  }

  /**
   * Passes when a retention keeps within every limit that an article of the frameworks states.
   *
   * @throws an error with the value, the limit, and the article
   */
  public checkRetention(record: RecordKind, retention: Retention): void {
    for (const limit of this.frameworks.flatMap((framework) => framework.retentionLimits).filter((l) => l.record === record)) {
      if (limit.minimum && retention.isShorterThan(limit.minimum)) {
        throw new Error(`a retention of ${retention} for ${record} records is too short: ${limit.citation} demands at least ${limit.minimum}`);
      }
      if (limit.maximum && limit.maximum.isShorterThan(retention)) {
        throw new Error(`a retention of ${retention} for ${record} records is too long: ${limit.citation} allows at most ${limit.maximum}`);
      }
    }
  }

  /** Whether data of this classification must be de-identified before it trains a model: all that names or reveals a person. */
  public requiresDeIdentification(classification: Classification): boolean {
    return classification.isIdentifying;
  }

  private longestMinimum(record: RecordKind): Retention | undefined {
    return this.frameworks.flatMap((framework) => framework.retentionLimits)
      .filter((limit) => limit.record === record)
      .map((limit) => limit.minimum)
      .filter((minimum): minimum is Retention => minimum !== undefined)
      .reduce<Retention | undefined>((longest, next) => (!longest || longest.isShorterThan(next) ? next : longest), undefined);
  }
}
