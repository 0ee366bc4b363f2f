export * from './identity';
export * from './network-mode';
export * from './workspace';
