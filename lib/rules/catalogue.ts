import { AWS_RULES } from './aws/rules';
import { AZURE_RULES } from './azure/rules';
import type { Rule } from './rule';

/** Every rule of every cloud; those on the flow and on waivers, which clouds share, once. */
export const RULES: readonly Rule[] = [...new Set([...AWS_RULES, ...AZURE_RULES])];
