import { FLOW_RULES } from '../flow';
import type { Rule } from '../rule';
import { WAIVER_RULES } from '../waivers';
import { aiServicesRules } from './ai-services';
import { backupRules } from './backup';
import { containerRegistryRules } from './container-registry';
import { cosmosDbRules } from './cosmos-db';
import { databricksRules } from './databricks';
import { deletionRules } from './deletion';
import { eventGridRules } from './event-grid';
import { flowRules } from './flow';
import { functionsRules } from './functions';
import { identityRules } from './identity';
import { iotRules } from './iot';
import { keyVaultRules } from './key-vault';
import { logsRules } from './logs';
import { machineLearningRules } from './machine-learning';
import { monitorRules } from './monitor';
import { networkRules } from './network';
import { purviewRules } from './purview';
import { residencyRules } from './residency';
import { storageRules } from './storage';
import { synapseRules } from './synapse';
import { tokenVaultRules } from './token-vault';

/** Every rule of the pack for Azure: one file a rule, one folder a service, by whose index they come here. */
export const AZURE_RULES: readonly Rule[] = [
  ...aiServicesRules,
  ...backupRules,
  ...containerRegistryRules,
  ...cosmosDbRules,
  ...databricksRules,
  ...deletionRules,
  ...eventGridRules,
  ...flowRules,
  ...functionsRules,
  ...identityRules,
  ...iotRules,
  ...keyVaultRules,
  ...logsRules,
  ...machineLearningRules,
  ...monitorRules,
  ...networkRules,
  ...purviewRules,
  ...residencyRules,
  ...storageRules,
  ...synapseRules,
  ...tokenVaultRules,
  ...FLOW_RULES,
  ...WAIVER_RULES,
];
