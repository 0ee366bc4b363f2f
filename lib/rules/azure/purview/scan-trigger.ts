import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import { any, nonCompliant, unknown } from '../../verdict';
import { pointing } from '../related';

export default rule({
  name: 'AzurePurviewScanTrigger',
  title: 'Scans run again by themselves',
  severity: 'error',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: ['Microsoft.Purview/accounts/Scanning/datasources/scans'],
  properties: ['Microsoft.Purview/accounts/Scanning/datasources/scans/triggers.parent_id'],
  why: 'a scan that ran once says nothing of what came since',
  fix: 'give the scan a trigger with a recurrence',
  sources: ['https://learn.microsoft.com/purview/concept-scans-and-ingestion'],
  good: 'an azapi_data_plane_resource of the type Microsoft.Purview/accounts/Scanning/datasources/scans/triggers whose parent_id is the id of the scan',
  bad: 'a scan without a trigger',
  check: (scan) => {
    const triggers = scan.relations.once(triggersByScan);
    const started = any(...(triggers.at.get(scan) ?? []).map((trigger) => trigger.present('properties.recurrence')));
    if (started.answer === Answer.COMPLIANT || started.answer === Answer.UNKNOWN) return started;
    return triggers.unclear.length > 0 ? unknown('which scan a trigger starts is not known') : nonCompliant('nothing starts it again');
  },
});

function triggersByScan(relations: Relations) {
  return pointing(relations, { 'Microsoft.Purview/accounts/Scanning/datasources/scans/triggers': 'parent_id' });
}
