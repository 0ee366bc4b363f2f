import type { Resource } from '../../resource';

/** Whether a request that updates a state machine says nothing of a property, and so leaves it as it is. */
export function isLeft(machine: Resource, property: string): boolean {
  return machine.within?.kind === 'updateStateMachine' && machine.at(property).isAbsent;
}
