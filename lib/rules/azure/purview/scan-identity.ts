import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzurePurviewScanIdentity',
  title: 'Scans read by an identity',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['Microsoft.Purview/accounts/Scanning/datasources/scans', 'Microsoft.Purview/accounts/Scanning/credentials'],
  properties: ['kind'],
  why: 'an account key that is kept for scans opens the whole account',
  fix: 'use a kind of scan that ends with Msi, or a credential of the kind ManagedIdentity or AmazonARN',
  sources: ['https://learn.microsoft.com/purview/manage-credentials'],
  good: { kind: 'AdlsGen2Msi', properties: { scanRulesetName: 'AdlsGen2', scanRulesetType: 'System' } },
  bad: { kind: 'AzureStorageAccountKey' },
  check: (scan) => scan.at('kind').judge((kind) => (typeof kind === 'string' && /(key|password|basicauth|sas|serviceprincipal)$/i.test(kind) ? nonCompliant(`it signs in by ${shown(kind)}`) : kind === undefined ? nonCompliant('it does not say how it signs in') : COMPLIANT)),
});
