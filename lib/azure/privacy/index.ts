export * from './token-vault';
export * from './token-vault-props';
