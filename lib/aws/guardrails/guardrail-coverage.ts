import { Control } from '../../policy/control';

/** How the cloud itself enforces or watches a control. */
export interface GuardrailCoverage {
  /** The control. */
  readonly control: Control;
  /** Sids of the statements that enforce it. */
  readonly statements: string[];
  /** Managed rules of AWS Config that watch it. */
  readonly configRules: string[];
  /** Controls of Control Tower that ask for the same. */
  readonly controlTower: string[];
  /** Names of the rules that judge at synth what the statements deny. */
  readonly rules: string[];
  /**
   * Why no statement enforces it.
   *
   * @default - some statement does
   */
  readonly reason?: string;
}
