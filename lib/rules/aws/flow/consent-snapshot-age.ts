import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'ConsentSnapshotAge',
  title: 'Consent filters take no snapshot that is older than a day',
  severity: 'warning',
  control: Control.CONSENT,
  resources: [STEP],
  why: 'a withdrawal holds from when it is said; a run goes on with the data of those who said it after the snapshot was taken',
  fix: 'leave maximumAge of the filter out, or give at most Duration.hours(24)',
  properties: ['Environment.CONSENT_MAXIMUM_AGE_SECONDS'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: { Environment: { CONSENT_SNAPSHOT: '0f3a…', CONSENT_MAXIMUM_AGE_SECONDS: '86400' } },
  bad: { Environment: { CONSENT_SNAPSHOT: '0f3a…', CONSENT_MAXIMUM_AGE_SECONDS: '2592000' } },
  check: (step) => {
    const age = step.at('Environment.CONSENT_MAXIMUM_AGE_SECONDS');
    if (step.within?.kind !== 'Processing' || (age.isAbsent && step.at('Environment.CONSENT_SNAPSHOT').isAbsent)) return NOT_APPLICABLE;
    return age.number((seconds) => seconds > 0 && seconds <= DAY, `at most ${DAY}, a day`);
  },
});

const DAY = 86_400;
