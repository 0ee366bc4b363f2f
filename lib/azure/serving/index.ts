export * from './served-model';
