export * from './baseline';
export * from './cadence';
export * from './model-monitor';
export * from './watch';
