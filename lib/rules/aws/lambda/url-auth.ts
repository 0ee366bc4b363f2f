import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlFunction } from './functions';

export default rule({
  name: 'LambdaUrlAuth',
  title: 'Addresses of functions that handle ML data ask who calls',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['AWS::Lambda::Url'],
  why: 'an address with the type NONE answers anybody who finds it, with the permissions of the function\'s role',
  fix: 'set AuthType to AWS_IAM',
  properties: ['AuthType'],
  sources: ['cdk-nag LambdaFunctionUrlAuth', 'Checkov CKV_AWS_258', 'Prowler awslambda_function_url_public'],
  good: 'the address of a function that reads a store, with the AuthType AWS_IAM',
  bad: 'the address of a function that reads a store, with the AuthType NONE',
  check: (url) => ofMlFunction(url, 'TargetFunctionArn', () => url.at('AuthType')
    .judge((type) => (type === 'AWS_IAM' ? COMPLIANT : nonCompliant(`AuthType is ${String(type ?? 'not set')}`)))),
});
