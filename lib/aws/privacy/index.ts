export * from './privacy-ledger';
