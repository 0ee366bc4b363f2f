import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'LambdaRuntime',
  title: 'Functions that handle ML data run on a runtime that is still mended',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::Lambda::Function'],
  why: 'a runtime after its end gets no fixes, and runs with everything that became known since',
  fix: 'set Runtime to one that AWS still supports, such as nodejs24.x or python3.14',
  properties: ['Runtime'],
  sources: ['Security Hub Lambda.2', 'AWS Config lambda-function-settings-check', 'Checkov CKV_AWS_363', 'Prowler awslambda_function_using_supported_runtimes', 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html'],
  good: 'a function that reads a store, with the Runtime python3.14',
  bad: 'a function that reads a store, with the Runtime nodejs18.x',
  check: (handler) => {
    // an image brings its own
    if (handler.at('Runtime').isAbsent) return NOT_APPLICABLE;
    return ofMlData(handler, () => handler.at('Runtime').given.judge((runtime) => (ENDED.test(String(runtime)) ? nonCompliant(`Runtime is '${String(runtime)}', which has ended`) : COMPLIANT)));
  },
});

// Ended by 26 November 2026, as the page of runtimes says: the last were ruby3.2 in March, nodejs20.x in April, provided.al2 in July, python3.10 in October and dotnet8 in
// November; python3.11, java8.al2, java11 and java17 are mended until June 2027. What is too new to be known here is not judged.
const ENDED = /^(?:nodejs(?:[468]\.\d+|(?:10|12|14|16|18|20)\.x)?|python(?:2\.7|3\.[6-9]|3\.10)|java8|dotnet(?:core.*|[5-8])|ruby(?:2\.\d|3\.2)|go1\.x|provided(?:\.al2)?)$/;
