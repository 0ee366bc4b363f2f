import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant, unknown } from '../../verdict';
import { privateEndpoints } from '../related';
import { PRIVATE } from './private';

export default rule({
  name: 'AzurePrivateEndpoint',
  title: 'Private endpoints lead to what holds data, keys, images and models',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: PRIVATE,
  properties: ['azurerm_private_endpoint.private_service_connection.private_connection_resource_id'],
  why: 'without one it is reached over its public side, or not at all',
  fix: 'lead an azurerm_private_endpoint to it',
  sources: [
    'Azure Policy 45e05259-1eb5-4f70-9574-baf73e9d219b',
    'Azure Policy 6edd7eda-6dd8-40f7-810d-67160c639cd9',
    'Azure Policy a6abeaec-4d90-4a02-805f-6b26c4d3fbe9',
    'Azure Policy e8eef0a8-67cf-4eb4-9386-14b0e78733d4',
    'Azure Policy 9259053b-ddb8-40ab-842a-0aef19d0ade4',
    'Azure Policy 258823f2-4595-4b52-b333-cc96192710d8',
    'Azure Policy 58440f8a-10c5-4151-bdce-dfbaad4a20b7',
    'Checkov CKV2_AZURE_33',
    'Checkov CKV2_AZURE_32',
    'Checkov CKV_AZURE_243',
  ],
  good: 'an azurerm_private_endpoint whose private_connection_resource_id is the id of the storage account',
  bad: 'a storage account that no private endpoint leads to',
  check: (resource) => {
    const { at: leading, unclear } = resource.relations.once(privateEndpoints);
    if ((leading.get(resource) ?? []).length > 0) return COMPLIANT;
    return unclear.length > 0 ? unknown(`what '${unclear[0]!.path}' leads to is not known`) : nonCompliant('no private endpoint leads to it');
  },
});
