import { Template } from 'aws-cdk-lib/assertions';
import { hospital } from './rights-fixture';

test('it synthesizes', () => {
  const { stack } = hospital();
  const t = Template.fromStack(stack);
  console.log(JSON.stringify(Object.values(t.findResources('AWS::StepFunctions::StateMachine')), null, 1).slice(0, 3000));
});
