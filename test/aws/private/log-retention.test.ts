import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { logRetentionOf } from '../../../lib/aws/private/log-retention';
import { Retention } from '../../../lib/policy';

test.each([
  [1, RetentionDays.ONE_DAY],
  [2, RetentionDays.THREE_DAYS],
  [365, RetentionDays.ONE_YEAR],
  [366, RetentionDays.THIRTEEN_MONTHS],
  [2192, RetentionDays.SIX_YEARS],
  [3653, RetentionDays.TEN_YEARS],
  [3654, RetentionDays.INFINITE],
])('%d days are kept for at least as long, and no longer than CloudWatch Logs makes it', (days, expected) => {
  expect(logRetentionOf(Retention.days(days))).toBe(expected);
});
