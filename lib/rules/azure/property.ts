import { Unknown } from '../resolved';
import type { Resource } from '../resource';
import { shown, type Value } from '../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../verdict';
import { DEFAULTS } from './defaults';
import { CALCULATED } from './expression';

/** A property by the names that the two providers have for it; a provider without the property has none. */
export interface Names {
  readonly azurerm?: string;
  readonly arm?: string;
}

/** The property, as the provider of the resource calls it; undefined where it has none. */
export function at(resource: Resource, names: Names): Value | undefined {
  const name = nameFor(resource, names);
  return name === undefined ? undefined : resource.at(name);
}

/** A flag that must be so; `Enabled` and `Disabled` are flags too. A name that begins with `!` says the opposite. */
export function flag(resource: Resource, names: Names, expected: boolean): Verdict {
  const name = nameFor(resource, names);
  if (name === undefined) return NOT_APPLICABLE;
  const path = name.replace(/^!/, '');
  const wanted = name.startsWith('!') ? !expected : expected;
  const value = resource.at(path);
  return value.judge((given) => {
    if (given === undefined || given === null) return nonCompliant(`${value.name} is not set`);
    const isOn = /^(true|enabled)$/i.test(String(typeof given === 'object' ? '' : given));
    const isOff = /^(false|disabled)$/i.test(String(typeof given === 'object' ? '' : given));
    return (wanted ? isOn : isOff) ? COMPLIANT : nonCompliant(`${value.name} is ${shown(given)}${byDefault(resource, path, given)}`);
  });
}

/** Something must stand there; what refers to a resource of the app does, whatever its id will be, and so does what is calculated. */
export function present(resource: Resource, names: Names): Verdict {
  const value = at(resource, names);
  if (!value) return NOT_APPLICABLE;
  return all(...value.options.map((option) => {
    const [alternative] = option.alternatives;
    return alternative === CALCULATED || (alternative instanceof Unknown && resource.relations.target(alternative)) ? COMPLIANT : option.present();
  }));
}

/** One of a few words, in any case. */
export function oneOf(resource: Resource, names: Names, allowed: readonly string[]): Verdict {
  const name = nameFor(resource, names);
  if (name === undefined) return NOT_APPLICABLE;
  const value = resource.at(name);
  return value.judge((given) => {
    if (given === undefined || given === null) return nonCompliant(`${value.name} is not set`);
    return allowed.some((word) => word.toLowerCase() === String(typeof given === 'object' ? '' : given).toLowerCase())
      ? COMPLIANT
      : nonCompliant(`${value.name} is ${shown(given)}${byDefault(resource, name, given)}, not ${allowed.join(' or ')}`);
  });
}

/** Nothing may stand there. */
export function absent(value: Value, what: string): Verdict {
  return value.judge((given) => (given === undefined || given === null || given === '' ? COMPLIANT : nonCompliant(what)));
}

// whoever wrote nothing does not know what they got
function byDefault({ type }: Resource, path: string, given: unknown): string {
  return Object.hasOwn(DEFAULTS, type) && DEFAULTS[type]![path] === given ? ', as it is where nothing is set' : '';
}

function nameFor({ type }: Resource, { azurerm, arm }: Names): string | undefined {
  return type.startsWith('Microsoft.') ? arm : azurerm;
}
