import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';
import { declaredStoreOf, ofMlData } from '../ml-data';

export default rule({
  name: 'S3BucketObjectLock',
  title: 'Personal data that people may have erased is not locked',
  severity: 'warning',
  byDeclaration: true,
  control: Control.ERASURE,
  resources: ['AWS::S3::Bucket'],
  why: 'nobody can delete a locked object before its time, and a person may demand that it is deleted without undue delay',
  fix: 'lock only what a law tells you to keep, such as an audit trail; protect data by versions and by who may delete them',
  properties: ['ObjectLockConfiguration'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: { ObjectLockEnabled: false },
  bad: 'a store that is classified personal and has ObjectLockConfiguration.Rule.DefaultRetention, under a framework that gives people a right to erasure',
  check: (bucket, profile) => {
    if (!profile.erasureDuty) return NOT_APPLICABLE;
    return ofMlData(bucket, () => {
      const { classification } = bucket.ask(declaredStoreOf) ?? {};
      if (classification && !classification.isPersonal) return NOT_APPLICABLE;
      return bucket.at('ObjectLockConfiguration.Rule.DefaultRetention').judge((lock) => {
        if (lock === undefined || lock === null) return COMPLIANT;
        const locked = 'objects are locked by default';
        return classification ? nonCompliant(`${locked} and hold ${classification} data`) : unknown(`${locked}, and whether they hold data of people is said nowhere`);
      });
    });
  },
});
