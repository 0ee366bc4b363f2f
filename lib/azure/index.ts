export * from './azapi';
export * from './duration';
export * from './pipeline';
export * from './provider';
export * from './serving';
export * from './storage';
export * from './workspace';
