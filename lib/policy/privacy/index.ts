export * from './differential-privacy';
export * from './privacy-budget';
export * from './privacy-loss';
export * from './privacy-statement';
export * from './privacy-unit';
export * from './private-selection';
export * from './sampling';
