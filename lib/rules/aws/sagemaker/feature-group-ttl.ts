import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import type { Retention } from '../../../policy/retention';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, type Verdict } from '../../verdict';
import { unlessOff } from './option';

export default rule({
  name: 'SageMakerFeatureGroupTtl',
  title: 'Records of online feature stores expire, no later than the profile keeps data',
  severity: 'error',
  control: Control.RETENTION_LIMIT,
  resources: ['AWS::SageMaker::FeatureGroup'],
  why: 'without an end the features of a person who left are served for ever',
  fix: 'set OnlineStoreConfig.TtlDuration to a time no longer than the retention of data',
  properties: ['OnlineStoreConfig.TtlDuration'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-time-to-live.html'],
  good: { OnlineStoreConfig: { EnableOnlineStore: true, TtlDuration: { Unit: 'Days', Value: 30 } } },
  bad: { OnlineStoreConfig: { EnableOnlineStore: true } },
  check: (group, profile) => {
    const online = group.at('OnlineStoreConfig');
    return unlessOff(online.at('EnableOnlineStore').boolean(false), expires(online.at('TtlDuration'), profile.dataRetention));
  },
});

const SECONDS: Readonly<Record<string, number>> = { Seconds: 1, Minutes: 60, Hours: 3_600, Days: 86_400, Weeks: 604_800 };

function expires(ttl: Value, longest: Retention | undefined): Verdict {
  const stated = all(ttl.at('Unit').present(), ttl.at('Value').number((value) => value > 0, 'more than 0'));
  if (stated.answer !== Answer.COMPLIANT || !longest) return stated;
  const times = ttl.at('Value').texts.flatMap((value) => ttl.at('Unit').texts.map((unit) => ({ value, unit })));
  const late = times.find(({ value, unit }) => Number(value) * (SECONDS[unit] ?? Infinity) > longest.inDays * SECONDS.Days!);
  return late ? nonCompliant(`records expire after ${late.value} ${late.unit}, and data is kept for ${longest.toString()}`, ttl.location) : COMPLIANT;
}
