import type { IConstruct } from 'constructs';

/** A choice between privacy, scalability and compliance; the report lists it with what it costs. */
export interface Choice {
  readonly dimension: 'privacy' | 'scalability' | 'compliance';
  readonly choice: string;
  readonly gives: string;
  readonly costs: string;
}

/** Notes on a construct what was chosen for it, for the evidence. */
export function declareChoice(construct: IConstruct, choice: Choice): void {
  construct.node.addMetadata('regulated-ml:choice', choice);
}
