export * from './report';
export * from './report-format';
