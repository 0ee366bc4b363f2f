import { isExpanded } from './resolve';
import { isObject } from './resolved';
import { NESTED, STACK_SET } from './stacks-within';

/** A place of a template that CloudFormation fills at deployment, from what is not in the template. */
export interface Unseen {
  /** Set where a resource has it; else it is the template's own. */
  readonly logicalId?: string;
  /** Path in the resource, or in the template. */
  readonly location: string;
  /** What nobody can see, in words. */
  readonly what: string;
}

type Json = Record<string, unknown>;

/**
 * What a template leaves to others to write: macros, loops, modules, and templates that lie elsewhere. No rule can judge what comes of it.
 *
 * @param isRead whether the template of a nested stack or of a stack set is known
 */
export function unseenIn(content: unknown, isRead: (logicalId: string) => boolean): Unseen[] {
  if (!isObject(content)) return [];
  const resources = isObject(content.Resources) ? content.Resources : {};
  return [
    ...macrosOf(content.Transform).map((name) => ({ location: 'Transform', what: `what ${name} makes of the template` })),
    ...expandedIn(content, '', 0),
    ...expandedIn(content.Mappings, 'Mappings', 2),
    ...expandedIn(resources, 'Resources', 0),
    ...Object.entries(resources).filter(([logicalId]) => !isExpanded(logicalId)).flatMap(([logicalId, resource]) => (
      unseenOf(resource, () => isRead(logicalId)).map((one) => ({ logicalId, ...one })))),
  ];
}

function unseenOf(resource: unknown, isRead: () => boolean): Unseen[] {
  if (!isObject(resource)) return [{ location: 'Type', what: 'a resource that says no type' }];
  const { Type: type, Properties: properties } = resource;
  return [
    ...(typeof type === 'string' ? madeBy(type, isRead) : [{ location: 'Type', what: 'a resource that says no type' }]),
    ...expandedIn(resource, '', 0),
    ...expandedIn(properties, 'Properties', DEEPEST),
  ];
}

const ELSEWHERE: ReadonlyMap<string, Unseen> = new Map([
  [NESTED, { location: 'Properties.TemplateURL', what: 'a nested stack, whose template lies elsewhere' }],
  [STACK_SET, { location: 'Properties', what: 'the stacks of a stack set, whose template is no JSON or lies elsewhere' }],
  ['AWS::SageMaker::Project', { location: 'Properties', what: 'a project, whose template lies in Service Catalog or elsewhere' }],
  ['AWS::ServiceCatalog::CloudFormationProvisionedProduct', { location: 'Properties', what: 'a product, whose template lies in Service Catalog' }],
]);

function madeBy(type: string, isRead: () => boolean): Unseen[] {
  if (type.endsWith('::MODULE')) return [{ location: 'Type', what: `the resources of the module '${type}'` }];
  if (type.startsWith('AWS::Serverless::')) return [{ location: 'Type', what: `the resources that a transform makes of '${type}'` }];
  const elsewhere = ELSEWHERE.get(type);
  return elsewhere && !((type === NESTED || type === STACK_SET) && isRead()) ? [elsewhere] : [];
}

function macrosOf(transform: unknown): string[] {
  const named = [transform].flat().filter((one) => one !== undefined && one !== null).map((one) => (isObject(one) ? one.Name : one));
  // it adds functions, of which those that make resources are told of where they stand
  return named.filter((name) => name !== 'AWS::LanguageExtensions').map((name) => (typeof name === 'string' ? `the transform '${name}'` : 'a transform'));
}

// deeper than CloudFormation allows
const DEEPEST = 150;

/** Macros that are called in a value, and loops, as deep as asked. */
function expandedIn(value: unknown, location: string, depth: number): Unseen[] {
  const found: Unseen[] = [];
  walk(value, location === '' ? [] : [location], depth, found);
  return found;
}

// most values hold none: a path is written out where one does
function walk(value: unknown, path: string[], depth: number, found: Unseen[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key in value) {
    const inner = (value as Json)[key];
    if (isExpanded(key)) {
      const [name] = key === 'Fn::Transform' ? macrosOf(inner) : [];
      found.push({ location: [...path, key].join('.'), what: name ? `what ${name} puts there` : `what '${key}' makes` });
    } else if (depth > 0 && typeof inner === 'object') {
      path.push(key);
      walk(inner, path, depth - 1, found);
      path.pop();
    }
  }
}
