import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'CleanRoomsBudgetRefresh',
  title: 'Privacy budgets are not filled up again by themselves',
  severity: 'warning',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: ['AWS::CleanRooms::PrivacyBudgetTemplate'],
  why: 'a budget that is full again each month promises privacy for a month: over a year, as much as anybody wants leaks',
  fix: 'set AutoRefresh to NONE, and decide on each new budget',
  properties: ['AutoRefresh'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html'],
  good: { MembershipIdentifier: '00000000-0000-4000-8000-000000000000', PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY', AutoRefresh: 'NONE', Parameters: { Epsilon: 3, UsersNoisePerQuery: 50 } },
  bad: { MembershipIdentifier: '00000000-0000-4000-8000-000000000000', PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY', AutoRefresh: 'CALENDAR_MONTH', Parameters: { Epsilon: 3, UsersNoisePerQuery: 50 } },
  check: (budget) => {
    if (budget.at('PrivacyBudgetType').alternatives.every((type) => type === 'ACCESS_BUDGET')) return NOT_APPLICABLE;
    return budget.at('AutoRefresh').judge((refresh) => (refresh === 'NONE' ? COMPLIANT : nonCompliant(`AutoRefresh is ${String(refresh ?? 'not set')}`)));
  },
});
