export * from '../checks-props';
export * from './pack';
