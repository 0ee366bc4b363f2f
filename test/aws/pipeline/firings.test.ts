import fc from 'fast-check';
import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { longestPause, mostFirings } from '../../../lib/aws/pipeline/private/firings';

const YEAR = { days: 366, calendarYear: true };
const days = (count: number) => ({ days: count, calendarYear: false });

describe('a schedule fires at most so often', () => {
  test.each([
    ['rate(7 days)', 53], ['rate(1 day)', 366], ['rate(30 days)', 13], ['rate(12 hours)', 732], ['rate(1 minute)', 366 * 1440],
    ['cron(0 3 1 * ? *)', 12], ['cron(0 3 1,15 * ? *)', 24], ['cron(0 3 ? * MON *)', 53], ['cron(0 3 ? * 2 *)', 53], ['cron(0/15 8-17 ? * MON-FRI *)', 40 * 262],
    ['cron(0 3 L * ? *)', 12], ['cron(0 3 LW * ? *)', 12], ['cron(0 3 31W * ? *)', 12], ['cron(0 3 ? * 3#2 *)', 12], ['cron(0 3 ? * TUE#5 *)', 5], ['cron(0 3 ? * 6L *)', 12],
    ['cron(0 3 ? * L *)', 53], ['cron(0 3 1 JAN,jul ? *)', 2], ['cron(0 3 1 JAN,JUL ? 2027)', 2], ['cron(0 3 1 */3 ? *)', 4], ['cron(0 3 29 2 ? *)', 1], ['cron(0 3 ? * FRI-MON *)', 210],
    ['cron(0 3 31 2 ? *)', 0],
  ])('%s: %d in a calendar year', (expression, count) => {
    expect(mostFirings(expression, YEAR)).toBe(count);
  });

  test.each([
    ['rate(7 days)', 7, 1], ['rate(7 days)', 8, 2], ['cron(0 3 1 * ? *)', 28, 1], ['cron(0 3 1 * ? *)', 29, 2], ['cron(0 3 1 * ? *)', 365, 12], ['cron(0 3 1 * ? *)', 366, 13],
    ['cron(0 3 ? * MON *)', 7, 1], ['cron(0 3 ? * MON *)', 8, 2], ['cron(0 3 1 1 ? 2027-2030)', 731, 2], ['cron(0 3 1 1 ? 2027-2030)', 732, 3], ['cron(0 3 29 2 ? *)', 36_500, 28],
  ])('%s: %d days hold %d', (expression, length, count) => {
    expect(mostFirings(expression, days(length))).toBe(count);
  });

  test('of the CDK\'s own schedules', () => {
    expect(mostFirings(events.Schedule.rate(Duration.days(7)).expressionString, YEAR)).toBe(53);
    expect(mostFirings(events.Schedule.cron({ minute: '0', hour: '3', day: '1' }).expressionString, YEAR)).toBe(12);
    expect(mostFirings(events.Schedule.cron({ minute: '0', hour: '3', weekDay: 'MON' }).expressionString, YEAR)).toBe(53);
  });
});

test.each([
  'cron(0 3 32 * ? *)', 'cron(0 24 1 * ? *)', 'cron(0 3 1 * ?)', 'cron(0 3 1 13 ? *)', 'cron(0 3 ? * MOON *)', 'cron(0 3 ? * 3#6 *)', 'cron(0 3 1/0 * ? *)', 'cron(0 3 1-2-3 * ? *)', 'cron()', 'rate(0 days)', 'rate(2 weeks)', 'at(2027-01-01T00:00:00)', '',
])('what is no schedule of EventBridge is not counted: %s', (expression) => {
  expect(mostFirings(expression, YEAR)).toBeUndefined();
});

test.each([
  ['rate(1 hour)', 60], ['rate(7 days)', 7 * 1440], ['cron(0/15 * * * ? *)', 15], ['cron(0 3 * * ? *)', 1440], ['cron(0 3,15 * * ? *)', 720], ['cron(0 8-17 ? * MON-FRI *)', 2 * 1440 + 15 * 60],
  ['cron(0 3 ? * MON *)', 7 * 1440], ['cron(0 3 1 * ? *)', 31 * 1440], ['cron(0 3 29 2 ? *)', 1461 * 1440],
])('%s pauses for %d minutes at the longest', (expression, minutes) => {
  expect(longestPause(expression)).toBe(minutes);
});

test.each(['rate(0 days)', 'cron(0 3 31 2 ? *)', 'cron(0 3 1 1 ? 2027)', 'cron(0 25 * * ? *)', 'at(2027-01-01T00:00:00)', ''])('how long a schedule pauses that ends, never fires or cannot be read is not told: %s', (expression) => {
  expect(longestPause(expression)).toBeUndefined();
});

test('no year, and no stretch of days, holds more firings than are counted', () => {
  const day = fc.integer({ min: 1, max: 31 });
  const weekday = fc.integer({ min: 1, max: 7 });
  const fields = fc.oneof(
    fc.array(day, { minLength: 1, maxLength: 3 }).map((values) => `${values.join(',')} * ?`),
    fc.array(weekday, { minLength: 1, maxLength: 3 }).map((values) => `? * ${values.join(',')}`),
    fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([value, nth]) => `? * ${value}#${nth}`),
  );
  fc.assert(fc.property(fields, fc.integer({ min: 2001, max: 2060 }), fc.integer({ min: 1, max: 800 }), fc.integer({ min: 0, max: 364 }), (field, year, length, offset) => {
    const [dayOfMonth, , dayOfWeek] = field.split(' ');
    const [weekdays, nth] = dayOfWeek.split('#');
    const fires = (at: Date) => (dayOfMonth === '?' || dayOfMonth.split(',').includes(String(at.getUTCDate())))
      && (dayOfWeek === '?' || weekdays.split(',').includes(String(at.getUTCDay() + 1)))
      && (nth === undefined || Math.ceil(at.getUTCDate() / 7) === Number(nth));
    const from = Date.UTC(year, 0, 1 + offset);
    let count = 0;
    for (let index = 0; index < length; index++) count += Number(fires(new Date(from + index * 86_400_000)));
    expect(count).toBeLessThanOrEqual(mostFirings(`cron(0 3 ${field} *)`, days(length)) ?? NaN);
  }), { numRuns: 60 });
});
