import { ColumnType, Deidentification, SensitiveValues, Technique } from 'cdk-regulated-ml/policy';

const measured = 'a laboratory value that no register holds, without which there is nothing to learn';

/** What becomes of each column of the export. Nobody's row is left out for the sake of another's, so that the ε of the training holds for each person. */
export const plan = Deidentification.of({
  subject: 'subject_id',
  columns: {
    subject_id: Technique.pseudonym({ domain: 'person' }),
    // with bands up to 90 the job refuses: every man of that age died during the study, so that age and sex would tell of a death
    age: Technique.band(5, 85),
    sex: Technique.keep('it is one of two, and counts among what somebody could be found by'),
    kappa: Technique.keep(measured, ColumnType.NUMBER),
    lambda: Technique.keep(measured, ColumnType.NUMBER),
    creatinine: Technique.keep(measured, ColumnType.NUMBER),
    mgus: Technique.keep(measured),
    // before five years, or from then on: days would lead to the death notices of the newspaper
    follow_up_days: Technique.band(1825, 1825),
    died: Technique.keep('it is what is to be foretold', ColumnType.INTEGER),
  },
  quasiIdentifiers: ['age', 'sex'],
  sensitive: { died: SensitiveValues.CATEGORICAL },
  thresholds: { k: 50, distinctL: 2 },
  maxQuarantinedShare: 0,
});
