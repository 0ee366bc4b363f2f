export * from './azapi';
export * from './storage';
export * from './workspace';
