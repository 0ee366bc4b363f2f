import type { Checker } from '../../../comparison';

/** What the proactive controls of AWS Control Tower check. */
export const CONTROL_TOWER: Checker = {
  name: 'Control Tower',
  version: 'proactive controls, read in 2026',
  url: 'https://docs.aws.amazon.com/controltower/latest/controlreference/sagemaker-rules.html',
  checks: {
    'CT.SAGEMAKER.PR.1': 'notebook instances have no direct way to the internet',
    'CT.SAGEMAKER.PR.2': 'notebook instances run in a VPC',
    'CT.SAGEMAKER.PR.3': 'users are not root on notebook instances',
  },
  without: {},
  rest: 'Controls of other services.',
};
