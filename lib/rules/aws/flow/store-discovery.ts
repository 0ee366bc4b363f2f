import { Control } from '../../../policy/control';
import { FLOW_NODE, rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { covered, coverageOf } from '../macie/coverage';
import { MlData } from '../ml-data';

export default rule({
  name: 'FlowStoreDiscovery',
  title: 'Macie looks at raw stores and captures that hold personal data',
  severity: 'error',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: [FLOW_NODE],
  why: 'a raw store takes what others put there, and captures take what callers send: both can hold more than anybody classified. Asked once an app holds anything of Macie: it is switched on once an account, often by another app, which no file of this one tells',
  fix: 'add the store to a SensitiveDataDiscovery, or switch automated discovery on in the AccountBaseline',
  properties: ['Classification', 'Zone'],
  sources: ['Security Hub Macie.1', 'Security Hub Macie.2', 'https://docs.aws.amazon.com/macie/latest/user/discovery-jobs.html'],
  good: 'a classification job whose Buckets name the bucket of the raw store',
  bad: 'a job over another store only, with automated discovery switched off',
  check: (node) => {
    const { relations } = node;
    const store = relations.flow?.node(node.at('Id').texts[0] ?? '');
    // Macie is switched on once an account: where an app holds nothing of it, this is assessed elsewhere or not at all
    if (!store || store.kind !== 'store' || !ZONES.has(store.detail ?? '') || !store.classification?.isPersonal || !coverageOf(relations).isManaged) return NOT_APPLICABLE;
    const verdict = covered(MlData.of(relations).bucketsOf(store.id), relations);
    return verdict.detail ? { ...verdict, detail: `'${store.name}': ${verdict.detail}` } : verdict;
  },
});

const ZONES = new Set(['raw', 'captures']);
