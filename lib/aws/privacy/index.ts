export * from './alphabet';
export * from './consent-registry';
export * from './consent-registry-props';
export * from './privacy-ledger';
export * from './token-field';
export * from './token-vault';
export * from './token-vault-props';
