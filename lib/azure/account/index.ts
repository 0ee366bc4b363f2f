export * from './account-baseline';
export * from './defender-plan';
