import { parseDeployed } from './deployed-json';
import { foundAt, optionsOf, toldApart, type Found, type Option } from './options';
import { calledBy } from './requests';
import { isObject, Unknown, type Resolved, type ResolvedObject } from './resolve';
import { servicePayload } from './state-machine';

const SCHEDULE = 'AWS::Scheduler::Schedule';
/** Type of the CDK's `AwsCustomResource`, where it is given no other, and the id of the function that serves all of them in a stack. */
const SDK_CALL = 'Custom::AWS';
const SDK_FUNCTION = 'AWS679f53fac002430cb0da5b7982bd2287';

/** Whether a resource may send requests; a custom resource of the CDK may be called by another name. */
export function isCaller(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource' || type === SCHEDULE;
}

/** A request that a resource sends when it is deployed, or when its time has come. */
export interface SdkCall {
  /** The property that holds it: `Create`, `Update`, `Target`; where options send different ones, with the option. */
  readonly shownName: string;
  /** The SageMaker action, such as `createTrainingJob`. */
  readonly action?: string;
  readonly request: Resolved;
  readonly location: string;
  /** Why it cannot be told what it calls. */
  readonly unreadable?: string;
}

type Call = SdkCall & Found;

/**
 * Requests to SageMaker in what the CDK's `AwsCustomResource` and universal targets of EventBridge Scheduler are given: both hold them as a text.
 * CloudFormation has no type for a training, a tuning or a transform, so templates start them in this way.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function sdkCallsOf(type: string, properties: Resolved): readonly SdkCall[] {
  return toldApart(optionsOf(properties).flatMap(({ value, options }) => {
    if (!isObject(value)) return [];
    if (type === SCHEDULE) return optionsOf(value.Target as Resolved, options).flatMap((target) => scheduledCalls(target.value, target.options));
    const isCertain = type === SDK_CALL || isServedByCdk(value.ServiceToken as Resolved);
    return ['Create', 'Update'].flatMap((name) => optionsOf(value[name] as Resolved, options).flatMap((one) => customCalls(foundAt(name, one.options), one.value, isCertain)));
  }));
}

function isServedByCdk(token: Resolved): boolean {
  return token instanceof Unknown && token.target?.logicalId.startsWith(SDK_FUNCTION) === true;
}

// another custom resource may have properties of these names, and nothing to say of a service
function customCalls(found: Omit<Found, 'whole'>, given: Resolved, isCertain: boolean): Call[] {
  if (given === undefined) return [];
  const { name } = found;
  const location = `Properties.${name}`;
  const unreadable = (reason: string) => (isCertain ? [{ ...found, location, request: given, whole: given, unreadable: `${name} ${reason}` }] : []);
  const read = typeof given === 'string' || given instanceof Unknown ? parseDeployed(given) : { value: given };
  if ('reason' in read) return unreadable(given instanceof Unknown ? `is ${given.reason}` : `cannot be read: ${read.reason}`);
  if (!isObject(read.value)) return unreadable(read.value instanceof Unknown ? `is ${read.value.reason}` : 'is no call');
  const { service, action, parameters } = read.value as ResolvedObject;
  if (service instanceof Unknown) return unreadable(`calls a service that is ${service.reason}`);
  const called = serviceName(service);
  if (action instanceof Unknown && SERVICES.has(called ?? '')) return unreadable(`calls an action that is ${action.reason}`);
  const call = callOf(called, actionName(action), parameters ?? {});
  return call ? [{ ...found, ...call, whole: read.value, location: `${location}.parameters` }] : [];
}

function scheduledCalls(target: Resolved, above: readonly Option[]): Call[] {
  if (target instanceof Unknown) return [{ ...foundAt('Target', above), location: 'Properties.Target', request: target, whole: target, unreadable: `Target is ${target.reason}` }];
  if (!isObject(target)) return [];
  return optionsOf(target.Arn as Resolved, above).flatMap(({ value: arn, options: ofArn }) => {
    const { service, action, unreadable } = calledBy(arn);
    return service === undefined && unreadable === undefined ? [] : optionsOf(target.Input as Resolved, ofArn).flatMap(({ value: input, options }): Call[] => {
      const request = inputOf(input);
      const at = { ...foundAt('Target', options), location: 'Properties.Target.Input', whole: { Arn: arn, Input: request } };
      if (unreadable !== undefined) return [{ ...at, location: 'Properties.Target.Arn', request, unreadable: `Target.Arn is ${unreadable}` }];
      const call = callOf(service, action, request);
      return call ? [{ ...at, ...call }] : [];
    });
  });
}

function inputOf(input: Resolved): Resolved {
  if (typeof input !== 'string' && !(input instanceof Unknown)) return isObject(input) ? (input as ResolvedObject) : new Unknown('opaque', 'not given');
  const read = parseDeployed(input);
  return 'reason' in read ? new Unknown('opaque', read.reason) : read.value;
}

function callOf(service: string | undefined, action: string | undefined, request: Resolved): Pick<SdkCall, 'action' | 'request'> | undefined {
  if (service === 'batch' && action === 'submitServiceJob') return { action: 'createTrainingJob', request: servicePayload(request) };
  return service === 'sagemaker' && action !== undefined ? { action, request } : undefined;
}

const SERVICES: ReadonlySet<string> = new Set(['sagemaker', 'batch']);

// `SageMaker`, `sagemaker`, `@aws-sdk/client-sagemaker`
function serviceName(service: Resolved): string | undefined {
  return typeof service === 'string' ? service.replace('@aws-sdk/client-', '').toLowerCase() : undefined;
}

// `createTrainingJob`, `CreateTrainingJob`, `CreateTrainingJobCommand`
function actionName(action: Resolved): string | undefined {
  return typeof action === 'string' && action !== '' ? action[0]!.toLowerCase() + action.slice(1).replace(/Command$/, '') : undefined;
}
