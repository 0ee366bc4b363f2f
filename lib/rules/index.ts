export * from './aws/pack';
export * from './checks-props';
