import { Control } from '../../../policy/control';

/** A policy that Azure has built in, and the control that it watches or enforces. */
export interface BuiltInPolicy {
  readonly id: string;
  readonly title: string;
  readonly control: Control;
  /** The strongest effect that is of use here. */
  readonly effect: 'Deny' | 'Audit' | 'AuditIfNotExists';
  /** Why it only reports, of a policy that could deny. */
  readonly reportsOnly?: string;
  /** Name of the parameter that takes the effect. */
  readonly effectParameter?: string;
  /** Under built-in-policies/policyDefinitions. */
  readonly file: string;
}

/**
 * Ids, effects and parameters as they stand in https://github.com/Azure/azure-policy at f4a50bac (April 2026). A policy that could deny and would stop what is
 * made in the right order (a vault before its private endpoint) only reports.
 */
export const POLICIES: BuiltInPolicy[] = [
  {
    id: '438c38d2-3772-465a-a9cc-7a6666a275ce', title: 'Azure ML workspaces have no public network access', control: Control.NO_PUBLIC_ACCESS, effect: 'Deny',
    file: 'Machine Learning/Workspace_PublicNetworkAccessDisabled_Audit.json',
  },
  {
    id: '45e05259-1eb5-4f70-9574-baf73e9d219b', title: 'Azure ML workspaces are reached through private endpoints', control: Control.PRIVATE_NETWORK, effect: 'Audit',
    file: 'Machine Learning/Workspace_PrivateEndpoint_Audit_V2.json',
  },
  {
    id: 'ba769a63-b8cc-4b2d-abf6-ac33c7204be8', title: 'Azure ML workspaces are encrypted with a key of the customer', control: Control.ENCRYPTION_AT_REST, effect: 'Deny',
    file: 'Machine Learning/Workspace_CMKEnabled_Audit.json',
  },
  {
    id: '5f0c7d88-c7de-45b8-ac49-db49e72eaa78', title: 'Azure ML workspaces act as an identity that is given to them', control: Control.LEAST_PRIVILEGE, effect: 'Deny',
    file: 'Machine Learning/Workspace_UAIEnabled_Audit.json',
  },
  {
    id: '6ddb1705-c8cf-450e-aa4b-19ad6703c440', title: 'Managed networks of Azure ML let out what was approved only', control: Control.NETWORK_ISOLATION, effect: 'Audit',
    reportsOnly: 'it would deny workspaces whose computes are in a network of one\'s own', file: 'Machine Learning/ManagedNetworkIsolationMode_Audit.json',
  },
  {
    id: 'e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f', title: 'Computes of Azure ML take no local sign-in', control: Control.AUTHENTICATION, effect: 'Deny',
    file: 'Machine Learning/DisableLocalAuth_Audit.json',
  },
  {
    id: '7804b5c7-01dc-4723-969b-ae300cc07ff1', title: 'Computes of Azure ML are in a network', control: Control.PRIVATE_NETWORK, effect: 'Audit', file: 'Machine Learning/Vnet_Audit.json',
  },
  {
    id: '679ddf89-ab8f-48a5-9029-e76054077449', title: 'Compute instances of Azure ML stop when nobody uses them', control: Control.RESOURCE_LIMIT, effect: 'Deny',
    file: 'Machine Learning/IdleShutdown_Audit.json',
  },
  {
    id: 'f110a506-2dcb-422e-bcea-d533fc8c35e2', title: 'Compute instances of Azure ML have the latest updates', control: Control.SUPPORTED_SOFTWARE, effect: 'Audit', effectParameter: 'effects',
    file: 'Machine Learning/ComputeInstanceUpdates_Audit.json',
  },
  {
    id: 'afe0c3be-ba3b-4544-ba52-0c99672a8ad6', title: 'Azure ML workspaces write resource logs', control: Control.AUDIT_LOGGING, effect: 'AuditIfNotExists',
    file: 'Machine Learning/AuditDiagnosticLog_Audit.json',
  },
  {
    id: 'b2982f36-99f2-4db5-8eff-283140c09693', title: 'Storage accounts have no public network access', control: Control.NO_PUBLIC_ACCESS, effect: 'Deny',
    file: 'Storage/StoragePublicNetworkAccess_AuditDeny.json',
  },
  {
    id: '4fa4b6c0-31ca-4c0d-b10d-24b96f62a751', title: 'No container of a storage account is public', control: Control.NO_PUBLIC_ACCESS, effect: 'Deny',
    file: 'Storage/ASC_Storage_DisallowPublicBlobAccess_Audit.json',
  },
  {
    id: '8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54', title: 'Storage accounts take no shared keys', control: Control.AUTHENTICATION, effect: 'Deny',
    file: 'Storage/StorageAccountAllowSharedKeyAccess_Audit.json',
  },
  {
    id: '6fac406b-40ca-413b-bf8e-0bf964659c25', title: 'Storage accounts are encrypted with a key of the customer', control: Control.ENCRYPTION_AT_REST, effect: 'Audit',
    file: 'Storage/StorageAccountCustomerManagedKeyEnabled_Audit.json',
  },
  {
    id: '4733ea7b-a883-42fe-8cac-97454c2a9e4a', title: 'Storage accounts are encrypted twice', control: Control.ENCRYPTION_AT_REST, effect: 'Deny',
    file: 'Storage/StorageAccountInfrastructureEncryptionEnabled_Audit.json',
  },
  {
    id: 'fe83a0eb-a853-422d-aac2-1bffd182c5d0', title: 'Storage accounts take TLS 1.2 at least', control: Control.ENCRYPTION_IN_TRANSIT, effect: 'Deny',
    file: 'Storage/StorageAccountMinimumTLSVersion_Audit.json',
  },
  {
    id: '404c3081-a854-4457-ae30-26a93ef643f9', title: 'Storage accounts take HTTPS only', control: Control.ENCRYPTION_IN_TRANSIT, effect: 'Deny',
    file: 'Storage/Storage_AuditForHTTPSEnabled_Audit.json',
  },
  {
    id: '6edd7eda-6dd8-40f7-810d-67160c639cd9', title: 'Storage accounts are reached through private endpoints', control: Control.PRIVATE_NETWORK, effect: 'AuditIfNotExists',
    file: 'Storage/StorageAccountPrivateEndpointEnabled_Audit.json',
  },
  {
    id: '405c5871-3e91-4644-8a63-58e19d68ff5b', title: 'Key vaults have no public network access', control: Control.NO_PUBLIC_ACCESS, effect: 'Deny', file: 'Key Vault/PublicNetworkAccess_Audit.json',
  },
  {
    id: '0b60c0b2-2dc2-4e1c-b5c9-abbed971de53', title: 'Key vaults are protected from being purged', control: Control.AVAILABILITY, effect: 'Deny', file: 'Key Vault/Recoverable_Audit.json',
  },
  {
    id: '12d4fa5e-1f9f-4c21-97a9-b99b3c6611b5', title: 'Key vaults are opened by roles', control: Control.LEAST_PRIVILEGE, effect: 'Deny', file: 'Key Vault/Should_Use_RBAC.json',
  },
  {
    id: 'a6abeaec-4d90-4a02-805f-6b26c4d3fbe9', title: 'Key vaults are reached through private endpoints', control: Control.PRIVATE_NETWORK, effect: 'Audit',
    reportsOnly: 'a vault is there before its endpoint', file: 'Key Vault/Should_Use_PrivateEndpoint_Audit.json',
  },
  {
    id: '587c79fe-dd04-4a5e-9d0b-f89598c7261b', title: 'Keys are in hardware security modules', control: Control.KEY_MANAGEMENT, effect: 'Deny', file: 'Key Vault/Keys_HSMBacked.json',
  },
  {
    id: '152b15f7-8e1f-4c1f-ab71-8c010ba5dbc0', title: 'Keys have an end', control: Control.KEY_MANAGEMENT, effect: 'Deny', file: 'Key Vault/Keys_ExpirationSet.json',
  },
  {
    id: '0fdf0491-d080-4575-b627-ad0e843cba0f', title: 'Container registries have no public network access', control: Control.NO_PUBLIC_ACCESS, effect: 'Deny',
    file: 'Container Registry/ACR_PublicNetworkAccess_AuditDeny.json',
  },
  {
    id: '5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580', title: 'Container registries are encrypted with a key of the customer', control: Control.ENCRYPTION_AT_REST, effect: 'Deny',
    file: 'Container Registry/ACR_CMKEncryptionEnabled_Audit.json',
  },
  {
    id: 'dc921057-6b28-4fbe-9b83-f7bec05db6c2', title: 'Container registries have no local administrator', control: Control.AUTHENTICATION, effect: 'Deny',
    file: 'Container Registry/ACR_AdminAccountDisabled_AuditDeny.json',
  },
];

