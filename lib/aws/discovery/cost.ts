import { MACIE_PRICING } from './data/macie-pricing';

/** What a month of discovery inspects. */
export interface Volume {
  readonly gigabytes: number;
  readonly samplingPercentage: number;
  readonly buckets: number;
}

/** US dollars a month, rounded up to cents. Requests to S3 and automated discovery are not in it. */
export function monthlyCost(volume: Volume, perGigabyte?: number): number {
  const inspected = Math.max(volume.gigabytes * volume.samplingPercentage / 100 - MACIE_PRICING.freeGigabytes, 0);
  const inspection = perGigabyte === undefined ? tiered(inspected) : inspected * perGigabyte;
  return Math.max(0, Math.ceil((inspection + volume.buckets * MACIE_PRICING.perBucket) * 100 - 1e-6)) / 100;
}

function tiered(gigabytes: number): number {
  let [rest, from, cost] = [gigabytes, 0, 0];
  for (const { upTo, perGigabyte } of MACIE_PRICING.tiers) {
    const here = Math.min(rest, upTo - from);
    cost += here * perGigabyte;
    rest -= here;
    from = upTo;
  }
  return cost;
}
