import { automationCallsOf } from './automation';
import { parseDeployed } from './deployed-json';
import { foundAt, optionsOf, toldApart, type Found, type Option } from './options';
import { actionNamed, askedOf, calledBy, serviceNamed } from './requests';
import { isObject, Unknown, type Resolved, type ResolvedObject } from './resolve';

const SCHEDULE = 'AWS::Scheduler::Schedule';
const DOCUMENT = 'AWS::SSM::Document';
/** Type of the CDK's `AwsCustomResource`, where it is given no other, and the id of the function that serves all of them in a stack. */
const SDK_CALL = 'Custom::AWS';
const SDK_FUNCTION = 'AWS679f53fac002430cb0da5b7982bd2287';

/** Whether a resource may send requests; a custom resource of the CDK may be called by another name. */
export function isCaller(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource' || type === SCHEDULE || type === DOCUMENT;
}

/** A request that a resource sends when it is deployed, when its time has come, or when somebody runs it. */
export interface SdkCall {
  /** The property that holds it: `Create`, `Update`, `Target`; of a document its step; where options send different ones, with the option. */
  readonly shownName: string;
  /** The action, such as `createTrainingJob`. */
  readonly action?: string;
  readonly request: Resolved;
  readonly location: string;
  /** Why it cannot be told what it calls. */
  readonly unreadable?: string;
}

type Call = SdkCall & Found;

/**
 * Calls of the API in what the CDK's `AwsCustomResource` and universal targets of EventBridge Scheduler are given, which hold them as a text, and in
 * documents of SSM Automation. CloudFormation has no type for a training, a tuning or a transform, so templates start them in this way.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function sdkCallsOf(type: string, properties: Resolved): readonly SdkCall[] {
  return toldApart(optionsOf(properties).flatMap(({ value, options }) => {
    if (!isObject(value)) return [];
    if (type === SCHEDULE) return optionsOf(value.Target as Resolved, options).flatMap((target) => scheduledCalls(target.value, target.options));
    if (type === DOCUMENT) return automationCallsOf(value as ResolvedObject, options);
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
  const called = serviceNamed(service);
  if (action instanceof Unknown && called) return unreadable(`calls an action that is ${action.reason}`);
  const asked = askedOf(called, actionNamed(action), parameters ?? {});
  return asked ? [{ ...found, ...asked, whole: read.value, location: `${location}.parameters` }] : [];
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
      const asked = askedOf(service, action, request);
      return asked ? [{ ...at, ...asked }] : [];
    });
  });
}

function inputOf(input: Resolved): Resolved {
  if (typeof input !== 'string' && !(input instanceof Unknown)) return isObject(input) ? (input as ResolvedObject) : new Unknown('opaque', 'not given');
  const read = parseDeployed(input);
  return 'reason' in read ? new Unknown('opaque', read.reason) : read.value;
}
