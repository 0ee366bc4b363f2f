import { Jurisdiction } from './jurisdiction';
import { AWS_REGIONS } from './regions/aws';
import { AZURE_REGIONS } from './regions/azure';
import type { RegionData } from './regions/region';

const REGIONS = new Map([...AWS_REGIONS, ...AZURE_REGIONS].map((region) => [region.name, region]));

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
    const jurisdictions = props.jurisdictions ?? [];
    for (const region of [...(props.regions ?? []), ...(props.except ?? [])]) known(region);
    if (jurisdictions.length === 0 && (props.regions ?? []).length === 0) {
      throw new Error('the residency is empty: name a jurisdiction (Residency.within(Jurisdiction.EU)) or regions (Residency.regions(\'eu-central-1\'))');
    }
    const candidates = props.regions
      ? [...new Set(props.regions)].map(known)
      : [...REGIONS.values()].filter((region) => liesIn(region, jurisdictions));
    if (props.regions && jurisdictions.length > 0) {
      const stray = candidates.find((region) => !liesIn(region, jurisdictions));
      if (stray) {
        throw new Error(`the residency contradicts itself: region '${stray.name}' stands in ${stray.country}, outside ${jurisdictions.join(', ')}; drop the region or add its jurisdiction`);
      }
    }
    const excluded = new Set(props.except ?? []);
    this.allowedRegions = candidates.map((region) => region.name).filter((name) => !excluded.has(name)).sort();
    this.jurisdictions = jurisdictions;
    if (this.allowedRegions.length === 0) {
      const of = jurisdictions.length > 0 ? `no known region of ${jurisdictions.join(', ')} is left` : 'every region is excepted again';
      throw new Error(`the residency allows nothing: ${of}; widen the jurisdictions or shorten 'except'`);
    }
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

function known(name: string): RegionData {
  const region = REGIONS.get(name);
  if (!region) {
    const hint = [...REGIONS.keys()].filter((candidate) => candidate.slice(0, 4) === name.slice(0, 4).toLowerCase());
    throw new Error(`unknown region '${name}': use the cloud's own name of a region, such as ${(hint.length > 0 ? hint : ['eu-central-1', 'us-east-1', 'germanywestcentral']).join(', ')}`);
  }
  return region;
}

function liesIn(region: RegionData, jurisdictions: Jurisdiction[]): boolean {
  return jurisdictions.some((jurisdiction) => jurisdiction.countries.includes(region.country)
    && (jurisdiction.partitions.length === 0 || jurisdiction.partitions.includes(region.partition)));
}
