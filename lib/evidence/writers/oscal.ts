import { createHash } from 'node:crypto';
import { dayNumber } from '../../policy/day';
import type { Evidence } from '../record';
import { markdown } from './markdown-text';
import { REPOSITORY, type WriterOptions } from './options';
import { isWebAddress } from './place';
import { oneLine } from './plain-text';

/** The version that the readers used in tests know; 1.2.2 and 1.2.3 change none of what is written. */
const OSCAL_VERSION = '1.2.1';
/** What says that a property is ours. */
const NAMESPACE = `${REPOSITORY}/ns/oscal`;
// of RFC 9562, 5.5: any fixed value, so that the same content always has the same id
const UUID_NAMESPACE = Buffer.from('4f1d3c0a6c0b5e0f9b8f3a1c27d5e946', 'hex');
const NIST_CATALOG = 'https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/NIST_SP-800-53_rev5_catalog.json';

/** A property in OSCAL. */
export interface OscalProp { readonly name: string; readonly ns: string; readonly value: string }

/** An id made of the content: version 5 of UUIDs. */
export function uuidOf(...parts: readonly unknown[]): string {
  const bytes = createHash('sha1').update(UUID_NAMESPACE).update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Ids of several things, from run to run the same; those that are alike are numbered. */
export function uuidsOf(kind: string, things: readonly unknown[]): string[] {
  const counts = new Map<string, number>();
  return things.map((thing) => {
    const key = JSON.stringify(thing);
    const number = (counts.get(key) ?? 0) + 1;
    counts.set(key, number);
    return number === 1 ? uuidOf(kind, thing) : uuidOf(kind, thing, number);
  });
}

/**
 * The moment that documents state: the beginning of the day of the assessment, never the clock.
 *
 * @throws an error when no day is known
 */
export function momentOf(evidence: Evidence, { date = evidence.asOf }: WriterOptions): string {
  if (date === undefined) throw new Error('an OSCAL document states the day of the assessment, and none is known: give one as the option date, such as \'2026-11-26\'');
  dayNumber('the date of the report', date);
  return `${date}T00:00:00Z`;
}

/** What every document begins with. */
export function metadataOf(title: string, evidence: Evidence, moment: string, remarks: string): object {
  return {
    title, 'last-modified': moment, version: oneLine(evidence.runs[0]!.version) || '0', 'oscal-version': OSCAL_VERSION,
    props: Object.entries(evidence.libraries).map(([name, version]) => prop('library', `${name} ${version}`)), remarks,
  };
}

/** A property of ours; a value is never empty in OSCAL. */
export function prop(name: string, value: string): OscalProp {
  return { name, ns: NAMESPACE, value: oneLine(value) || '–' };
}

/** Text of the app as OSCAL's markup; never empty. */
export function prose(text: string): string {
  return markdown(text) || '–';
}

/** A requirement as catalogs know it. */
interface Identified { readonly id: string; readonly oscalId?: string }
interface Catalogued { readonly name: string; readonly url: string; readonly oscalCatalog?: string; readonly requirements: readonly Identified[] }

/** The catalog that has a framework's controls; where none is published, the framework's own text. */
export function catalogOf({ name, url, oscalCatalog }: Catalogued): string {
  if (oscalCatalog && isWebAddress(oscalCatalog)) return oscalCatalog;
  if (isNist(name)) return NIST_CATALOG;
  return isWebAddress(url) ? url : `urn:cdk-regulated-ml:framework:${encodeURIComponent(token(name))}`;
}

/** For each requirement its control id: that of the catalog, else one made of the framework's name and the requirement's id. Each stands once. */
export function controlIdsOf(framework: Catalogued): Map<string, string> {
  const taken = new Set<string>();
  return new Map(framework.requirements.map((requirement) => {
    const wanted = requirement.oscalId ?? (isNist(framework.name) ? nistId(requirement.id) : undefined) ?? token(`${framework.name}-${requirement.id}`);
    const id = taken.has(wanted) ? `${wanted}-${uuidOf(framework.name, requirement.id).slice(0, 8)}` : wanted;
    taken.add(id);
    return [requirement.id, id];
  }));
}

function isNist(name: string): boolean {
  return /^NIST[ _-]?(SP[ _-]?)?800[ _-]?53/i.test(name);
}

/** The id that the catalog of NIST gives a control: `sc-28.1` for `SC-28(1)`. */
function nistId(id: string): string | undefined {
  const [, family, number, enhancement] = /^([A-Z]{2})-(\d+)(?:\s*\((\d+)\))?$/i.exec(id.trim()) ?? [];
  return family === undefined ? undefined : `${family.toLowerCase()}-${Number(number)}${enhancement === undefined ? '' : `.${Number(enhancement)}`}`;
}

// https://pages.nist.gov/metaschema/specification/datatypes/#token begins with a letter
function token(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9.]+/g, '-').replace(/^[^a-z]+|[-.]+$/g, '');
  return plain === '' ? `x-${uuidOf(text).slice(0, 8)}` : plain;
}
