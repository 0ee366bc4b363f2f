export * as policy from './policy';
export * as aws from './aws';
export * as rules from './rules';
export * as evidence from './evidence';
