export * from './alphabet';
export * from './token-field';
