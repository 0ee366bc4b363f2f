import { Annotations, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { shown } from '../../policy/given';
import { having } from '../../policy/required';
import { ServiceRole } from '../private/service-role';
import type { IConsentRegistry } from './consent-registry';
import type { BoundEraser } from './rights-ground';

/** What the workflow lets whoever hears withdrawals do. */
export interface Hearing {
  readonly stateMachineArn: string;
  /** Path of the workspace whose key encrypts what was not delivered. */
  readonly keptIn: string;
  allowStart(role: ServiceRole): void;
  newDeadLetters(id: string): sqs.Queue;
  alarm(id: string, metric: cloudwatch.IMetric, what: string): void;
}

/**
 * Passes for a bus whose withdrawals can come to their end. One names the person as receipts do, and purposes: what finds people by anything else, or is
 * held for nothing stated, would be left to a person each time.
 *
 * @throws an error that names all such erasers, where it is known that they are asked; for a bus of others, which may tell of other purposes, it is a warning
 */
export function checkWithdrawals(rights: IConstruct, bus: events.IEventBus, erasers: readonly BoundEraser[], hasIdentities: boolean): void {
  const owner = `subject rights '${rights.node.path}'`;
  if (having('withdrawals', 'purposes')(bus)) throw new Error(`${owner} hear registry '${bus.node.path}' itself: give its bus, registry.withdrawals`);
  if (!having('eventBusArn', 'eventBusName')(bus)) throw new Error(`${owner} hear ${shown(bus)}: give a bus, such as registry.withdrawals`);
  if (rights.node.tryFindChild(idOf(bus))) throw new Error(`${owner} hear bus '${bus.node.path}' already: leave the second requestsFrom out`);
  const registry = registryOf(bus);
  const withdrawable = registry?.purposes.map(({ name }) => name);
  const isAsked = ({ always, purposes }: BoundEraser) => always || !withdrawable || purposes.some((purpose) => withdrawable.includes(purpose));
  const unknown = erasers.filter(({ always, purposes }) => !always && purposes.length === 0)
    .map(({ store }) => `'${store}' is held for nothing that is stated: give its eraser purposes, or the store a purpose`);
  const nameless = hasIdentities ? [] : erasers.filter((eraser) => eraser.identifier !== undefined && isAsked(eraser))
    .map(({ store, identifier }) => `'${store}' knows people by '${identifier}', which no withdrawal holds: give SubjectRights identities, a function that knows it`);
  const left = [...unknown, ...nameless];
  if (left.length > 0 && registry) throw new Error(`${owner} would leave each withdrawal open that registry '${registry.node.path}' tells of: ${left.join('; ')}`);
  if (left.length > 0) Annotations.of(rights).addWarningV2('cdk-regulated-ml:withdrawals-left-open', `withdrawals that come over '${bus.node.path}' may be left open each time: ${left.join('; ')}`);
  for (const { store, purposes } of withdrawable ? erasers : []) {
    const others = purposes.filter((purpose) => !withdrawable!.includes(purpose));
    if (others.length === 0 || others.length === purposes.length) continue;
    Annotations.of(rights).addWarningV2(`cdk-regulated-ml:withdrawal-other-purpose-${store}`,
      `'${store}' is held for ${others.map((purpose) => `'${purpose}'`).join(', ')} too, to which nobody consents in registry '${registry!.node.path}': each withdrawal of ${purposes.filter((purpose) => !others.includes(purpose)).map((purpose) => `'${purpose}'`).join(', ')} is left to a person there. Keep what rests on consent in a store of its own`);
  }
}

/** Starts the workflow with each withdrawal of a bus, as it comes. */
export function hearWithdrawals(rights: Construct, bus: events.IEventBus, hearing: Hearing): events.Rule {
  const id = idOf(bus);
  const deadLetters = hearing.newDeadLetters(`${id}DeadLetters`);
  const role = new ServiceRole(rights, `${id}Role`, { service: 'events.amazonaws.com', description: 'Starts the erasure when consent is withdrawn' });
  hearing.allowStart(role);
  const rule = new events.Rule(rights, id, {
    eventBus: bus, description: 'Consent that was withdrawn', eventPattern: { source: ['regulated-ml.consent'], detailType: ['Consent withdrawn'] },
  });
  rule.addTarget({
    bind: () => ({
      arn: hearing.stateMachineArn, role: role.role, deadLetterConfig: { arn: deadLetters.queueArn },
      retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: Duration.days(1).toSeconds() },
    }),
  });
  deadLetters.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('events.amazonaws.com')], actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
  }));
  hearing.alarm(`${id}Undelivered`, deadLetters.metricApproximateNumberOfMessagesVisible(), 'withdrawals of consent did not reach the erasure');
  declareChoice(rights, {
    dimension: 'compliance', choice: 'a consent that is withdrawn erases what was held for it', gives: 'nobody has to ask for it a second time (GDPR Art. 17(1)(b))',
    costs: `an event that cannot be delivered lies encrypted in a queue for 14 days, with the name of the person in it (${hearing.keptIn})`,
  });
  return rule;
}

function idOf(bus: events.IEventBus): string {
  return `From${bus.node.addr.slice(-8)}`;
}

/** The registry whose withdrawals a bus tells of: it says which purposes can be withdrawn at all. */
function registryOf(bus: events.IEventBus): IConsentRegistry | undefined {
  const scope = bus.node.scope as IConsentRegistry | undefined;
  return scope !== undefined && having('purposes', 'withdrawals')(scope) && scope.withdrawals === bus ? scope : undefined;
}
