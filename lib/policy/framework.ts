import { Control } from './control';
import { CCPA } from './frameworks/ccpa';
import { GDPR } from './frameworks/gdpr';
import { HIPAA } from './frameworks/hipaa';
import { checkRetention, isRecord, nearest, shown } from './given';
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
  /** HIPAA Security Rule, with the de-identification, minimum-necessary and breach provisions: 45 CFR Part 164. */
  public static readonly HIPAA = Framework.fromData(HIPAA);
  /** California Consumer Privacy Act as amended by the CPRA, Cal. Civ. Code § 1798.100 ff., with its regulations. */
  public static readonly CCPA = Framework.fromData(CCPA);

  /**
   * A framework of the user's own.
   *
   * @throws an error when the name is illegal, a text is missing, a requirement id stands twice, a control is not in the
   * vocabulary, or a retention limit contradicts itself
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
    const names = Framework.all().map((framework) => framework.name);
    const wanted = typeof name === 'string' ? name.toLowerCase() : '';
    const found = Framework.all().find((candidate) => candidate.name.toLowerCase() === wanted);
    if (!found) {
      const meant = nearest(wanted, names, 1);
      throw new Error(`unknown framework ${shown(name)}: ${meant.length > 0 ? `did you mean '${meant[0]}'? ` : ''}use one of ${names.join(', ')}, or Framework.fromData for one of your own`);
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
    checkFramework(data);
    this.name = data.name;
    this.title = data.title;
    this.url = data.url;
    // Copies, so that nobody changes a law by changing the list it was made from.
    this.requirements = data.requirements.map((requirement) => ({ ...requirement, controls: [...requirement.controls] }));
    this.retentionLimits = (data.retentionLimits ?? []).map((limit) => ({ ...limit }));
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

function checkFramework(data: FrameworkProps): void {
  if (!isRecord(data)) {
    throw new Error(`a framework is built from its name, title, url and requirements, not from ${shown(data)}`);
  }
  if (typeof data.name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(data.name)) {
    throw new Error(`framework name ${shown(data.name)} is not usable: give 1 to 64 letters, digits, '.', '_' or '-', such as 'ISO27001'`);
  }
  const framework = `framework '${data.name}'`;
  checkText(framework, 'title', data.title);
  checkText(framework, 'url', data.url);
  if (!Array.isArray(data.requirements) || data.requirements.length === 0) {
    throw new Error(`${framework} has no requirements: give at least one, with its controls`);
  }
  const ids = new Set<string>();
  for (const requirement of data.requirements) {
    if (!isRecord(requirement)) throw new Error(`${framework} lists ${shown(requirement)} among its requirements: give each an id, a citation, a title and its controls`);
    checkText(`a requirement of ${framework}`, 'id', requirement.id);
    const named = `requirement '${requirement.id}' of ${framework}`;
    if (ids.has(requirement.id)) throw new Error(`${framework} names requirement '${requirement.id}' twice: each id stands once`);
    ids.add(requirement.id);
    checkText(named, 'citation', requirement.citation);
    checkText(named, 'title', requirement.title);
    checkControls(named, requirement.controls);
  }
  if (data.retentionLimits !== undefined && !Array.isArray(data.retentionLimits)) {
    throw new Error(`${framework} gives ${shown(data.retentionLimits)} as retentionLimits: give a list, or leave it out`);
  }
  for (const limit of data.retentionLimits ?? []) checkLimit(framework, limit);
}

function checkText(owner: string, property: string, value: string): void {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new Error(`${owner} has no ${property}: give a text, not ${shown(value)}`);
  }
}

function checkControls(owner: string, controls: Control[]): void {
  const vocabulary = Object.values(Control);
  if (!Array.isArray(controls)) {
    throw new Error(`${owner} has no list of controls: give the controls that meet it, or an empty list when infrastructure cannot show it`);
  }
  controls.forEach((control, index) => {
    if (!vocabulary.includes(control)) {
      const meant = typeof control === 'string' ? nearest(control, vocabulary, 1) : [];
      throw new Error(`${owner} names the unknown control ${shown(control)}: ${meant.length > 0 ? `did you mean '${meant[0]}'? ` : ''}use one of ${vocabulary.join(', ')}`);
    }
    if (controls.indexOf(control) !== index) throw new Error(`${owner} names control '${control}' twice: name it once`);
  });
}

function checkLimit(framework: string, limit: RetentionLimit): void {
  const kinds = Object.values(RecordKind);
  if (!isRecord(limit) || !kinds.includes(limit.record)) {
    throw new Error(`a retention limit of ${framework} is for ${shown(isRecord(limit) ? limit.record : limit)}: use one of ${kinds.join(', ')}`);
  }
  const named = `the retention limit of ${framework} for ${limit.record} records`;
  checkText(named, 'citation', limit.citation);
  if (!limit.minimum && !limit.maximum) throw new Error(`${named} states neither a minimum nor a maximum: give one, or drop the limit`);
  checkRetention(named, limit.minimum);
  checkRetention(named, limit.maximum);
  if (limit.minimum && limit.maximum && limit.minimum.isLongerThan(limit.maximum)) {
    throw new Error(`${named} contradicts itself: its minimum of ${limit.minimum} is above its maximum of ${limit.maximum}`);
  }
}
