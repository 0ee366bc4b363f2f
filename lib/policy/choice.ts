/** A choice between privacy, scalability and compliance; the report lists it with what it costs. */
export interface Choice {
  readonly dimension: 'privacy' | 'scalability' | 'compliance';
  readonly choice: string;
  readonly gives: string;
  readonly costs: string;
}

/** Whatever can be noted on; structural, so that the ground imports no `constructs`. */
export interface Noted {
  readonly node: { readonly path: string; addMetadata(type: string, data: unknown): void };
}

/** Notes on a construct what was chosen for it, for the evidence. */
export function declareChoice(construct: Noted, choice: Choice): void {
  construct.node.addMetadata('regulated-ml:choice', choice);
}
