import type { IConstruct } from 'constructs';
import { DataFlow } from '../../../policy/flow';
import type { Purpose } from '../../../policy/purpose';

/** What a run knows of the consent that its data rests on. */
export interface ConsentBehind {
  readonly stepName: string;
  /** The pipeline that it is a step of. */
  readonly pipeline: IConstruct;
  readonly purpose: Purpose;
  readonly maximumAgeSeconds: number;
  /** Id of the snapshot: a token. */
  readonly snapshot: string;
  /** When it was taken: a token. */
  readonly takenAt: string;
}

const FILTERS = new WeakMap<IConstruct, Map<string, ConsentBehind>>();

/** Enters a step that filters by consent. */
export function enterConsentFilter(step: IConstruct, behind: ConsentBehind): void {
  const { root } = step.node;
  const filters = FILTERS.get(root) ?? new Map<string, ConsentBehind>();
  FILTERS.set(root, filters);
  filters.set(step.node.path, behind);
}

/** The consent filters of the same pipeline that data of a step came through, in the order of their names. */
export function consentBehind(step: IConstruct, pipeline: IConstruct): ConsentBehind[] {
  const flow = DataFlow.of(step);
  const filters = FILTERS.get(step.node.root);
  const seen = new Set([step.node.path]);
  const found: ConsentBehind[] = [];
  for (const id of seen) {
    const filter = filters?.get(id);
    if (filter?.pipeline === pipeline) found.push(filter);
    for (const source of flow.sourcesOf(id)) seen.add(source);
  }
  return found.sort((a, b) => (a.stepName < b.stepName ? -1 : 1));
}
