export * from './alphabet';
export * from './token-field';
export * from './token-vault';
export * from './token-vault-props';
