import { Jurisdiction, Residency } from '../../lib/policy';

describe('a residency within a jurisdiction', () => {
  test.each([
    [Jurisdiction.EU, ['eu-central-1', 'eu-west-1', 'eusc-de-east-1', 'germanywestcentral', 'westeurope'], ['eu-central-2', 'eu-west-2', 'norwayeast', 'us-east-1']],
    [Jurisdiction.EEA, ['eu-north-1', 'norwayeast'], ['eu-central-2', 'eu-west-2', 'switzerlandnorth']],
    [Jurisdiction.UK, ['eu-west-2', 'uksouth'], ['eu-west-1']],
    [Jurisdiction.SWITZERLAND, ['eu-central-2', 'switzerlandnorth'], ['eu-central-1']],
    [Jurisdiction.US, ['us-east-1', 'us-gov-west-1', 'eastus', 'usgovvirginia'], ['ca-central-1', 'mx-central-1']],
    [Jurisdiction.US_GOV, ['us-gov-east-1', 'us-gov-west-1', 'usgovvirginia', 'usdodeast'], ['us-east-1', 'eastus']],
    [Jurisdiction.EU_SOVEREIGN, ['eusc-de-east-1'], ['eu-central-1', 'germanywestcentral']],
    [Jurisdiction.CANADA, ['ca-central-1', 'ca-west-1', 'canadacentral'], ['us-east-1']],
    [Jurisdiction.AUSTRALIA, ['ap-southeast-2', 'ap-southeast-4', 'australiaeast'], ['ap-southeast-1', 'ap-southeast-6']],
    [Jurisdiction.JAPAN, ['ap-northeast-1', 'ap-northeast-3', 'japaneast'], ['ap-northeast-2']],
    [Jurisdiction.INDIA, ['ap-south-1', 'ap-south-2', 'centralindia'], ['ap-southeast-1']],
    [Jurisdiction.CHINA, ['cn-north-1', 'cn-northwest-1', 'chinaeast2'], ['ap-east-1', 'eastasia', 'ap-east-2']],
    [Jurisdiction.country('IL'), ['il-central-1', 'israelcentral'], ['me-central-1']],
  ])('%s', (jurisdiction, inside, outside) => {
    const residency = Residency.within(jurisdiction);
    expect(inside.filter((region) => !residency.allows(region))).toEqual([]);
    expect(outside.filter((region) => residency.allows(region))).toEqual([]);
    expect(residency.describe()).toBe(jurisdiction.name);
  });

  test('spans several jurisdictions', () => {
    const residency = Residency.within(Jurisdiction.EU, Jurisdiction.UK);
    expect(residency.allows('eu-west-1') && residency.allows('eu-west-2')).toBe(true);
  });

  test('leaves out the excepted regions', () => {
    const residency = Residency.of({ jurisdictions: [Jurisdiction.EU], except: ['eu-south-1'] });
    expect(residency.allows('eu-south-1')).toBe(false);
    expect(residency.allows('eu-south-2')).toBe(true);
  });

  test('never allows a region that no cloud has', () => {
    expect(Residency.within(Jurisdiction.EU).allows('eu-mars-1')).toBe(false);
  });
});

describe('a residency of named regions', () => {
  test('allows these and no others, named once, in order', () => {
    const residency = Residency.regions('eu-west-1', 'eu-central-1', 'eu-west-1');
    expect(residency.allowedRegions).toEqual(['eu-central-1', 'eu-west-1']);
    expect(residency.describe()).toBe('eu-central-1, eu-west-1');
  });

  test('cannot be widened afterwards', () => {
    const residency = Residency.regions('eu-west-1');
    expect(() => residency.allowedRegions.push('us-east-1')).toThrow(TypeError);
  });

  test('narrows a jurisdiction', () => {
    expect(Residency.of({ jurisdictions: [Jurisdiction.EU], regions: ['eu-west-1'] }).allowedRegions).toEqual(['eu-west-1']);
  });
});

describe('facts of a region', () => {
  test.each([
    ['eu-central-1', 'DE', 'aws', undefined],
    ['eusc-de-east-1', 'DE', 'aws-eusc', undefined],
    ['us-gov-west-1', 'US', 'aws-us-gov', undefined],
    ['cn-north-1', 'CN', 'aws-cn', undefined],
    ['westeurope', 'NL', 'azure', 'northeurope'],
    ['usgovarizona', 'US', 'azure-us-gov', 'usgovtexas'],
    ['chinanorth3', 'CN', 'azure-cn', 'chinaeast3'],
  ])('%s stands in %s, partition %s, pair %s', (region, country, partition, pair) => {
    expect(Residency.isRegion(region)).toBe(true);
    expect(Residency.countryOf(region)).toBe(country);
    expect(Residency.partitionOf(region)).toBe(partition);
    expect(Residency.pairedRegionOf(region)).toBe(pair);
  });

  test('a pair may stand outside the residency', () => {
    expect(Residency.within(Jurisdiction.country('BR')).allows(Residency.pairedRegionOf('brazilsouth') ?? '')).toBe(false);
  });
});

