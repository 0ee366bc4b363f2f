/** A plan of Microsoft Defender for Cloud; each is paid for by what it watches. */
export enum DefenderPlan {
  /** Storage accounts: what is odd about how they are read, malware, and which hold sensitive data. */
  STORAGE = 'StorageAccounts',
  /** Key vaults: what is odd about who uses them. */
  KEY_VAULTS = 'KeyVaults',
  /** Azure Resource Manager: what is odd about what administrators do. */
  RESOURCE_MANAGER = 'Arm',
  /** Images in registries: known weaknesses. */
  CONTAINERS = 'Containers',
  /** Posture: ways of attack through the whole subscription, and sensitive data on them. */
  POSTURE = 'CloudPosture',
}
