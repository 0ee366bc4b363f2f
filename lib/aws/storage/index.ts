export * from './data-input';
export * from './data-store';
export * from './zone';
