export * from './amazon-s3-source';
export * from './data-identifier';
export * from './discovery-schedule';
export * from './purview-account';
export { Quarantine, type QuarantineOptions } from './quarantine';
export * from './scan-results';
export * from './sensitive-data-discovery';
