import { Answer } from '../../../policy/finding';
import type { Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { scalarText, type Alternative, type Value } from '../../value';
import { all, any, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { actionsOf, admits, documentAt, each, principalsOf } from './statements';

/** Of what a statement of a policy names: whether it covers something that must be covered; undefined where that cannot be told. */
export type Covers = (named: Alternative, policy: Resource) => boolean | undefined;

/**
 * Whether policies deny all of these actions to everyone who comes without TLS, on all of these parts of a resource: each of them by one statement, which need not
 * be the same. Not applicable where they hold no statement.
 */
export function denyPlainHttp(policies: readonly Resource[], actions: readonly string[], parts: readonly Covers[]): Verdict {
  const statements = policies.flatMap((policy) => each(documentAt(policy.at('PolicyDocument')).at('Statement')).map((statement) => ({ statement, policy })));
  return all(...actions.flatMap((action) => parts.map((covers) => (
    any(...statements.map(({ statement, policy }) => denies(statement, action, (named) => covers(named, policy))))))));
}

/** Whether one of the policies of a topic or a queue denies plain HTTP, for actions that carry messages. */
export function refusesPlainHttp(resource: Resource, policies: readonly Resource[], actions: readonly string[]): Verdict {
  const verdict = denyPlainHttp(policies, actions, [(named) => isOwn(named, resource)]);
  if (verdict.answer === Answer.NOT_APPLICABLE) return nonCompliant('it has no policy that this app holds');
  return verdict.answer === Answer.NON_COMPLIANT ? nonCompliant(`no statement of its policy denies ${actions.join(' and ')} over plain HTTP to everyone`) : verdict;
}

/** Policies by the topics or queues that they are on. */
export function policiesByOwner(relations: Relations, types: Readonly<Record<string, string>>, owner: string, nameProperty: string): Map<Resource, Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const [type, property] of Object.entries(types)) {
    for (const policy of relations.ofType(type)) {
      const places = each(policy.at(property));
      const named = places.flatMap(({ texts }) => texts).flatMap((text) => relations.called(nameIn(text), owner, nameProperty));
      for (const one of [...places.flatMap((place) => relations.targets(place)), ...named]) found.set(one, [...found.get(one) ?? [], policy]);
    }
  }
  return found;
}

// of an ARN or of the address of a queue
function nameIn(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1);
}

function answer(holds: boolean): Verdict {
  return holds ? COMPLIANT : nonCompliant('');
}

function denies(statement: Value, action: string, covers: (named: Alternative) => boolean | undefined): Verdict {
  if (statement.unknowns.length > 0) return statement.present();
  return all(
    statement.at('Effect').judge((effect) => answer(effect === 'Deny')),
    answer(principalsOf(statement).includes('*')),
    answer(actionsOf(statement).some((one) => admits(one, action))),
    onlyWithoutTls(statement.at('Condition')),
    covered(statement.at('Resource'), covers),
  );
}

// any further condition narrows what is denied; `IfExists` denies as much, and what comes without the key besides
function onlyWithoutTls(condition: Value): Verdict {
  return eachEntry(condition, (operator, keys) => (!/^Bool(?:IfExists)?$/.test(operator) ? nonCompliant('') : eachEntry(keys, (key, value) => (
    // names of keys are the same in capitals and without
    key.toLowerCase() !== 'aws:securetransport' ? nonCompliant('') : value.judge((flags) => {
      const listed = [flags].flat();
      return answer(listed.length > 0 && listed.every((flag) => scalarText(flag).toLowerCase() === 'false'));
    })))));
}

function eachEntry(value: Value, check: (name: string, inner: Value) => Verdict): Verdict {
  return all(...value.options.map((one) => (one.entries.length === 0 ? one.judge(() => nonCompliant('')) : all(...one.entries.map(([name, inner]) => check(name, inner))))));
}

function covered(resource: Value, covers: (named: Alternative) => boolean | undefined): Verdict {
  const listed = each(resource).flatMap(({ alternatives }) => alternatives).map((one) => ({ one, covers: covers(one) }));
  if (listed.some((named) => named.covers)) return COMPLIANT;
  const open = listed.find((named) => named.covers === undefined)?.one;
  return open instanceof Unknown ? unknown(`Resource is ${open.reason}`, resource.location) : nonCompliant('');
}

function isOwn(named: Alternative, own: Resource): boolean | undefined {
  if (named instanceof Unknown) {
    if (named.leaves.some((leaf) => own.relations.target(leaf) === own)) return true;
    return own.relations.target(named) ? false : undefined;
  }
  const names = ['TopicName', 'QueueName'].flatMap((property) => own.at(property).texts);
  return named === '*' || names.includes(nameIn(scalarText(named)));
}
