import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { flag } from '../property';
import { isolationsOf, workspaceOf } from '../related';

export default rule({
  name: 'AzureMLDeploymentEgress',
  title: 'Deployments of online endpoints do not reach the internet',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments'],
  properties: ['properties.egressPublicNetworkAccess'],
  why: 'a container that answers with predictions sees every request; with a way out it can send them on',
  fix: 'set egressPublicNetworkAccess to Disabled, or give the workspace a managed network that lets out approved traffic only',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint'],
  good: { properties: { egressPublicNetworkAccess: 'Disabled' } },
  bad: { properties: {} },
  check: (deployment) => {
    const workspace = workspaceOf(deployment);
    if (workspace && isolationsOf(workspace).every((mode) => mode === 'AllowOnlyApprovedOutbound')) return COMPLIANT;
    return flag(deployment, { arm: 'properties.egressPublicNetworkAccess' }, false);
  },
});
