import type { Noted } from './choice';
import type { Control } from './control';

/** A protection that something lacks, and what stands in for it. */
export interface Weakening {
  /** The construct, by path. */
  readonly path: string;
  /** The control that is weaker. */
  readonly control: Control;
  /** Why. */
  readonly reason: string;
  /** What protects the data instead. */
  readonly substitute: string;
}

/** Notes on a construct what protection it lacks, for the evidence. */
export function declareWeakening(construct: Noted, control: Control, reason: string, substitute: string): Weakening {
  const weakening: Weakening = { path: construct.node.path, control, reason, substitute };
  construct.node.addMetadata('regulated-ml:weakening', weakening);
  return weakening;
}
