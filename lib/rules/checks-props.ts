import type { Baseline } from '../policy/baseline';
import type { Severity } from '../policy/finding';
import type { ComplianceProfile } from '../policy/profile';
import type { Waiver } from '../policy/waiver';

/** What `RegulatedMLChecks` needs to know. */
export interface RegulatedMLChecksProps {
  /** Frameworks and residency to check against. */
  readonly profile: ComplianceProfile;
  /**
   * How much an answer weighs that cannot be given before deployment, because a value is a reference that does not
   * resolve. It is always shown, and never counts as a pass.
   *
   * @default Severity.WARNING
   */
  readonly unknownAs?: Severity;
  /**
   * Findings that were accepted for a time, beside those that constructs acknowledge.
   *
   * @default - none
   */
  readonly waivers?: Waiver[];
  /**
   * The findings that were there when the app adopted the rules: they are shown and do not fail.
   *
   * @default - none: every finding counts
   */
  readonly baseline?: Baseline;
  /**
   * The day on which the expiry of waivers is judged, such as `2026-11-26`. It comes from outside, so that the same app always synthesizes to
   * the same bytes.
   *
   * @default - the context `regulated-ml:asOf` (`cdk synth -c regulated-ml:asOf=2026-11-26`); where there is none, whether a waiver has expired is unknown,
   * which fails synth. `regulated-ml check` judges it by its own day
   */
  readonly asOf?: string;
}
