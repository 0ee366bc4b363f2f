import { CLOUDS } from './cloud';
import { isRecord, isReference, nearest, shown } from './given';
import { Jurisdiction } from './jurisdiction';
import type { RegionData } from './regions/region';

const REGIONS = new Map(CLOUDS.flatMap(({ regions }) => regions).map((region) => [region.name, region]));

/** What a residency is made of. */
export interface ResidencyProps {
  /**
   * Regions of any country in these are allowed.
   *
   * @default - the regions decide alone
   */
  readonly jurisdictions?: Jurisdiction[];
  /**
   * These regions only; each must lie in one of the jurisdictions, if any are given.
   *
   * @default - every region of the jurisdictions
   */
  readonly regions?: string[];
  /**
   * Regions taken out again.
   *
   * @default - none
   */
  readonly except?: string[];
}

/**
 * The closed set of regions in which data, models, images and keys may be. Regions of AWS and Azure share one set:
 * their names do not collide.
 */
export class Residency {
  /** Any region of these jurisdictions. */
  public static within(...jurisdictions: Jurisdiction[]): Residency {
    return new Residency({ jurisdictions });
  }

  /** These regions and no others. */
  public static regions(...regions: string[]): Residency {
    return new Residency({ regions });
  }

  /** Jurisdictions, regions and exceptions together. */
  public static of(props: ResidencyProps): Residency {
    return new Residency(props);
  }

  /** Names of all regions known, in the order of the clouds' own lists. */
  public static knownRegions(): string[] {
    return [...REGIONS.keys()];
  }

  /** Whether this is the name of a region of AWS or Azure. */
  public static isRegion(name: string): boolean {
    return REGIONS.has(name);
  }

  /**
   * ISO 3166-1 alpha-2 code of the country a region stands in.
   *
   * @throws an error when no such region is known
   */
  public static countryOf(region: string): string {
    return known(region).country;
  }

  /**
   * The partition of a region, such as `aws` or `aws-eusc`.
   *
   * @throws an error when no such region is known
   */
  public static partitionOf(region: string): string {
    return known(region).partition;
  }

  /**
   * The region that the cloud copies geo-redundant data to; undefined where there is none (all of AWS, some of Azure).
   *
   * @throws an error when no such region is known
   */
  public static pairedRegionOf(region: string): string | undefined {
    return known(region).pairedRegion;
  }

  /** The allowed regions, by name, sorted. */
  public readonly allowedRegions: string[];
  /** The jurisdictions it was made from; empty when it was made from regions. */
  public readonly jurisdictions: Jurisdiction[];

  private constructor(props: ResidencyProps) {
    checkProps(props);
    const jurisdictions = props.jurisdictions ?? [];
    const named = props.regions ?? [];
    for (const region of [...named, ...(props.except ?? [])]) known(region);
    if (jurisdictions.length === 0 && named.length === 0) {
      throw new Error('the residency is empty: name a jurisdiction (Residency.within(Jurisdiction.EU)) or regions (Residency.regions(\'eu-central-1\'))');
    }
    const candidates = named.length > 0
      ? [...new Set(named)].map(known)
      : [...REGIONS.values()].filter((region) => liesIn(region, jurisdictions));
    const reach = jurisdictions.join(', ');
    const stray = jurisdictions.length > 0 ? candidates.find((region) => !liesIn(region, jurisdictions)) : undefined;
    if (stray) {
      throw new Error(`the residency contradicts itself: region '${stray.name}' stands in ${stray.country} (partition ${stray.partition}), outside ${reach}; drop the region or add its jurisdiction`);
    }
    if (candidates.length === 0) {
      throw new Error(`the residency allows nothing: no cloud has a region in ${reach}; name another jurisdiction as well`);
    }
    const excepted = new Set(props.except ?? []);
    const allowed = candidates.map((region) => region.name).filter((name) => !excepted.has(name)).sort();
    if (allowed.length === 0) {
      throw new Error(`the residency contradicts itself: 'except' takes away every region it allows (${candidates.map((region) => region.name).join(', ')}); shorten 'except'`);
    }
    // Frozen, because a set that a caller could widen would not be closed.
    this.allowedRegions = Object.freeze(allowed) as string[];
    this.jurisdictions = Object.freeze([...jurisdictions]) as Jurisdiction[];
  }

  /** Whether data may be in this region. A region that is not known is never allowed. */
  public allows(region: string): boolean {
    return this.allowedRegions.includes(region);
  }

  /**
   * Passes for an allowed region.
   *
   * @param region name of a region
   * @param what what stands there, for the message, such as `stack 'Prod'`
   * @throws an error that names the region, the allowed ones and the next step
   */
  public check(region: string, what: string): void {
    known(region);
    if (!this.allows(region)) {
      throw new Error(`${what} is in region '${region}', outside the residency (${this.describe()}): move it to one of ${this.allowedOf(Residency.partitionOf(region)).join(', ')}, or widen the profile's residency`);
    }
  }

  /** Such as `EU` or `eu-central-1, eu-west-1`. */
  public describe(): string {
    return this.jurisdictions.length > 0 ? this.jurisdictions.join(', ') : this.allowedRegions.join(', ');
  }

  private allowedOf(partition: string): string[] {
    const cloud = partition.split('-')[0];
    const same = this.allowedRegions.filter((name) => known(name).partition.split('-')[0] === cloud);
    return same.length > 0 ? same : this.allowedRegions;
  }
}

function checkProps(props: ResidencyProps): void {
  if (!isRecord(props)) {
    throw new Error(`a residency is made of jurisdictions and regions, not of ${shown(props)}: use Residency.within(Jurisdiction.EU) or Residency.regions('eu-central-1')`);
  }
  for (const key of ['jurisdictions', 'regions', 'except'] as const) {
    if (props[key] !== undefined && !Array.isArray(props[key])) {
      throw new Error(`'${key}' of the residency is ${shown(props[key])}: give a list, or leave it out`);
    }
  }
  for (const jurisdiction of props.jurisdictions ?? []) {
    if (!isRecord(jurisdiction) || !Array.isArray(jurisdiction.countries)) {
      throw new Error(`the residency lists ${shown(jurisdiction)} among its jurisdictions: use one such as Jurisdiction.EU, or Jurisdiction.country('DE')`);
    }
  }
}

function known(name: string): RegionData {
  const region = REGIONS.get(name);
  if (region) return region;
  if (typeof name === 'string' && isReference(name)) {
    throw new Error(`region ${shown(name)} is a reference that is resolved at deployment: write the name of the region, such as 'eu-central-1', so that it can be judged before`);
  }
  const meant = typeof name === 'string' ? nearest(name, [...REGIONS.keys()]) : [];
  const advice = meant.length > 0
    ? `did you mean ${meant.map((candidate) => `'${candidate}'`).join(' or ')}`
    : 'use the cloud\'s own name of a region, such as \'eu-central-1\' or \'germanywestcentral\'';
  throw new Error(`unknown region ${shown(name)}: ${advice}`);
}

function liesIn(region: RegionData, jurisdictions: Jurisdiction[]): boolean {
  return jurisdictions.some((jurisdiction) => jurisdiction.countries.includes(region.country)
    && (jurisdiction.partitions.length === 0 || jurisdiction.partitions.includes(region.partition)));
}
