import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { unlessCallerIsHeld } from './caller';
import { ofMlFunction } from './functions';

export default rule({
  name: 'LambdaPermissionSource',
  title: 'Services call functions that handle ML data for this account only',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::Lambda::Permission'],
  why: 'a service calls for whoever asks it; without a source it may be asked by a bucket, a topic or a rule of another account',
  fix: 'set SourceArn to what may call, or SourceAccount to your account',
  properties: ['SourceArn', 'SourceAccount', 'PrincipalOrgID'],
  sources: ['Checkov CKV_AWS_364', 'https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html'],
  good: { Action: 'lambda:InvokeFunction', FunctionName: 'predict', Principal: 's3.amazonaws.com', SourceAccount: '123456789012' },
  bad: 'a permission for s3.amazonaws.com without SourceArn and SourceAccount, on a function that reads a store',
  check: (permission) => ofMlFunction(permission, 'FunctionName', () => {
    const principal = permission.at('Principal');
    if (principal.unknowns.length === 0 && !principal.texts.some((who) => /\.amazonaws\.com(?:\.cn)?$/.test(who))) return NOT_APPLICABLE;
    return unlessCallerIsHeld(permission, () => principal.judge((who) => nonCompliant(`'${String(who)}' may call for any account`)));
  }),
});
