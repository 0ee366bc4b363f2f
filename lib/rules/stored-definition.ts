import { resolve, type Scope } from './resolve';
import { Choice, isObject, joinText, Unknown, type Resolved } from './resolved';

/** Type of the custom resource that writes a definition too large for a template. */
export const WRITER = 'Custom::PipelineDefinition';

/**
 * What a `Custom::PipelineDefinition` will write: the text of its asset with the values in the place of their placeholders,
 * so that a definition that is stored apart is read like one that stands in the template.
 *
 * @param declared the resource as the template has it
 * @returns undefined when it is another resource, or its asset cannot be read
 */
export function storedDefinition(declared: unknown, scope: Scope, readAsset: ((objectKey: string) => string | undefined) | undefined): Resolved {
  if (!isObject(declared) || declared.Type !== WRITER) return undefined;
  const properties = resolve(declared.Properties ?? {}, scope);
  if (!isObject(properties) || !isObject(properties.Template)) return undefined;
  // before synth nothing is uploaded, and the text itself stands there
  const { Key: key, Definition: own } = properties.Template as Record<string, Resolved>;
  if (own !== undefined) return own;
  const text = typeof key === 'string' ? readAsset?.(key) : undefined;
  const placeholder = properties.Placeholder;
  if (text === undefined || placeholder === undefined) return text;
  if (typeof placeholder !== 'string' || !/^\w+$/.test(placeholder)) return new Unknown('opaque', 'which parts of its text are filled in is not known');
  const values = Array.isArray(properties.Values) ? properties.Values as Resolved[] : [];
  const parts = text.split(new RegExp(`${placeholder}(\\d+)_`));
  return joinText(parts.map((part, index) => (index % 2 === 0 ? part : inJson(values[Number(part)]))));
}

// each value is a part of a JSON string
function inJson(value: Resolved): Resolved {
  if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
  if (value instanceof Choice) return new Choice(value.options.map(inJson));
  if (value instanceof Unknown && value.parts) {
    return new Unknown(value.kind, value.reason, value.target, value.parts.map((part) => inJson(part) as string | Unknown));
  }
  return value ?? new Unknown('opaque', 'a placeholder without a value');
}
