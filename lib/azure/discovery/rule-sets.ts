import { Token } from 'cdktf';
import type { DataIdentifier } from './data-identifier';
import type { PurviewScanProps } from './purview-scan';

/** A kind of source. */
type Kind = PurviewScanProps['source']['kind'];

/** A request to Purview that azapi has no resource for. */
export interface PurviewRequest {
  readonly method: 'post' | 'put';
  readonly url: string;
  readonly body: object;
}

/** What Purview opens to look into, of files: https://github.com/Azure/azure-rest-api-specs, Azure.Analytics.Purview.Scanning 2023-09-01, ScanRulesets_CreateOrUpdate */
const FILES = [
  'AVRO', 'CSV', 'DOC', 'DOCM', 'DOCX', 'DOT', 'Documents', 'GZ', 'JSON', 'ODP', 'ODS', 'ODT', 'ORC', 'PARQUET', 'PDF', 'POT', 'PPS', 'PPSX', 'PPT', 'PPTM', 'PPTX', 'PSV', 'SSV', 'TSV',
  'TXT', 'XLC', 'XLS', 'XLSB', 'XLSM', 'XLSX', 'XLT', 'XML',
];

/** The name of the rule set for a kind: the one that was given, or one for each kind, since a set is of one kind. */
export function ruleSetFor(ruleSet: string | undefined, kind: Kind, kinds: readonly Kind[]): string | undefined {
  return ruleSet === undefined || kinds.length < 2 ? ruleSet : `${ruleSet}-${kind}`;
}

/**
 * What makes the classifications that identifiers give, and rule sets that look for them. `azapi_data_plane_resource` takes a closed list of types, in which
 * neither type definitions of the Data Map nor rule sets are.
 *
 * @see https://github.com/Azure/terraform-provider-azapi/blob/main/docs/resources/data_plane_resource.md
 */
export function ruleSetRequests(accountName: string, ruleSet: string, identifiers: readonly DataIdentifier[], kinds: readonly Kind[]): PurviewRequest[] {
  const host = `https://${accountName}.purview.azure.com`;
  const classifications = new Map(identifiers.map(({ classification, description }) => [classification, description]));
  return [
    ...[...classifications].map(([name, description]): PurviewRequest => ({
      method: 'post', url: `${host}/datamap/api/atlas/v2/types/typedefs?api-version=2023-09-01`,
      body: { classificationDefs: [{ category: 'CLASSIFICATION', name, ...(description === undefined ? {} : { description }) }] },
    })),
    ...kinds.map((kind): PurviewRequest => ({
      method: 'put', url: `${host}/scan/scanrulesets/${ruleSetFor(ruleSet, kind, kinds)}?api-version=2023-09-01`,
      body: {
        kind, scanRulesetType: 'Custom',
        properties: {
          description: 'All classifiers of Microsoft\'s, and identifiers of one\'s own', excludedSystemClassifications: [], scanningRule: { fileExtensions: FILES },
          includedCustomClassificationRuleNames: identifiers.map(({ name }) => name),
        },
      },
    })),
  ];
}

/** The requests as a program of the shell. A classification that is there already is left as it is. */
export function scriptOf(requests: readonly PurviewRequest[]): string {
  return [
    'set -eu',
    ...requests.map(({ method, url, body }) => (
      `az rest --method ${method} --resource https://purview.azure.net --url ${quoted(url)} --headers Content-Type=application/json --body ${quoted(JSON.stringify(body))} --output none${method === 'post' ? ' || echo "is it there already?" >&2' : ''}`)),
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${Token.isUnresolved(text) ? text : text.replace(/'/g, '\'\\\'\'')}'`;
}
