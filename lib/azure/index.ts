export * from './azapi';
export * from './provider';
export * from './storage';
export * from './workspace';
