import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'KmsKeyPendingWindow',
  title: 'Keys of ML data wait thirty days before they are deleted',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  why: 'with its key, all data that it encrypts is gone; the window is the time in which somebody can notice',
  fix: 'leave PendingWindowInDays out: thirty days, the longest that KMS offers',
  properties: ['PendingWindowInDays'],
  sources: ['Security Hub KMS.3', 'Prowler kms_cmk_not_deleted_unintentionally', 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html'],
  good: {},
  bad: { PendingWindowInDays: 7 },
  check: (key) => ofMlData(key, () => key.at('PendingWindowInDays').judge((days) => (
    days === undefined || days === null || Number(days) >= 30 ? COMPLIANT : nonCompliant(`the key is deleted after ${String(days)} days`)))),
});