describe('a check', () => {
  const residency = Residency.within(Jurisdiction.EU);

  test('passes inside', () => {
    expect(() => residency.check('eu-west-1', 'stack \'Prod\'')).not.toThrow();
  });

  test('fails outside, and offers the regions of the same cloud', () => {
    expect(() => residency.check('us-east-1', 'stack \'Prod\'')).toThrow(/^stack 'Prod' is in region 'us-east-1', outside the residency \(EU\): move it to one of eu-central-1, .*, or widen the profile's residency$/);
    expect(() => residency.check('eastus', 'the workspace')).toThrow(/move it to one of austriaeast, /);
  });

  test('fails outside when the residency holds nothing of that cloud, and offers what it holds', () => {
    expect(() => Residency.regions('eu-west-1').check('eastus', 'the workspace')).toThrow(/move it to one of eu-west-1,/);
  });
});

describe('a residency that cannot be', () => {
  test.each([
    ['nothing at all', () => Residency.within(), /the residency is empty: name a jurisdiction/],
    ['no region', () => Residency.regions(), /the residency is empty/],
    ['empty lists', () => Residency.of({ jurisdictions: [], regions: [] }), /the residency is empty/],
    ['a region outside its jurisdiction', () => Residency.of({ jurisdictions: [Jurisdiction.EU], regions: ['us-east-1'] }), /contradicts itself: region 'us-east-1' stands in US .*outside EU/],
    ['a region in the right country and the wrong partition', () => Residency.of({ jurisdictions: [Jurisdiction.US_GOV], regions: ['us-east-1'] }), /contradicts itself: region 'us-east-1' stands in US \(partition aws\), outside US-GOV/],
    ['everything excepted', () => Residency.of({ regions: ['eu-west-1'], except: ['eu-west-1'] }), /'except' takes away every region it allows \(eu-west-1\)/],
    ['a country without a region', () => Residency.within(Jurisdiction.country('VA')), /no cloud has a region in VA/],
    ['an unknown region', () => Residency.regions('eu-centrl-1'), /unknown region 'eu-centrl-1': did you mean 'eu-central-1'$/],
    ['a display name', () => Residency.regions('West Europe'), /did you mean 'westeurope'$/],
    ['capitals', () => Residency.regions('EU-CENTRAL-1'), /did you mean 'eu-central-1'$/],
    ['a zone', () => Residency.regions('eu-central-1a'), /did you mean 'eu-central-1'$/],
    ['a region that is not near any', () => Residency.regions('the moon'), /use the cloud's own name of a region/],
    ['an unknown exception', () => Residency.of({ jurisdictions: [Jurisdiction.EU], except: ['eu-wst-1'] }), /unknown region 'eu-wst-1'/],
    ['a reference', () => Residency.regions('${Token[AWS.Region.4]}'), /is a reference that is resolved at deployment/],
    ['undefined', () => Residency.of(undefined as never), /not of undefined/],
    ['an undefined region', () => Residency.regions(undefined as never), /unknown region undefined/],
    ['a text for a list', () => Residency.of({ regions: 'eu-west-1' as never }), /'regions' of the residency is 'eu-west-1': give a list/],
    ['a text for a jurisdiction', () => Residency.within('EU' as never), /lists 'EU' among its jurisdictions: use one such as Jurisdiction.EU/],
    ['an undefined jurisdiction', () => Residency.within(undefined as never), /lists undefined among its jurisdictions/],
    ['a country in lower case', () => Jurisdiction.country('de'), /country 'de' is no ISO 3166-1 alpha-2 code/],
    ['no country', () => Jurisdiction.country(undefined as never), /country undefined is no ISO 3166-1/],
  ])('fails for %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a jurisdiction by its name, as a file holds it', () => {
  test('is each that has a name, in any case, and any country', () => {
    for (const jurisdiction of Jurisdiction.all()) {
      expect(Jurisdiction.named(jurisdiction.name)).toBe(jurisdiction);
      expect(Jurisdiction.named(jurisdiction.name.toLowerCase())).toBe(jurisdiction);
    }
    expect(Jurisdiction.named('de').countries).toEqual(['DE']);
    const constants = Object.values(Jurisdiction).filter((value) => value instanceof Jurisdiction);
    expect(Jurisdiction.all()).toEqual(constants);
  });

  test.each([['EUU', /unknown jurisdiction 'EUU': did you mean 'EU'\? use one of EU, EEA, UK, .*, or the two letters of a country, such as 'DE'/], ['Mars', /unknown jurisdiction 'Mars': use one of EU/]])('fails for %s', (name, message) => {
    expect(() => Jurisdiction.named(name)).toThrow(message);
  });
});