/** Where resources, and resource groups, may be: both take `listOfAllowedLocations`. */
export const LOCATION_POLICIES: BuiltInPolicy[] = [
  {
    id: 'e56962a6-4747-49cd-b67b-bf8b01975c4c', title: 'Resources stand in the regions of the residency', control: Control.DATA_RESIDENCY, effect: 'Deny', file: 'General/AllowedLocations_Deny.json',
  },
  {
    id: 'e765b5de-1225-4ba3-bd56-1ac6695af988', title: 'Resource groups stand in the regions of the residency', control: Control.DATA_RESIDENCY, effect: 'Deny',
    file: 'General/ResourceGroupAllowedLocations_Deny.json',
  },
];

/**
 * The set of policies that Microsoft has made of a framework, by our name of it; under built-in-policies/policySetDefinitions/Regulatory Compliance of the same
 * repository. They only report. For HIPAA it is HITRUST CSF: the set that is called HITRUST/HIPAA looks at nothing of Azure ML.
 */
export const INITIATIVES: Readonly<Record<string, { readonly id: string; readonly title: string; readonly file: string }>> = {
  GDPR: { id: '7326812a-86a4-40c8-af7c-8945de9c4913', title: 'EU General Data Protection Regulation (GDPR) 2016/679', file: 'EU_GDPR_2016_679.json' },
  HIPAA: { id: 'e0d47b75-5d99-442a-9d60-07f2595ab095', title: 'HITRUST CSF v11.3', file: 'HITRUST_CSF_v11.3.json' },
  ISO_27001: { id: 'e3030e83-88d5-4f23-8734-6577a2c97a32', title: 'ISO/IEC 27002 2022', file: 'ISO_IEC_27002_2022.json' },
  NIST_800_53: { id: '60205a79-6280-4e20-a147-e2011e09dc78', title: 'NIST SP 800-53 R5.1.1', file: 'NIST_SP_800-53_R5.1.1.json' },
  NIST_AI_RMF: { id: 'f58a876c-ec25-417e-9634-58d2a93e3fe2', title: 'NIST AI RMF v1.0', file: 'NIST_AI_RMF_v1.0.json' },
  EU_AI_ACT: { id: '1308bccf-446a-4283-a4e0-0c983fe7a572', title: 'EU AI Act 2024 1689', file: 'EU_AI_Act_2024_1689.json' },
};
