export * from './deidentification';
export * from './deidentification-props';
export * from './identifier-kind';
export * from './table-format';
export * from './technique';
