import type { Rule } from '../../rule';
import insightsWorkspace from './insights-workspace';
import localAuth from './local-auth';
import publicAccess from './public-access';
import retention from './retention';

export const logsRules: readonly Rule[] = [
  insightsWorkspace, localAuth, publicAccess, retention,
];
