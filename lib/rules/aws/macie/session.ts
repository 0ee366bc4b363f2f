import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'MacieSession',
  title: 'Macie is switched on',
  severity: 'error',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: ['AWS::Macie::Session'],
  why: 'a session that is paused looks at nothing: no job runs and no finding comes',
  fix: 'leave Status out, or set it to ENABLED',
  properties: ['Status'],
  sources: ['Security Hub Macie.1', 'AWS Config macie-status-check', 'Prowler macie_is_enabled'],
  good: { Status: 'ENABLED' },
  bad: { Status: 'PAUSED' },
  check: (session) => session.at('Status').judge((status) => (status === undefined || status === null || status === 'ENABLED' ? COMPLIANT : nonCompliant(`Status is ${String(status)}`))),
});
