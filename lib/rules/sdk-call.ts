import { automationCallsOf } from './automation';
import { parseDeployed } from './deployed-json';
import { foundAt, optionsOf, toldApart, type Found, type Option } from './options';
import { actionNamed, askedOf, calledBy, serviceNamed } from './requests';
import { isObject, joinText, Unknown, type Resolved, type ResolvedObject } from './resolved';

const SCHEDULE = 'AWS::Scheduler::Schedule';
const DOCUMENT = 'AWS::SSM::Document';
/** Type of the CDK's `AwsCustomResource`, where it is given no other, and the id of the function that serves all of them in a stack. */
const SDK_CALL = 'Custom::AWS';
const SDK_FUNCTION = 'AWS679f53fac002430cb0da5b7982bd2287';
const RULE = 'AWS::Events::Rule';
/** Id of the function that serves the CDK's `AwsApi`, a target of such rules. */
const API_FUNCTION = 'AWSb4cf1abd4e4f4bc699441af7ccd9ec37';
const CALLERS: ReadonlySet<string> = new Set(['AWS::CloudFormation::CustomResource', SCHEDULE, DOCUMENT, RULE]);

/** Whether a resource may send requests; a custom resource of the CDK may be called by another name. */
export function isCaller(type: string): boolean {
  return type.startsWith('Custom::') || CALLERS.has(type);
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
 * Calls of the API in what the CDK's `AwsCustomResource` and `AwsApi` and universal targets of EventBridge Scheduler are given, which hold them as a text,
 * and in documents of SSM Automation. CloudFormation has no type for a training, a tuning or a transform, so templates start them in this way.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function sdkCallsOf(type: string, properties: Resolved): readonly SdkCall[] {
  return toldApart(optionsOf(properties).flatMap(({ value, options }) => {
    if (!isObject(value)) return [];
    if (type === SCHEDULE) return optionsOf(value.Target as Resolved, options).flatMap((target) => scheduledCalls(target.value, target.options));
    if (type === DOCUMENT) return automationCallsOf(value as ResolvedObject, options);
    if (type === RULE) return optionsOf(value.Targets as Resolved, options).flatMap((targets) => ruleCalls(targets.value, targets.options));
    const isCertain = type === SDK_CALL || isServedBy(SDK_FUNCTION, value.ServiceToken as Resolved);
    return ['Create', 'Update'].flatMap((name) => optionsOf(value[name] as Resolved, options).flatMap((one) => (
      customCalls(foundAt(name, one.options), { given: one.value, location: `Properties.${name}`, isCertain }))));
  }));
}

function isServedBy(id: string, token: Resolved): boolean {
  return token instanceof Unknown && token.target?.logicalId.startsWith(id) === true;
}

interface Custom {
  readonly given: Resolved;
  readonly location: string;
  /** Whether it is a call: another custom resource may have properties of these names, and nothing to say of a service. */
  readonly isCertain: boolean;
}

function customCalls(found: Omit<Found, 'whole'>, { given, location, isCertain }: Custom): Call[] {
  if (given === undefined) return [];
  const { name } = found;
  const unreadable = (reason: string) => (isCertain ? [{ ...found, location, request: given, whole: given, unreadable: `${name} ${reason}` }] : []);
  const read = typeof given === 'string' || given instanceof Unknown ? parseDeployed(given) : { value: given };
  if ('reason' in read) return unreadable(given instanceof Unknown ? `is ${given.reason}` : `cannot be read: ${read.reason}`);
  if (!isObject(read.value)) return unreadable(read.value instanceof Unknown ? `is ${read.value.reason}` : 'is no call');
  const { service, action, parameters } = read.value as ResolvedObject;
  return optionsOf(service, found.options).flatMap(({ value: one, options: ofService }) => {
    if (one instanceof Unknown) return unreadable(`calls a service that is ${one.reason}`);
    const called = serviceNamed(one);
    return called === undefined ? [] : optionsOf(action, ofService).flatMap(({ value: operation, options }): Call[] => {
      if (operation instanceof Unknown) return unreadable(`calls an action that is ${operation.reason}`);
      const asked = askedOf(called, actionNamed(operation), parameters ?? {});
      return asked ? [{ ...foundAt(name, options), ...asked, whole: { ...read.value as ResolvedObject, service: one, action: operation }, location: `${location}.parameters` }] : [];
    });
  });
}

function ruleCalls(targets: Resolved, above: readonly Option[]): Call[] {
  const listed = Array.isArray(targets) ? targets.map((target, index) => [target, index] as const) : [];
  return listed.flatMap(([target, index]) => optionsOf(target, above).flatMap(({ value, options }) => {
    if (!isObject(value)) return [];
    const { Arn: arn, Id: id, Input: input, InputTransformer: transformer } = value as ResolvedObject;
    const isCertain = isServedBy(API_FUNCTION, arn);
    const name = typeof id === 'string' ? id : `target ${index + 1}`;
    const calls = (property: string, given: Resolved, read: (one: Resolved) => Resolved) => optionsOf(given, options).flatMap((one) => (
      customCalls(foundAt(name, one.options), { given: read(one.value), location: `Properties.Targets.${index}.${property}`, isCertain })));
    return [
      ...calls('Input', input, (one) => one),
      ...isObject(transformer) ? calls('InputTransformer.InputTemplate', transformer.InputTemplate as Resolved, fromEvent) : [],
    ];
  }));
}

// `<name>` is filled in with what stands in the event
function fromEvent(template: Resolved): Resolved {
  const parts = template instanceof Unknown ? template.parts ?? [template] : [template];
  const filled = parts.flatMap((part): readonly Resolved[] => (typeof part !== 'string' ? [part] : part.split(/(<[\w.-]+>)/).map((text, index) => (index % 2 === 0 ? text : FROM_EVENT))));
  return joinText(filled);
}

const FROM_EVENT = new Unknown('opaque', 'taken from the event');

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
