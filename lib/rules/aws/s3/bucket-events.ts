import { Control } from '../../../policy/control';
import { append, type Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText, shown, type Value } from '../../value';
import { all, any, COMPLIANT, nonCompliant, type Verdict } from '../../verdict';
import { ofMlData } from '../ml-data';
import { each } from '../policy/statements';

export default rule({
  name: 'S3BucketEvents',
  title: 'S3 buckets of ML data tell when objects come and go',
  severity: 'warning',
  control: Control.INCIDENT_ALERTING,
  resources: ['AWS::S3::Bucket'],
  why: 'quarantine, erasure and alarms start from an event; without one nobody learns that data came, or went',
  fix: 'set NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled (eventBridgeEnabled)',
  properties: ['NotificationConfiguration'],
  sources: ['Security Hub S3.11', 'AWS Config s3-event-notifications-enabled', 'Prowler s3_bucket_event_notifications_enabled'],
  good: { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } },
  bad: { NotificationConfiguration: {} },
  check: (bucket) => ofMlData(bucket, () => {
    const configurations = [bucket.at('NotificationConfiguration'), ...bucket.ask(configuredElsewhere)];
    return any(...configurations.map(tells));
  }),
});

function tells(configuration: Value): Verdict {
  return any(
    all(configuration.at('EventBridgeConfiguration').judge((value) => (typeof value === 'object' && value !== null ? COMPLIANT : nonCompliant('the bucket tells nobody what happens in it'))),
      configuration.at('EventBridgeConfiguration.EventBridgeEnabled').boolean(true, true)),
    // those of CloudFormation are told of one event each, those of the API of several
    ...['Lambda', 'LambdaFunction', 'Queue', 'Topic'].flatMap((target) => configuration.at(`${target}Configurations`).items).flatMap((one) => [...each(one.at('Event')), ...each(one.at('Events'))])
      .map((event) => event.judge((name) => (COMES_OR_GOES.test(scalarText(name)) ? COMPLIANT : nonCompliant(`what is told is ${shown(name)}`)))),
  );
}

const COMES_OR_GOES = /^s3:(?:\*|Object(?:Created|Removed):|LifecycleExpiration:)/;

const NOWHERE: readonly Value[] = [];

function configuredElsewhere(bucket: Resource): readonly Value[] {
  return bucket.relations.once(notifications).get(bucket) ?? NOWHERE;
}

// the L2 of the CDK configures a bucket's notifications through a custom resource
function notifications(relations: Relations): Map<Resource, Value[]> {
  const found = new Map<Resource, Value[]>();
  for (const custom of relations.ofType('Custom::S3BucketNotifications')) {
    for (const bucket of relations.named(custom.at('BucketName'), 'AWS::S3::Bucket', 'BucketName')) {
      append(found, bucket, custom.at('NotificationConfiguration'));
    }
  }
  return found;
}
