import { AWS_REGIONS } from '../../../lib/policy/regions/aws';
import { AZURE_REGIONS } from '../../../lib/policy/regions/azure';

const byName = new Map(AZURE_REGIONS.map((region) => [region.name, region]));

describe('the regions of Azure', () => {
  test('are named once, in lower case, and like none of AWS', () => {
    expect(byName.size).toBe(AZURE_REGIONS.length);
    const aws = AWS_REGIONS.map((region) => region.name);
    for (const { name, country, partition } of AZURE_REGIONS) {
      expect(name).toMatch(/^[a-z]+[0-9]?$/);
      expect(country).toMatch(/^[A-Z]{2}$/);
      expect(['azure', 'azure-us-gov', 'azure-cn']).toContain(partition);
      expect(aws).not.toContain(name);
    }
  });

  test('are paired inside their own partition', () => {
    for (const { name, partition, pairedRegion } of AZURE_REGIONS) {
      if (pairedRegion !== undefined) expect([name, byName.get(pairedRegion)?.partition]).toEqual([name, partition]);
    }
  });

  test('are paired both ways, save those whose pair is one-directional', () => {
    const oneWay = AZURE_REGIONS
      .filter(({ name, pairedRegion }) => pairedRegion !== undefined && byName.get(pairedRegion)?.pairedRegion !== name)
      .map(({ name, pairedRegion }) => `${name} to ${pairedRegion}`);
    expect(oneWay).toEqual([
      'brazilsouth to southcentralus', 'brazilsoutheast to brazilsouth', 'westindia to southindia', 'westus3 to eastus', 'usgovarizona to usgovtexas',
    ]);
  });

  test('are paired inside their own country, save five', () => {
    const abroad = AZURE_REGIONS
      .filter(({ country, pairedRegion }) => pairedRegion !== undefined && byName.get(pairedRegion)?.country !== country)
      .map(({ name }) => name);
    expect(abroad).toEqual(['brazilsouth', 'eastasia', 'northeurope', 'southeastasia', 'westeurope']);
  });

  test.each([
    ['israelcentral', 'IL'], ['italynorth', 'IT'], ['mexicocentral', 'MX'], ['newzealandnorth', 'NZ'], ['polandcentral', 'PL'],
    ['qatarcentral', 'QA'], ['spaincentral', 'ES'], ['austriaeast', 'AT'], ['belgiumcentral', 'BE'], ['chilecentral', 'CL'],
    ['denmarkeast', 'DK'], ['indonesiacentral', 'ID'], ['malaysiawest', 'MY'],
  ])('%s stands in %s and has no pair', (name, country) => {
    expect(byName.get(name)).toEqual({ name, partition: 'azure', country });
  });
});
