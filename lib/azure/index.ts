export * from './azapi';
export * from './discovery';
export * from './storage';
export * from './workspace';
