import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { AWS_REGIONS } from '../../../lib/policy/regions/aws';

const ROOT = join(__dirname, '../../..');
const ALPHA_2 = /^[A-Z]{2}$/;

/** Words of a region's description that place it in a country. */
const PLACES: Record<string, string> = {
  'Cape Town': 'ZA', 'Hong Kong': 'HK', Taipei: 'TW', Tokyo: 'JP', Seoul: 'KR', Osaka: 'JP', Mumbai: 'IN', Hyderabad: 'IN', Singapore: 'SG',
  Sydney: 'AU', Jakarta: 'ID', Melbourne: 'AU', Malaysia: 'MY', 'New Zealand': 'NZ', Thailand: 'TH', Canada: 'CA', Frankfurt: 'DE',
  Zurich: 'CH', Stockholm: 'SE', Milan: 'IT', Spain: 'ES', Ireland: 'IE', London: 'GB', Paris: 'FR', 'Tel Aviv': 'IL', UAE: 'AE',
  Bahrain: 'BH', 'Saudi Arabia': 'SA', Mexico: 'MX', 'Sao Paulo': 'BR', Chile: 'CL', 'US East': 'US', 'US West': 'US', Beijing: 'CN',
  Ningxia: 'CN', 'GovCloud': 'US', Germany: 'DE',
};

interface Described { readonly partition: string; readonly name: string; readonly description: string }

/** Region data of botocore in the virtual environment of the Python tests; undefined without it. */
function botocore(): Described[] | undefined {
  const python = join(ROOT, '.venv/bin/python');
  if (!existsSync(python)) return undefined;
  const script = [
    'import json, os, botocore',
    'data = json.load(open(os.path.join(os.path.dirname(botocore.__file__), "data", "partitions.json")))',
    'print(json.dumps([{"partition": p["id"], "name": n, "description": r.get("description", "")} for p in data["partitions"] for n, r in p["regions"].items() if not n.endswith("-global")]))',
  ].join('\n');
  return JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8' })) as Described[];
}

const described = botocore();
const open = (partition: string | undefined) => partition !== undefined && !partition.startsWith('aws-iso');

describe('the regions of AWS', () => {
  test('are named once, each with a country and one of the four open partitions', () => {
    expect(new Set(AWS_REGIONS.map((region) => region.name)).size).toBe(AWS_REGIONS.length);
    for (const region of AWS_REGIONS) {
      expect(region.country).toMatch(ALPHA_2);
      expect(['aws', 'aws-eusc', 'aws-us-gov', 'aws-cn']).toContain(region.partition);
      expect(region.pairedRegion).toBeUndefined();
    }
  });

  test('hold every region that aws-cdk-lib knows, in the same partition', () => {
    const ours = new Map(AWS_REGIONS.map((region) => [region.name, region.partition]));
    for (const info of RegionInfo.regions.filter((region) => open(region.partition))) {
      expect([info.name, ours.get(info.name)]).toEqual([info.name, info.partition]);
    }
  });

  (described ? test : test.skip)(`are those of the AWS SDK's own data${described ? '' : ' (skipped: no .venv with botocore)'}`, () => {
    const theirs = (described ?? []).filter((region) => open(region.partition)).map(({ name, partition }) => ({ name, partition }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(AWS_REGIONS.map(({ name, partition }) => ({ name, partition })).sort(byName)).toEqual(theirs.sort(byName));
  });

  (described ? test : test.skip)(`stand in the country that the SDK's description names${described ? '' : ' (skipped: no .venv with botocore)'}`, () => {
    for (const region of (described ?? []).filter((one) => open(one.partition))) {
      const place = Object.keys(PLACES).find((word) => region.description.includes(word));
      expect([region.name, region.description, place && PLACES[place]])
        .toEqual([region.name, region.description, AWS_REGIONS.find((one) => one.name === region.name)?.country]);
    }
  });
});
