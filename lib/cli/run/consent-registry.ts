import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { shown } from '../../policy/given';
import { shownPath } from '../input/file';
import type { Assembly } from './definition';
import { objectsAt } from './execute';
import type { Step } from './graph';
import { textOf } from './journal';
import { pairOf } from './parameters';

/** What stands for a registry of consent on this machine. */
export interface ConsentMapping {
  /** The ARN of the function that takes its snapshots, or what stands for it. */
  readonly registry: string;
  /** Receipts, or a snapshot; absolute. */
  readonly path: string;
}

/** A registry of consent that a pipeline asks. */
export interface AskedRegistry {
  /** Path of its construct, or the ARN where it is of another app. */
  readonly name: string;
  /** Purposes by all the names that receipts have for them; undefined for a registry of another app. */
  readonly purposes?: Readonly<Record<string, string>>;
  /** What stands for the bucket of its store. */
  readonly bucket: string;
  /** Receipts, or a snapshot; undefined where nothing was given. */
  readonly path?: string;
}

/** Whether a step has a snapshot of consents taken, as `addConsentFilter` puts one before each filter. */
export function asksRegistry({ type, arguments: args, fields }: Step): boolean {
  const answers = objectsAt(fields, 'OutputParameters').map(({ OutputName: name }) => name);
  return type === 'Lambda' && (args.action === 'take' || args.action === 'latest') && ['snapshot', 'takenAt', 'uri', 'rows'].every((name) => answers.includes(name));
}

/** The registries that steps ask, by the ARN of the function that takes their snapshots, or what stands for it. */
export function registriesOf(steps: readonly Step[], { registries }: Assembly): Map<string, AskedRegistry> {
  const asked = [...new Set(steps.filter(asksRegistry).map(({ fields }) => textOf(fields.FunctionArn)))];
  return new Map(asked.map((arn) => {
    const own = registries.get(arn);
    return [arn, own ? { name: own.path, purposes: own.purposes, bucket: own.bucket } : { name: arn, bucket: 'consent-registry' }];
  }));
}

/** How a registry is named on the command line. */
export function shortNameOf({ name }: AskedRegistry): string {
  return name.split(/[/:]/).at(-1)!;
}

/**
 * Reads `--consent <registry>=<folder or file>`.
 *
 * @throws an error for a registry that the pipeline does not ask, a name that two have, and for what is not there
 */
export function consentsOf(given: readonly string[], registries: ReadonlyMap<string, AskedRegistry>, cwd: string): ConsentMapping[] {
  return given.map((text) => {
    const [name, path] = pairOf('--consent', text);
    const found = [...registries].filter(([, one]) => one.name === name || one.name.endsWith(`/${name}`) || one.name.endsWith(`:${name}`));
    if (found.length !== 1) {
      const all = [...registries.values()].map((one) => `'${one.name}'`).join(', ');
      throw new Error(`--consent ${shown(name)} ${found.length > 1 ? `may be ${found.map(([, one]) => `'${one.name}'`).join(' or ')}: write more of its path`
        : `is no registry that this pipeline asks: ${registries.size === 0 ? 'it has no consent filter, so leave it out' : `it asks ${all}`}`}`);
    }
    const at = resolve(cwd, path);
    if (path === '' || !existsSync(at)) throw new Error(`--consent '${name}' is to be read from '${shownPath(cwd, at)}', and nothing is there: name a folder or a file of receipts, or a snapshot of the registry`);
    return { registry: found[0]![0], path: at };
  });
}
