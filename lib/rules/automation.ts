import { parseDeployed } from './deployed-json';
import { foundAt, optionsOf, type Found, type Option } from './options';
import { actionNamed, askedOf, serviceNamed, type Asked } from './requests';
import { isObject, joinText, Unknown, type Resolved, type ResolvedObject } from './resolved';
import { scalarText } from './value';

/** A call in a step of an Automation document. */
export interface AutomationCall extends Found, Partial<Asked> {
  readonly request: Resolved;
  readonly location: string;
  readonly unreadable?: string;
}

/** Actions that call any operation of any service. */
const CALLING = new Set(['aws:executeAwsApi', 'aws:waitForAwsResourceProperty', 'aws:assertAwsResourceProperty']);
/** The action that makes a stack. */
const STACK = 'aws:createStack';
const DEEPEST = 20;
const CONTENT = 'Properties.Content';

/**
 * Calls of the API in the steps of a document of SSM, loops included. Documents that run commands on machines have none.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeawsapi.html
 */
export function automationCallsOf({ DocumentType: type, Content: content }: ResolvedObject, above: readonly Option[]): AutomationCall[] {
  return optionsOf(type, above).filter(({ value }) => value instanceof Unknown || scalarText(value).startsWith('Automation'))
    .flatMap(({ options }) => optionsOf(content, options).flatMap(({ value, options: of }) => inDocument(value, of)));
}

function inDocument(content: Resolved, above: readonly Option[]): AutomationCall[] {
  const read = typeof content === 'string' || content instanceof Unknown ? parseDeployed(content) : { value: content };
  if ('reason' in read) {
    const text = content instanceof Unknown ? content.pattern : String(content);
    // a text of YAML that calls nothing is no concern of anybody here
    return text === '?' || [...CALLING, STACK].some((action) => text.includes(action)) ? [unreadable('Content', CONTENT, above, content, content instanceof Unknown && text === '?' ? `is ${content.reason}` : `cannot be read: ${read.reason}`)] : [];
  }
  return optionsOf(read.value, above).flatMap(({ value: document, options }) => {
    if (document instanceof Unknown) return [unreadable('Content', CONTENT, options, document, `is ${document.reason}`)];
    return isObject(document) ? inSteps(document.mainSteps as Resolved, `${CONTENT}.mainSteps`, options, 0) : [];
  });
}

function inSteps(list: Resolved, location: string, above: readonly Option[], depth: number): AutomationCall[] {
  return optionsOf(list, above).flatMap(({ value: steps, options }): AutomationCall[] => {
    if (steps instanceof Unknown || depth > DEEPEST) return [unreadable('Content', location, options, steps, steps instanceof Unknown ? `holds steps that are ${steps.reason}` : 'is nested too deeply')];
    return Array.isArray(steps) ? steps.flatMap((step) => optionsOf(step, options).flatMap(({ value, options: of }) => inStep(value, location, of, depth))) : [];
  });
}

function inStep(step: Resolved, above: string, options: readonly Option[], depth: number): AutomationCall[] {
  if (!isObject(step)) return step instanceof Unknown ? [unreadable('Content', above, options, step, `holds a step that is ${step.reason}`)] : [];
  const { name: called, action, inputs } = decided(step as ResolvedObject) as ResolvedObject;
  const name = typeof called === 'string' ? called : '?';
  const location = `${above}.${name}.inputs`;
  const cannotRead = (reason: string) => [unreadable(name, location, options, step as ResolvedObject, reason)];
  return optionsOf(action, options).flatMap(({ value: act, options: ofAction }) => {
    if (act instanceof Unknown) return cannotRead(`takes an action that is ${act.reason}`);
    if (act !== 'aws:loop' && act !== STACK && !CALLING.has(scalarText(act))) return [];
    return optionsOf(inputs, ofAction).flatMap(({ value: given, options: of }): AutomationCall[] => {
      if (!isObject(given)) return given instanceof Unknown ? cannotRead(`is given what is ${given.reason}`) : [];
      if (act === 'aws:loop') return inSteps(given.Steps as Resolved, `${location}.Steps`, of, depth + 1);
      if (act === STACK) return [{ ...foundAt(name, of), action: 'createStack', request: given as ResolvedObject, whole: given as ResolvedObject, location }];
      const { Service: service, Api: api, ...request } = given as ResolvedObject;
      return optionsOf(service, of).flatMap(({ value: one, options: ofService }) => {
        if (one instanceof Unknown) return cannotRead(`calls a service that is ${one.reason}`);
        const known = serviceNamed(one);
        return known === undefined ? [] : optionsOf(api, ofService).flatMap(({ value: operation, options: ofApi }) => {
          if (operation instanceof Unknown) return cannotRead(`calls an operation that is ${operation.reason}`);
          const asked = askedOf(known, actionNamed(operation), request);
          return asked ? [{ ...foundAt(name, ofApi), ...asked, whole: { ...given as ResolvedObject, Service: one, Api: operation }, location: asked.member ? `${location}.${asked.member}` : location }] : [];
        });
      });
    });
  });
}

function unreadable(name: string, location: string, options: readonly Option[], whole: Resolved, reason: string): AutomationCall {
  return { ...foundAt(name, options), location, request: whole, whole, unreadable: `${name} ${reason}` };
}

// `{{ Parameter }}`, `{{ step.Output }}` and `{{ global:REGION }}` are filled in while the document runs
function decided(value: Resolved, depth = 0): Resolved {
  if (depth > 150) return new Unknown('opaque', 'nested too deeply');
  if (typeof value === 'string') return value.includes('{{') ? joinText(value.split(/(\{\{[^{}]*\}\})/).map((part, index) => (index % 2 === 0 ? part : LATER))) : value;
  if (value instanceof Unknown) return value.parts ? joinText(value.parts.map((part) => decided(part, depth + 1))) : value;
  if (Array.isArray(value)) return value.map((item) => decided(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decided(item as Resolved, depth + 1)]));
}

const LATER = new Unknown('opaque', 'decided while the document runs');
