import { AWS_OPEN_ALL } from './aws/open-all';
import { AWS_RULES } from './aws/rules';
import { AZURE_OPEN_ALL } from './azure/open-all';
import { AZURE_RULES } from './azure/rules';
import type { Rule } from './rule';

/** Every rule of every cloud; those on the flow and on waivers, which clouds share, once. */
export const RULES: readonly Rule[] = [...new Set([...AWS_RULES, ...AZURE_RULES])];

/** Names of the rules of which one breach is enough, for people to read first. */
export const OPEN_ALL: readonly string[] = [...AWS_OPEN_ALL, ...AZURE_OPEN_ALL];
