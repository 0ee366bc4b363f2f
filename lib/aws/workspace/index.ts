export * from './workspace';
export * from './workspace-attributes';
