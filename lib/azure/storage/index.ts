export * from './data-input';
export * from './data-store';
export * from './immutability';
export { Replication } from './replication';
export * from './store-props';
export * from './zone';
