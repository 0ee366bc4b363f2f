export * from './identity';
export { Keys, type GivenKey, type RotationOptions } from './keys';
export * from './network-mode';
export * from './workspace';
export * from './workspace-attributes';
export * from './workspace-props';
