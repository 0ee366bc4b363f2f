/**
 * Regions of the public cloud without availability zones: what is kept in three zones cannot be made there.
 *
 * @see https://learn.microsoft.com/azure/reliability/regions-list
 */
export const REGIONS_WITHOUT_ZONES: ReadonlySet<string> = new Set([
  'australiacentral', 'australiacentral2', 'australiasoutheast', 'brazilsoutheast', 'canadaeast', 'francesouth', 'germanynorth', 'jioindiacentral', 'jioindiawest',
  'koreasouth', 'northcentralus', 'norwaywest', 'southafricawest', 'southindia', 'swedensouth', 'switzerlandwest', 'uaecentral', 'ukwest', 'westcentralus', 'westindia', 'westus',
]);
