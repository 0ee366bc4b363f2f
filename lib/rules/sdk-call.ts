import { parseDeployed, textsOf } from './deployed-json';
import { isObject, Unknown, type Resolved, type ResolvedObject } from './resolve';
import { servicePayload } from './state-machine';

/** Whether a resource may send requests; a custom resource of the CDK may be called by another name. */
export function isCaller(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::Scheduler::Schedule';
}

/** A request that a resource sends when it is deployed, or when its time has come. */
export interface SdkCall {
  /** The property that holds it: `Create`, `Update`, `Target`. */
  readonly name: string;
  /** The SageMaker action, such as `createTrainingJob`. */
  readonly action: string;
  readonly request: Resolved;
  readonly location: string;
}

/**
 * Requests to SageMaker in what the CDK's `AwsCustomResource` and universal targets of EventBridge Scheduler are given: both hold them as a text.
 * CloudFormation has no type for a training, a tuning or a transform, so templates start them in this way.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function sdkCallsOf(type: string, properties: Resolved): SdkCall[] {
  if (!isObject(properties)) return [];
  if (type === 'AWS::Scheduler::Schedule') return isObject(properties.Target) ? scheduledCalls(properties.Target as ResolvedObject) : [];
  return ['Create', 'Update'].flatMap((name) => customCalls(name, properties[name] as Resolved));
}

function customCalls(name: string, text: Resolved): SdkCall[] {
  return textsOf(text).flatMap((one) => {
    const read = parseDeployed(one);
    if ('reason' in read || !isObject(read.value)) return [];
    const { service, action, parameters } = read.value as ResolvedObject;
    const call = callOf(serviceName(service), actionName(action), parameters ?? {});
    return call ? [{ name, ...call, location: `Properties.${name}.parameters` }] : [];
  });
}

function scheduledCalls(target: ResolvedObject): SdkCall[] {
  const arn = target.Arn instanceof Unknown ? target.Arn.pattern : target.Arn;
  const [, service, action] = typeof arn === 'string' ? /:scheduler:::aws-sdk:(sagemaker|batch):([A-Za-z0-9]+)$/.exec(arn) ?? [] : [];
  return textsOf(target.Input).flatMap((text) => {
    const read = parseDeployed(text);
    const call = callOf(service, action, 'reason' in read ? new Unknown('opaque', read.reason) : read.value);
    return call ? [{ name: 'Target', ...call, location: 'Properties.Target.Input' }] : [];
  });
}

function callOf(service: string | undefined, action: string | undefined, request: Resolved): Pick<SdkCall, 'action' | 'request'> | undefined {
  if (service === 'batch' && action === 'submitServiceJob') return { action: 'createTrainingJob', request: servicePayload(request) };
  return service === 'sagemaker' && action !== undefined ? { action, request } : undefined;
}

// `SageMaker`, `sagemaker`, `@aws-sdk/client-sagemaker`
function serviceName(service: Resolved): string | undefined {
  return typeof service === 'string' ? service.replace('@aws-sdk/client-', '').toLowerCase() : undefined;
}

// `createTrainingJob`, `CreateTrainingJob`, `CreateTrainingJobCommand`
function actionName(action: Resolved): string | undefined {
  return typeof action === 'string' && action !== '' ? action[0]!.toLowerCase() + action.slice(1).replace(/Command$/, '') : undefined;
}
