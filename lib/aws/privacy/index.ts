export * from './alphabet';
export * from './privacy-ledger';
export * from './token-field';
export * from './token-vault';
export * from './token-vault-props';
