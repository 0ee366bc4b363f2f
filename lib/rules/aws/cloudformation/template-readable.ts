import { Control } from '../../../policy/control';
import { rule, UNSEEN } from '../../rule';
import { unknown } from '../../verdict';

export default rule({
  name: 'TemplateReadable',
  title: 'All that a stack makes can be read before deployment',
  severity: 'error',
  control: Control.RECORD_OF_PROCESSING,
  resources: [UNSEEN],
  why: 'what is written at deployment, or lies in another template, no rule has judged: whatever it holds would pass unseen',
  fix: 'write the resources themselves, as constructs, as a NestedStack of the app, or in a stack set as JSON; or check what is made of it by itself, and accept this with a reason',
  properties: ['Transform', 'Fn::Transform', 'Fn::ForEach', 'TemplateURL', 'TemplateBody', 'Type'],
  sources: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html',
  ],
  good: 'AWS::Lambda::Function and its role in the template; a nested stack whose template is an asset of the app',
  bad: 'Transform: AWS::Serverless-2016-10-31; a nested stack with TemplateURL https://bucket.s3.amazonaws.com/train.json; Corp::SageMaker::Model::MODULE; a stack set with a template in YAML',
  check: (unseen) => unseen.at('Places').items.map((place) => unknown(`no rule has judged ${place.at('What').texts[0]!}`, place.at('Location').texts[0]!)),
});
