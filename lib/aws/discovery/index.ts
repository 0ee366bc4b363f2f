export * from './allow-list';
export * from './data-identifier';
export * from './discovery-job';
export * from './discovery-schedule';
export * from './finding-severity';
export * from './findings-filter';
export * from './managed-identifiers';
export * from './sensitive-data-discovery';
