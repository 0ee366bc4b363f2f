import { Control } from './control';
import { CCPA } from './frameworks/ccpa';
import { EU_AI_ACT } from './frameworks/eu-ai-act';
import { GDPR } from './frameworks/gdpr';
import { HIPAA } from './frameworks/hipaa';
import { ISO_27001 } from './frameworks/iso-27001';
import { NIST_800_53 } from './frameworks/nist-800-53';
import { NIST_AI_RMF } from './frameworks/nist-ai-rmf';
import { SECURITY_HUB_AI } from './frameworks/security-hub-ai';
import { checkRetention, isRecord, nearest, shown } from './given';
import { checkDeadline, RequestDeadline } from './request-deadline';
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
  /**
   * The types of resource that it speaks of, such as `AWS::SageMaker::Model`; a finding on another type does not cite it.
   *
   * @default - all types
   */
  readonly resourceTypes?: string[];
  /**
   * Id in the framework's OSCAL catalog, such as `sc-28.1`.
   *
   * @default - no catalog has it
   */
  readonly oscalId?: string;
  /**
   * The day that it applies from, as `2027-12-02`.
   *
   * @default - it applies
   */
  readonly appliesFrom?: string;
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
   * Where the OSCAL catalog stands that has the `oscalId`s of the requirements.
   *
   * @default - no requirement may have one
   */
  readonly oscalCatalog?: string;
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
  /**
   * Within which time requests of people have to be answered, where an article states a number.
   *
   * @default - none
   */
  readonly requestDeadlines?: RequestDeadline[];
}

/**
 * A law or standard: its requirements and the controls that meet them. Eight come with the library; a user's own is
 * built from data with `Framework.fromData`.
 */
export class Framework {
  /** Regulation (EU) 2016/679, General Data Protection Regulation. */
  public static readonly GDPR = new Framework(GDPR);
  /** HIPAA Security Rule, with the de-identification, minimum-necessary and breach provisions: 45 CFR Part 164. */
  public static readonly HIPAA = new Framework(HIPAA);
  /** California Consumer Privacy Act as amended by the CPRA, Cal. Civ. Code § 1798.100 ff., with its regulations. */
  public static readonly CCPA = new Framework(CCPA);
  /** NIST SP 800-53 revision 5: the moderate and the privacy baseline, and the controls beyond them that infrastructure can speak to. */
  public static readonly NIST_800_53 = new Framework(NIST_800_53);
  /** NIST AI Risk Management Framework 1.0. */
  public static readonly NIST_AI_RMF = new Framework(NIST_AI_RMF);
  /** Regulation (EU) 2024/1689, Artificial Intelligence Act, as amended in 2026: what it asks of high-risk systems. */
  public static readonly EU_AI_ACT = new Framework(EU_AI_ACT);
  /** ISO/IEC 27001:2022, Annex A. */
  public static readonly ISO_27001 = new Framework(ISO_27001);
  /** AWS Security Hub, AI Security Best Practices v1.0.0. */
  public static readonly SECURITY_HUB_AI = new Framework(SECURITY_HUB_AI);

  /**
   * A framework of the user's own.
   *
   * @throws an error when the name is illegal, a text is missing, a requirement id stands twice, a control is not in the
   * vocabulary, or a retention limit contradicts itself
   */
  public static fromData(data: FrameworkProps): Framework {
    checkFramework(data);
    // copies, so that nobody changes a law by changing the list it was made from
    return new Framework({ ...data, requirements: copied(data.requirements) });
  }

