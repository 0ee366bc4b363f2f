export * from './identity';
export * from './network-mode';
export * from './workspace';
export * from './workspace-attributes';
