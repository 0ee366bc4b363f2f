export * from './storage';
export * from './workspace';
