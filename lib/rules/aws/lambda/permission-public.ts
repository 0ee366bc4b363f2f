import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { unlessCallerIsHeld } from './caller';
import { ofMlFunction } from './functions';

export default rule({
  name: 'LambdaPermissionPublic',
  title: 'Functions that handle ML data are called by callers that are named',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::Lambda::Permission'],
  why: 'a permission for * is one for every account there is; the function reads data for whoever calls it',
  fix: 'name an account, a role or a service in Principal, or narrow * by PrincipalOrgID, SourceAccount or a SourceArn that names its account or its bucket',
  properties: ['Principal', 'PrincipalOrgID', 'SourceAccount', 'SourceArn'],
  sources: ['Security Hub Lambda.1', 'AWS Config lambda-function-public-access-prohibited', 'cdk-nag LambdaFunctionPublicAccessProhibited', 'Checkov CKV_AWS_301', 'Prowler awslambda_function_not_publicly_accessible'],
  good: { Action: 'lambda:InvokeFunction', FunctionName: 'predict', Principal: 'arn:aws:iam::123456789012:role/caller' },
  bad: 'a permission of lambda:InvokeFunction for the principal * on a function that reads a store',
  check: (permission) => ofMlFunction(permission, 'FunctionName', () => unlessCallerIsHeld(permission, () => (
    permission.at('Principal').judge((who) => (who === '*' ? nonCompliant('Principal is \'*\', and nothing says who') : COMPLIANT))))),
});
