import type { Resource } from '../../resource';
import type { Verdict } from '../../verdict';
import { inMlApp, ofMlData } from '../ml-data';

/** Judges a log group where code that handles data of machine learning writes: one that it names, or one of SageMaker's own. */
export function ofMlLogs(group: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  const own = group.at('LogGroupName').texts.some((name) => /^\/aws\/(?:sagemaker|glue|aws-glue|bedrock|emr-serverless|databrew)/i.test(name));
  return own ? inMlApp(group, judge) : ofMlData(group, judge);
}
