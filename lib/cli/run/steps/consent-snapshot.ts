import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Ingest } from '../../../runtime/consent/ingest';
import { LARGEST_FILE, takeFile } from '../../../runtime/consent/receipts-file';
import { DATA_FILE, folderOf, takeSnapshot, type Manifest } from '../../../runtime/consent/snapshot';
import { instantOf } from '../../../runtime/consent/time';
import { count } from '../../words';
import { MemoryEntries } from '../consent-entries';
import { shortNameOf, type AskedRegistry } from '../consent-registry';
import { isJsonObject, type Json, type JsonObject } from '../definition';
import { makeFolder, writeWhole } from '../files';
import { textOf } from '../journal';
import { StepFailure, StepSkipped, type ReadyStep, type Surroundings } from '../step-kind';

/** A snapshot, with what is to be said of where it comes from. */
interface Taken {
  readonly manifest: Pick<Manifest, 'snapshot' | 'takenAt' | 'rows'>;
  readonly data: Buffer;
  readonly notes: readonly string[];
}

/** What the function of a registry answers. */
export interface ConsentAnswer {
  readonly answer: JsonObject;
  readonly notes: readonly string[];
  /** Address of the snapshot. */
  readonly uri: string;
}

const MANIFEST = 'manifest.json';

/** Gives a run a snapshot of consents: of receipts on this machine, by the registry's own rules, or one that was taken elsewhere. */
export async function giveSnapshot({ arguments: args, fields }: ReadyStep, here: Surroundings): Promise<ConsentAnswer> {
  const registry = here.registries.get(textOf(fields.FunctionArn))!;
  const { name, bucket, path } = registry;
  if (path === undefined) {
    throw new StepSkipped(`it asks the registry '${name}' who consents, and nothing stands for that here: give receipts or a snapshot of it with --consent ${shortNameOf(registry)}=<folder>`);
  }
  const { manifest, data, notes } = snapshotIn(path) ?? await snapshotOf(registry, path, here);
  const uri = `s3://${bucket}/${folderOf(manifest)}`;
  const folder = makeFolder(here.store.pathOf(uri));
  writeWhole(join(folder, DATA_FILE), data.toString('utf8'));
  writeWhole(join(folder, MANIFEST), JSON.stringify({ ...manifest, file: DATA_FILE, bytes: data.length }));
  const late = args.action === 'latest' ? ['in the place of the last one that the registry took by its schedule'] : [];
  return { answer: { snapshot: manifest.snapshot, takenAt: manifest.takenAt, uri, rows: String(manifest.rows) }, uri, notes: [...notes, ...late] };
}

/** A snapshot that somebody took from a registry: its folder, or the file with its data. What is wrong with it is for the filter to find. */
function snapshotIn(path: string): Taken | undefined {
  const file = statSync(path).isDirectory() ? join(path, DATA_FILE) : path;
  if (!existsSync(file)) return undefined;
  const data = readFileSync(file);
  const { takenAt, rows } = objectIn(data.subarray(0, data.indexOf('\n') + 1).toString('utf8'));
  if (takenAt === undefined || rows === undefined) return undefined;
  if (typeof takenAt !== 'string' || instantOf(takenAt) !== takenAt || typeof rows !== 'number') throw new StepFailure(`is given '${basename(path)}', which is no snapshot of a registry: its first line does not say when it was taken, and of how many`);
  const beside = join(dirname(file), MANIFEST);
  const snapshot = existsSync(beside) ? textOf(objectIn(readFileSync(beside, 'utf8')).snapshot) : createHash('sha256').update(data).digest('hex');
  if (!/^[0-9a-f]{64}$/.test(snapshot)) throw new StepFailure(`is given '${basename(path)}', whose ${MANIFEST} names no snapshot: take both files as the registry wrote them`);
  return { manifest: { snapshot, takenAt, rows }, data, notes: [`a snapshot of ${takenAt}, which was given: ${count(rows, 'answer')} of a person for a purpose`] };
}

/** A snapshot of now, of receipts in files. */
async function snapshotOf({ name, purposes, bucket }: AskedRegistry, path: string, here: Surroundings): Promise<Taken> {
  if (purposes === undefined) {
    throw new StepFailure(`asks a registry of another app ('${name}'), of which it is not known what receipts call its purposes: give a snapshot of it, the folder with ${DATA_FILE} and ${MANIFEST}`);
  }
  const files = filesIn(path);
  if (files.length === 0) throw new StepFailure(`is given '${basename(path)}' for the registry '${name}', and no file is there: give receipts of ISO/IEC TS 27560 as JSON, one a file, a list of them or one a line`);
  const entries = new MemoryEntries();
  const now = new Date();
  const refusedAt = `s3://${bucket}/refused/`;
  const ingest = new Ingest(entries, {
    purposes, keep: async (key, text) => {
      const file = here.store.pathOf(`s3://${bucket}/${key}`);
      makeFolder(dirname(file));
      writeWhole(file, text);
    },
  }, 'receipt', now);
  for (const [index, file] of files.entries()) {
    const { size } = statSync(file);
    if (size > LARGEST_FILE) await ingest.refuse('too-large', { key: `file ${index + 1} of ${files.length}`, bytes: size });
    else await takeFile(ingest, readFileSync(file));
  }
  const { manifest, data } = await takeSnapshot(entries, now.toISOString());
  const { taken, known, refused } = ingest.counts;
  const reasons = Object.entries(refused).map(([reason, number]) => `${number} ${reason}`);
  return {
    manifest, data, notes: [
      `${count(taken, 'entry', 'entries')} of receipts in ${count(files.length, 'file')}${known > 0 ? `, ${known} of them twice` : ''}, by the rules of the registry`,
      ...(reasons.length > 0 ? [`receipts that were refused: ${reasons.join(', ')}; each lies with its reason in ${here.store.pathOf(refusedAt)}`] : []),
      ...Object.entries(manifest.purposes).map(([purpose, decisions]) => `${purpose}: ${Object.entries(decisions).map(([decision, people]) => `${people} ${decision}`).join(', ')}`),
      'what the registry in the cloud has been told is not known here',
    ],
  };
}

/** Files below a folder, or the one that is named. Names that begin with `_` or `.` are of whoever wrote the data, and hold none of it. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).filter((name) => !/^[._]/.test(name)).sort().flatMap((name) => filesIn(join(path, name)));
}

/** The object that a text is in JSON; an empty one where it is none. */
function objectIn(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
