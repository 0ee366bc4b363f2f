export * from './data-input';
export * from './data-store';
export * from './store-props';
export * from './zone';
