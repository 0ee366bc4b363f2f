/** A step of the price for data inspected. */
export interface PriceTier {
  /** Up to this many gigabytes a month. */
  readonly upTo: number;
  /** US dollars a gigabyte. */
  readonly perGigabyte: number;
}

/** List prices of US East (N. Virginia). Others are up to about a third higher: a user who knows better gives the price. */
export const MACIE_PRICING = {
  source: 'https://aws.amazon.com/macie/pricing/',
  asOf: '2026-11',
  region: 'us-east-1',
  /** US dollars for a bucket that is watched, a month. */
  perBucket: 0.10,
  /** Gigabytes a month that jobs inspect without charge. */
  freeGigabytes: 1,
  tiers: [
    { upTo: 50_000, perGigabyte: 1.00 },
    { upTo: 500_000, perGigabyte: 0.50 },
    { upTo: Infinity, perGigabyte: 0.25 },
  ] as readonly PriceTier[],
} as const;
