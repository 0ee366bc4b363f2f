import { Control } from './control';
import { CCPA } from './frameworks/ccpa';
import { GDPR } from './frameworks/gdpr';
import { HIPAA } from './frameworks/hipaa';
import { RecordKind, Retention } from './retention';

/** One demand of a law or standard, and the controls that meet the part of it that infrastructure can show. */
export interface Requirement {
  /** Stable id within the framework, such as `Art.32(1)(a)`. */
  readonly id: string;
  /** How a lawyer cites it, such as `GDPR Art. 32(1)(a)`. */
  readonly citation: string;
  /** What it asks for, in one line. */
  readonly title: string;
  /** The controls that meet it; empty when infrastructure cannot show it, which reports say by name. */
  readonly controls: Control[];
  /**
   * Where the text stands.
   *
   * @default - the framework's own address
   */
  readonly url?: string;
}

/** What records must be kept, because an article states a number. */
export interface RetentionLimit {
  /** What is kept. */
  readonly record: RecordKind;
  /** The article that states the number. */
  readonly citation: string;
  /**
   * The shortest time the article allows.
   *
   * @default - the article states none
   */
  readonly minimum?: Retention;
  /**
   * The longest time the article allows.
   *
   * @default - the article states none
   */
  readonly maximum?: Retention;
}

/** A framework as data. */
export interface FrameworkProps {
  /** Short name in ids and reports: letters, digits, `.`, `_`, `-`, such as `GDPR`. */
  readonly name: string;
  /** Full title. */
  readonly title: string;
  /** Where the text stands. */
  readonly url: string;
  /** What it demands; at least one. */
  readonly requirements: Requirement[];
  /**
   * Retentions for which an article states a number.
   *
   * @default - none: the user decides
   */
  readonly retentionLimits?: RetentionLimit[];
  /**
   * Whether people may demand erasure of their data, so that write-once storage of personal data needs a warning.
   *
   * @default false
   */
  readonly erasureDuty?: boolean;
}

/**
 * A law or standard: its requirements and the controls that meet them. Three come with the library; a user's own is
 * built from data with `Framework.fromData`.
 */
export class Framework {
  /** Regulation (EU) 2016/679, General Data Protection Regulation. */
  public static readonly GDPR = Framework.fromData(GDPR);
  /** HIPAA Security Rule, 45 CFR Part 164 Subpart C. */
  public static readonly HIPAA = Framework.fromData(HIPAA);
  /** California Consumer Privacy Act as amended by the CPRA, Cal. Civ. Code § 1798.100 ff. */
  public static readonly CCPA = Framework.fromData(CCPA);

  /**
   * A framework of the user's own.
   *
   * @throws an error when the name is illegal, a requirement id stands twice, or a control is not in the vocabulary
   */
  public static fromData(data: FrameworkProps): Framework {
    return new Framework(data);
  }

  /** The frameworks that come with the library. */
  public static all(): Framework[] {
    return [Framework.GDPR, Framework.HIPAA, Framework.CCPA];
  }

  /**
   * The framework of this name among those that come with the library.
   *
   * @throws an error that lists the names when there is none
   */
  public static named(name: string): Framework {
    const found = Framework.all().find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (!found) {
      throw new Error(`unknown framework '${name}': use one of ${Framework.all().map((f) => f.name).join(', ')}, or Framework.fromData for one of your own`);
    }
    return found;
  }

  /** Short name, such as `GDPR`. */
  public readonly name: string;
  /** Full title. */
  public readonly title: string;
  /** Where the text stands. */
  public readonly url: string;
  /** What it demands. */
  public readonly requirements: Requirement[];
  /** Retentions for which an article states a number. */
  public readonly retentionLimits: RetentionLimit[];
  /** Whether people may demand erasure of their data. */
  public readonly erasureDuty: boolean;

  private constructor(data: FrameworkProps) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(data.name)) {
      throw new Error(`framework name '${data.name}' is not usable: give 1 to 64 letters, digits, '.', '_' or '-', such as 'ISO27001'`);
    }
    if (data.requirements.length === 0) {
      throw new Error(`framework '${data.name}' has no requirements: give at least one, with its controls`);
    }
    const ids = new Set<string>();
    const vocabulary = Object.values(Control);
    for (const requirement of data.requirements) {
      if (ids.has(requirement.id)) {
        throw new Error(`framework '${data.name}' names requirement '${requirement.id}' twice: each id stands once`);
      }
      ids.add(requirement.id);
      const unknown = requirement.controls.find((control) => !vocabulary.includes(control));
      if (unknown !== undefined) {
        throw new Error(`requirement '${requirement.id}' of framework '${data.name}' names the unknown control '${unknown}': use one of ${vocabulary.join(', ')}`);
      }
    }
    this.name = data.name;
    this.title = data.title;
    this.url = data.url;
    this.requirements = data.requirements;
    this.retentionLimits = data.retentionLimits ?? [];
    this.erasureDuty = data.erasureDuty ?? false;
  }

  /** The requirements that a control helps to meet. */
  public requirementsOf(control: Control): Requirement[] {
    return this.requirements.filter((requirement) => requirement.controls.includes(control));
  }

  /** The requirements that no control meets: what a person must show otherwise. */
  public requirementsWithoutControl(): Requirement[] {
    return this.requirements.filter((requirement) => requirement.controls.length === 0);
  }
}
