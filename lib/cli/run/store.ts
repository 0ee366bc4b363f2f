import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shown } from '../../policy/given';
import { shownPath } from '../input/file';
import { some } from '../words';
import type { Assembly } from './definition';
import { place } from './files';
import { pairOf } from './parameters';
import { ASSUMED, asAssumed } from './values';

/** A folder that stands for a part of a store. */
export interface Mapping {
  /** Such as `s3://bucket/prefix/`. */
  readonly uri: string;
  /** Absolute. */
  readonly folder: string;
}

/** An address of S3, taken apart. */
interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** The objects of a run: what its steps have written, the app's assets, and folders that stand for stores. */
export class ObjectStore {
  /**
   * @param folder where the objects of the run are
   */
  constructor(private readonly folder: string, private readonly assembly: Assembly, private readonly mappings: readonly Mapping[]) {}

  /** Where an object, or all objects below a prefix, are on this machine; undefined where nothing is there. */
  public find(uri: string): string | undefined {
    const { bucket, key } = placeOf(uri);
    const asset = this.assembly.asset(key);
    if (asset !== undefined) return asset;
    const own = this.pathOf(uri);
    if (existsSync(own)) return own;
    const whole = `s3://${bucket}/${key}`;
    const mapping = this.mappings.filter((one) => whole.startsWith(one.uri) || `${whole}/` === one.uri).sort((a, b) => b.uri.length - a.uri.length)[0];
    const path = mapping && join(mapping.folder, ...whole.slice(mapping.uri.length).split('/'));
    return path !== undefined && existsSync(path) ? path : undefined;
  }

  /** The same, or an error that says whose store it is and how to name a folder for it. */
  public need(uri: string, what: string): string {
    if (uri.startsWith(ASSUMED)) {
      throw new Error(`${what} is what an assumed step gives: give --assume '${asAssumed(uri.slice(ASSUMED.length))}', an address such as s3://assumed/data/, and --data s3://assumed/data=<folder>`);
    }
    const found = this.find(uri);
    if (found !== undefined) {
      if (isEmpty(found)) throw new Error(`${what} is empty: nothing lies below '${uri}', and SageMaker takes no input without an object; ${found === this.pathOf(uri) ? 'see why the step that writes there has written nothing' : 'put into that folder what is to be read'}`);
      return found;
    }
    const { bucket, key } = placeOf(uri);
    const store = this.assembly.buckets.get(bucket);
    const mapped = this.mappings.some((one) => one.uri.startsWith(`s3://${bucket}/`));
    throw new Error(`${what} is in ${store === undefined ? `'s3://${bucket}/${key}'` : `store '${store}'${key === '' ? '' : `, prefix '${key}'`}`}, and ${mapped ? 'nothing is there in the folder that was named' : 'nothing says where that is on this machine'}: `
      + `give --data ${store === undefined ? `s3://${bucket}/${key}` : store.split('/').at(-1)!}=<folder>`);
  }

  /** Where this run keeps what it writes to an address. */
  public pathOf(uri: string): string {
    const { bucket, key } = placeOf(uri);
    return join(this.folder, bucket, ...key.split('/').filter((part) => part !== ''));
  }

  /** Keeps what a step has written. */
  public put(source: string, uri: string): string {
    const target = this.pathOf(uri);
    place(source, target, false);
    return target;
  }
}

/**
 * Reads `--data <store or s3 prefix>=<folder>`.
 *
 * @throws an error for a store that the app does not have, a name that two have, and a folder that is not there
 */
export function mappingsOf(given: readonly string[], { buckets }: Assembly, cwd: string): Mapping[] {
  return given.map((text) => {
    // a prefix may hold '='; a path that does has to be named by another way
    const [name, path] = pairOf('--data', text);
    const folder = resolve(cwd, path);
    if (path === '' || !existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`--data '${name}' is to be read from '${shownPath(cwd, folder)}', which is no folder: name one that is laid out like the store from that prefix on`);
    return { uri: uriOf(name, buckets), folder };
  });
}

function uriOf(name: string, buckets: ReadonlyMap<string, string>): string {
  const ended = (uri: string) => (uri.endsWith('/') ? uri : `${uri}/`);
  if (name.startsWith('s3://')) {
    const { bucket, key } = placeOf(name);
    return ended(`s3://${bucket}/${key}`);
  }
  const parts = name.split('/').filter((part) => part !== '');
  // the end of a path names a store, and what follows is a prefix in it; the longest name counts
  for (let length = parts.length; length > 0; length--) {
    const store = parts.slice(0, length).join('/');
    const found = [...buckets].filter(([, path]) => path === store || path.endsWith(`/${store}`));
    if (found.length > 1) throw new Error(`--data ${shown(name)} may be ${found.map(([, path]) => `'${path}'`).join(' or ')}: write more of its path`);
    if (found.length === 1) return uriOf(`s3://${[found[0]![0], ...parts.slice(length)].join('/')}`, buckets);
  }
  throw new Error(`--data ${shown(name)} names no store of the app: it has ${some([...buckets.values()].map((path) => `'${path}'`), 12)}; or give an address such as s3://bucket/prefix/`);
}

/** Whether a folder holds no file, at any depth. */
function isEmpty(path: string): boolean {
  return statSync(path).isDirectory() && readdirSync(path).every((name) => isEmpty(join(path, name)));
}

function placeOf(uri: string): Place {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new Error(`${shown(uri)} is no address of S3: it begins with s3://`);
  const parts = [bucket, ...key!.split('/')];
  if (parts.some((part) => part === '..' || part === '.' || part.includes('\\') || part.includes('\0'))) throw new Error(`the address ${shown(uri)} leads out of its bucket: nothing outside is read or written`);
  return { bucket, key: key!.replace(/\/{2,}/g, '/') };
}
