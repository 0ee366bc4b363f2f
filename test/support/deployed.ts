import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { stacksOf } from './examples';

type Json = Record<string, unknown>;

/** A resource as CloudFormation would make it: no intrinsic is left in its properties. */
export interface Deployed {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly type: string;
  readonly properties: Json;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` of `Arn` gives. */
  readonly arn: string;
}

interface Template {
  readonly stack: Stack;
  readonly content: { Resources: Record<string, { Type: string; Properties?: Json }>; Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>; Parameters?: Record<string, { Default?: unknown }> };
}

/** A nested stack has no name before it is deployed. */
function nameOf(stack: Stack): string {
  return stack.stackName.includes('Token[') ? stack.node.path.replace(/\//g, '-') : stack.stackName;
}

const STACK_UUID = '0a1b2c3d-1111-2222-3333-444455556666';

/** All resources of an app with the names and ids that CloudFormation would give them. */
export function deployApp(app: App): Deployed[] {
  const { directory } = app.synth();
  const templates: Template[] = stacksOf(app).map((stack) => ({ stack, content: JSON.parse(readFileSync(join(directory, stack.templateFile), 'utf8')) as Template['content'] }));
  const exports = new Map<string, { template: Template; value: unknown }>();
  for (const template of templates) {
    for (const { Value: value, Export: exported } of Object.values(template.content.Outputs ?? {})) {
      if (exported) exports.set(String(resolve(exported.Name, template)), { template, value });
    }
  }

  function resolve(value: unknown, template: Template): unknown {
    if (Array.isArray(value)) return value.map((item) => resolve(item, template)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries.length === 1 ? entries[0]! : ['', undefined];
    const list = () => resolve(argument, template) as unknown[];
    switch (name) {
      case 'Ref': return reference(String(argument), template);
      case 'Fn::GetAtt': return attribute(argument as string[], template);
      case 'Fn::Join': {
        const [delimiter, parts] = list() as [string, unknown[]];
        return parts.join(delimiter);
      }
      case 'Fn::Split': {
        const [delimiter, text] = list() as [string, string];
        return text.split(delimiter);
      }
      case 'Fn::Select': {
        const [index, items] = list() as [number, unknown[]];
        return items[Number(index)];
      }
      case 'Fn::Sub': return String(Array.isArray(argument) ? argument[0] : argument).replace(/\$\{([^}!]+)\}/g, (_, key: string) => String(key.includes('.') ? attribute(key.split('.'), template) : reference(key, template)));
      case 'Fn::ImportValue': {
        const found = exports.get(String(resolve(argument, template)));
        if (!found) throw new Error(`nothing exports ${JSON.stringify(argument)}`);
        return resolve(found.value, found.template);
      }
      default: return Object.fromEntries(entries.map(([key, child]) => [key, resolve(child, template)]).filter(([, child]) => child !== undefined));
    }
  }

  function reference(key: string, template: Template): unknown {
    const { stack, content } = template;
    const pseudo: Record<string, string> = {
      'AWS::AccountId': stack.account, 'AWS::Region': stack.region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': nameOf(stack),
      'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${stack.account}:stack/${nameOf(stack)}/${STACK_UUID}`,
    };
    if (key === 'AWS::NoValue') return undefined;
    if (key in pseudo) return pseudo[key];
    if (key in content.Resources) return identityOf(key, template).ref;
    return content.Parameters?.[key]?.Default ?? key;
  }

  function attribute(path: string[], template: Template): unknown {
    const [id, ...names] = path as [string, ...string[]];
    const name = names.join('.');
    const identity = identityOf(id, template);
    return /Arn$/.test(name) ? identity.arn : identity.attributes[name] ?? `${id}.${name}`;
  }

  function identityOf(id: string, template: Template): { ref: string; arn: string; attributes: Record<string, string> } {
    const { Type: type, Properties: properties = {} } = template.content.Resources[id]!;
    const { account, region } = template.stack;
    const stackName = nameOf(template.stack);
    const named = (property: string, fallback = `${stackName}-${id}`) => String(resolve(properties[property], template) ?? fallback);
    const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
    const hex = (prefix: string) => `${prefix}-${hash(`${stackName}/${id}`)}`;
    const both = (ref: string, whole: string, attributes: Record<string, string> = {}) => ({ ref, arn: whole, attributes });
    switch (type) {
      case 'AWS::S3::Bucket': {
        const bucket = named('BucketName', `${stackName}-${id}`.toLowerCase());
        return both(bucket, `arn:aws:s3:::${bucket}`);
      }
      case 'AWS::KMS::Key': return both(`key-${hash(`${stackName}/${id}`)}`, arn('kms', `key/key-${hash(`${stackName}/${id}`)}`));
      case 'AWS::IAM::Role': return both(named('RoleName'), `arn:aws:iam::${account}:role${named('Path', '/')}${named('RoleName')}`);
      case 'AWS::IAM::ManagedPolicy': return both(`arn:aws:iam::${account}:policy${named('Path', '/')}${id}`, '');
      case 'AWS::Logs::LogGroup': return both(named('LogGroupName'), arn('logs', `log-group:${named('LogGroupName')}:*`));
      case 'AWS::SQS::Queue': return both(`https://sqs.${region}.amazonaws.com/${account}/${named('QueueName')}`, arn('sqs', named('QueueName')), { QueueName: named('QueueName') });
      case 'AWS::SNS::Topic': return both(arn('sns', named('TopicName')), arn('sns', named('TopicName')), { TopicName: named('TopicName') });
      case 'AWS::Lambda::Function': return both(named('FunctionName'), arn('lambda', `function:${named('FunctionName')}`));
      case 'AWS::Lambda::Alias': {
        const aliased = `${arn('lambda', `function:${String(resolve(properties.FunctionName, template))}`)}:${named('Name')}`;
        return both(aliased, aliased);
      }
      case 'AWS::DynamoDB::Table': return both(named('TableName'), arn('dynamodb', `table/${named('TableName')}`));
      case 'AWS::StepFunctions::StateMachine': return both(arn('states', `stateMachine:${named('StateMachineName')}`), arn('states', `stateMachine:${named('StateMachineName')}`), { Name: named('StateMachineName') });
      case 'AWS::Events::Rule': return both(named('Name'), arn('events', `rule/${named('Name')}`));
      case 'AWS::Events::EventBus': return both(named('Name'), arn('events', `event-bus/${named('Name')}`));
      case 'AWS::CloudWatch::Alarm': return both(named('AlarmName'), arn('cloudwatch', `alarm:${named('AlarmName')}`));
      case 'AWS::CloudTrail::Trail': return both(named('TrailName'), arn('cloudtrail', `trail/${named('TrailName')}`));
      case 'AWS::SageMaker::Pipeline': return both(named('PipelineName'), arn('sagemaker', `pipeline/${named('PipelineName')}`));
      case 'AWS::SageMaker::ModelPackageGroup': return both(arn('sagemaker', `model-package-group/${named('ModelPackageGroupName')}`), arn('sagemaker', `model-package-group/${named('ModelPackageGroupName')}`));
      case 'AWS::EC2::VPC': return both(hex('vpc'), arn('ec2', `vpc/${hex('vpc')}`), { DefaultSecurityGroup: hex('sg') });
      case 'AWS::EC2::Subnet': return both(hex('subnet'), arn('ec2', `subnet/${hex('subnet')}`));
      case 'AWS::EC2::SecurityGroup': return both(hex('sg'), arn('ec2', `security-group/${hex('sg')}`), { GroupId: hex('sg') });
      case 'AWS::EC2::VPCEndpoint': return both(hex('vpce'), '');
      default: return both(id, arn(type.split('::')[1]!.toLowerCase(), id));
    }
  }

  return templates.flatMap((template) => Object.entries(template.content.Resources).map(([id, { Type: type, Properties: properties = {} }]): Deployed => {
    const { ref, arn } = identityOf(id, template);
    return { stack: nameOf(template.stack), account: template.stack.account, region: template.stack.region, id, type, ref, arn, properties: resolve(properties, template) as Json };
  }));
}

/** Eight hexadecimal digits, the same for the same text. */
function hash(text: string): string {
  return [...text].reduce((sum, character) => (Math.imul(sum, 31) + character.charCodeAt(0)) >>> 0, 7).toString(16).padStart(8, '0');
}
