export * from './data-input';
export * from './data-store';
export { Replication } from './replication';
export * from './zone';
