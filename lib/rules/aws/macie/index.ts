import type { Rule } from '../../rule';
import automatedDiscovery from './automated-discovery';
import capture from './capture';
import exportKey from './export-key';
import findingsFilter from './findings-filter';
import session from './session';

export const macieRules: readonly Rule[] = [
  automatedDiscovery, capture, exportKey, findingsFilter, session,
];
