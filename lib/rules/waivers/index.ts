import type { Rule } from '../rule';
import expiry from './expiry';
import reason from './reason';
import ruleName from './rule-name';
import use from './use';

/** Rules on what was accepted, for every cloud. */
export const WAIVER_RULES: readonly Rule[] = [expiry, reason, ruleName, use];
