export * from './account';
export * from './azapi';
export * from './discovery';
export * from './provider';
export * from './storage';
export * from './workspace';
