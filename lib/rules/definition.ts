import { storedDefinition } from './stored-definition';
import type { Scope } from './resolve';
import { Choice, isObject, joinText, substitute, Unknown, type Resolved, type ResolvedObject } from './resolved';
import type { Resource } from './resource';

/** Resources as templates write them, by the scope of each. */
export type Declared = ReadonlyMap<Scope, Record<string, unknown>>;

/** What a definition is read from, wherever it is stored. */
export interface Reading {
  /** Text of an asset of this app by its object key. */
  readonly readAsset?: ((objectKey: string) => string | undefined) | undefined;
  readonly declared: Declared;
  /** How the scopes that resources are known by are in a case; themselves where it is not given. */
  readonly scopes?: ReadonlyMap<Scope, Scope>;
}

/** The definition of a pipeline, or of the request that makes one, or of a state machine, as it will be deployed: a text, a text with gaps, or an object. */
export function definitionOf(resource: Resource, property: 'PipelineDefinition' | 'Definition', input: Reading): { body: Resolved; location: string } {
  const location = property === 'Definition' ? `${resource.location}.${resource.within ? 'Definition' : 'DefinitionString'}` : `${resource.location}.PipelineDefinition${resource.within ? '' : '.PipelineDefinitionBody'}`;
  const bodies = resource.properties.alternatives.map((properties) => (isObject(properties) ? bodyIn(properties as ResolvedObject, property, input) : properties));
  return { body: bodies.length === 1 ? bodies[0] : new Choice(bodies), location };
}

function bodyIn(properties: ResolvedObject, property: 'PipelineDefinition' | 'Definition', input: Reading): Resolved {
  const own = properties[property];
  if (own instanceof Choice) return new Choice(own.options.map((option) => bodyIn({ ...properties, [property]: option }, property, input)));
  const texts = property === 'Definition' ? properties.DefinitionString : bodyOf(own);
  const place = property === 'Definition' ? properties.DefinitionS3Location : (isObject(own) ? own : properties).PipelineDefinitionS3Location as Resolved;
  let body: Resolved = texts;
  if (body === undefined && property === 'Definition' && own !== undefined) body = own;
  if (body === undefined && place !== undefined) body = assetOf(place, input);
  const substitutions = property === 'Definition' ? properties.DefinitionSubstitutions : undefined;
  return substituteAll(body, substitutions) ?? new Unknown('opaque', 'not given');
}

function bodyOf(definition: Resolved): Resolved {
  if (!isObject(definition)) return definition;
  if (definition.PipelineDefinitionBody !== undefined) return definition.PipelineDefinitionBody as Resolved;
  return definition.Steps === undefined ? undefined : (definition as Resolved);
}

function assetOf(place: Resolved, input: Reading): Resolved {
  const key = isObject(place) ? (place.Key ?? place.ObjectKey) as Resolved : undefined;
  const text = typeof key === 'string' ? input.readAsset?.(key) : undefined;
  if (text !== undefined) return text;
  const target = key instanceof Unknown ? key.target : undefined;
  const stored = target && storedDefinition(input.declared.get(target.scope)?.[target.logicalId], input.scopes?.get(target.scope) ?? target.scope, input.readAsset);
  if (stored !== undefined) return stored;
  return new Unknown('opaque', `in S3 at '${typeof key === 'string' ? key : '?'}', which is no asset of this app`);
}

function substituteAll(body: Resolved, given: Resolved): Resolved {
  if (given instanceof Choice) return new Choice(given.options.map((option) => substituteAll(body, option)));
  if (given instanceof Unknown) return filled(body, () => given);
  return isObject(given) ? filled(body, (name) => (Object.hasOwn(given, name) ? given[name] as Resolved : `\${${name}}`)) : body;
}

function filled(body: Resolved, fill: (name: string) => Resolved): Resolved {
  if (typeof body === 'string') return substitute(body, fill);
  if (body instanceof Choice) return new Choice(body.options.map((option) => filled(option, fill)));
  if (body instanceof Unknown) return body.parts ? joinText(body.parts.map((part) => filled(part, fill))) : body;
  if (Array.isArray(body)) return body.map((item) => filled(item, fill));
  if (isObject(body)) return Object.fromEntries(Object.entries(body).map(([key, item]) => [key, filled(item as Resolved, fill)]));
  return body;
}
