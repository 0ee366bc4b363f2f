import type { Relations } from '../../relations';
import { Unknown } from '../../resolve';
import type { Resource } from '../../resource';
import { scalarText, type Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { admits, documentAt, each } from './statements';

/** Whether a statement of a resource's policy denies actions to everyone who comes without TLS, on all that `covers` asks for. */
export function deniesPlainHttp(statement: Value, actions: readonly string[], covers: (resource: Value) => Verdict): Verdict {
  if (statement.unknowns.length > 0) return statement.present();
  const written = each(statement.at('Action')).flatMap(({ texts }) => texts);
  return all(
    statement.at('Effect').judge((effect) => answer(effect === 'Deny')),
    answer(isEveryone(statement)),
    answer(actions.every((action) => written.some((one) => admits(one, action)))),
    onlyWithoutTls(statement.at('Condition')),
    covers(statement.at('Resource')),
  );
}

/** Whether one of the policies of a topic or a queue denies plain HTTP, for actions that carry messages. */
export function refusesPlainHttp(resource: Resource, policies: readonly Resource[], actions: readonly string[]): Verdict {
  const statements = policies.flatMap((policy) => each(documentAt(policy.at('PolicyDocument')).at('Statement')));
  const verdicts = statements.map((statement) => deniesPlainHttp(statement, actions, (covered) => coversOwn(covered, resource)));
  if (verdicts.some(({ answer: own }) => own === COMPLIANT.answer)) return COMPLIANT;
  const none = statements.length === 0 ? 'it has no policy that this app holds' : `no statement of its policy denies ${actions.join(' and ')} over plain HTTP to everyone`;
  return verdicts.find(({ answer: own }) => own === 'unknown') ?? nonCompliant(none);
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

function isEveryone(statement: Value): boolean {
  return [statement.at('Principal'), statement.at('Principal.AWS')].some((principal) => principal.texts.includes('*') || principal.items.some((item) => item.texts.includes('*')));
}

// any further condition narrows what is denied
function onlyWithoutTls(condition: Value): Verdict {
  const operators = condition.entries;
  const keys = operators.flatMap(([, operator]) => operator.entries.map(([key]) => key.toLowerCase()));
  if (!operators.every(([operator]) => operator === 'Bool') || !keys.every((key) => key === 'aws:securetransport')) return nonCompliant('');
  return condition.at('Bool.aws:SecureTransport').judge((value) => answer([value].flat().every((flag) => scalarText(flag).toLowerCase() === 'false')));
}

function coversOwn(resource: Value, own: Resource): Verdict {
  const listed = each(resource);
  const names = ['TopicName', 'QueueName'].flatMap((property) => own.at(property).texts);
  if (listed.some((one) => one.texts.some((text) => text === '*' || names.includes(nameIn(text))) || own.relations.targets(one).includes(own))) return COMPLIANT;
  const open = listed.flatMap(({ unknowns }) => unknowns).find((one): one is Unknown => own.relations.target(one) === undefined);
  return open ? unknown(`Resource is ${open.reason}`, resource.location) : nonCompliant('');
}
