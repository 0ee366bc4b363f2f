export * from './pipeline';
export * from './storage';
export * from './workspace';
