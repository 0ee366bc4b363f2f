export * from './aws/pack';
