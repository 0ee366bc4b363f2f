export * from './account';
export * from './discovery';
export * from './pipeline';
export * from './storage';
export * from './workspace';
export * from './serving';
export * from './monitoring';
export * from './guardrails';
export * as mixins from './mixins';
