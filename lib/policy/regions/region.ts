/** A region of a cloud as data. */
export interface RegionData {
  /** As the cloud spells it in its API, such as `eu-central-1` or `germanywestcentral`. */
  readonly name: string;
  /** The cloud's own isolated set of regions: `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, `azure`, `azure-cn`, `azure-us-gov`. */
  readonly partition: string;
  /** ISO 3166-1 alpha-2 code of the country the data centres stand in. */
  readonly country: string;
  /** The region that the cloud replicates to when it is told to use geo-redundancy; Azure only. */
  readonly pairedRegion?: string;
}
