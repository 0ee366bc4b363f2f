/** The limit of a record of an app whose validations were switched off: no rule was asked. The gate fails on it. */
export const VALIDATIONS_OFF = 'the app was synthesized with skipValidation: no rule was asked';

/** The limit of a record of a synth that errors did not stop. The gate fails on it. */
export const ERRORS_PASSED = 'errors that constructs reported did not stop synth (CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS)';

/** What shows that a record is no proof, whatever it holds. */
export const DISQUALIFYING: readonly string[] = [VALIDATIONS_OFF, ERRORS_PASSED];
