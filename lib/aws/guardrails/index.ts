export * from './guardrail-coverage';
export * from './guardrail-options';
export * from './guardrails';
export * from './organization-guardrails';