  /** The frameworks that come with the library. */
  public static all(): Framework[] {
    return [
      Framework.GDPR, Framework.HIPAA, Framework.CCPA, Framework.NIST_800_53, Framework.NIST_AI_RMF, Framework.EU_AI_ACT, Framework.ISO_27001, Framework.SECURITY_HUB_AI,
    ];
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
  /** Retentions for which an article states a number. */
  public readonly retentionLimits: RetentionLimit[];
  /** Whether people may demand erasure of their data. */
  public readonly erasureDuty: boolean;
  /** Within which time requests of people have to be answered, where an article states a number. */
  public readonly requestDeadlines: RequestDeadline[];
  /** Where its OSCAL catalog stands, if it has one. */
  public readonly oscalCatalog?: string;

  private own?: Requirement[];

  // unchecked: `fromData` checks what users give, a test puts each of the library's own through it
  private constructor(private readonly data: FrameworkProps) {
    this.name = data.name;
    this.title = data.title;
    this.url = data.url;
    this.retentionLimits = (data.retentionLimits ?? []).map((limit) => ({ ...limit }));
    this.erasureDuty = data.erasureDuty ?? false;
    this.requestDeadlines = (data.requestDeadlines ?? []).map((deadline) => ({ ...deadline }));
    this.oscalCatalog = data.oscalCatalog;
  }

  /** What it demands. */
  public get requirements(): Requirement[] {
    // the library's own are built on first use: nobody's app needs all of them
    this.own ??= this.data.requirements;
    return this.own;
  }

  /**
   * The requirements that a control helps to meet.
   *
   * @param control what is provided
   * @param resourceType the type of resource that it is provided on; any, when it is left out
   */
  public requirementsOf(control: Control, resourceType?: string): Requirement[] {
    return this.requirements.filter(({ controls, resourceTypes }) => (
      controls.includes(control) && (resourceType === undefined || !resourceTypes || resourceTypes.includes(resourceType))));
  }

  /** The requirements that no control meets: what a person must show otherwise. */
  public requirementsWithoutControl(): Requirement[] {
    return this.requirements.filter((requirement) => requirement.controls.length === 0);
  }
}

function copied(requirements: Requirement[]): Requirement[] {
  return requirements.map((requirement) => ({
    ...requirement, controls: [...requirement.controls], ...(requirement.resourceTypes ? { resourceTypes: [...requirement.resourceTypes] } : {}),
  }));
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
    checkDetails(named, requirement, data.oscalCatalog);
  }
  const oscalIds = data.requirements.flatMap(({ oscalId }) => oscalId ?? []);
  const twice = oscalIds.find((id, index) => oscalIds.indexOf(id) !== index);
  if (twice) throw new Error(`${framework} gives two requirements the OSCAL id '${twice}': each id stands once`);
  if (data.retentionLimits !== undefined && !Array.isArray(data.retentionLimits)) {
    throw new Error(`${framework} gives ${shown(data.retentionLimits)} as retentionLimits: give a list, or leave it out`);
  }
  for (const limit of data.retentionLimits ?? []) checkLimit(framework, limit);
  if (data.requestDeadlines !== undefined && !Array.isArray(data.requestDeadlines)) {
    throw new Error(`${framework} gives ${shown(data.requestDeadlines)} as requestDeadlines: give a list, or leave it out`);
  }
  for (const deadline of data.requestDeadlines ?? []) checkDeadline(framework, deadline);
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

function checkDetails(owner: string, { resourceTypes, oscalId, appliesFrom }: Requirement, catalog: string | undefined): void {
  if (resourceTypes !== undefined && (!Array.isArray(resourceTypes) || resourceTypes.length === 0 || !resourceTypes.every((type) => typeof type === 'string' && type !== ''))) {
    throw new Error(`${owner} gives ${shown(resourceTypes)} as resourceTypes: list types such as 'AWS::SageMaker::Model', or leave it out`);
  }
  // https://pages.nist.gov/metaschema/specification/datatypes/#token
  if (oscalId !== undefined && (typeof oscalId !== 'string' || !/^[\p{L}_][\p{L}\p{N}._-]*$/u.test(oscalId))) {
    throw new Error(`${owner} gives ${shown(oscalId)} as oscalId: give the id of its catalog, such as 'sc-28.1'`);
  }
  if (oscalId !== undefined && !catalog) throw new Error(`${owner} gives the OSCAL id '${oscalId}' of no catalog: say with oscalCatalog where it stands`);
  if (appliesFrom !== undefined && !isDay(appliesFrom)) {
    throw new Error(`${owner} applies from ${shown(appliesFrom)}: give a day, such as '2027-12-02'`);
  }
}

function isDay(text: string): boolean {
  const time = typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // a day that no month has is moved into the next one
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
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
