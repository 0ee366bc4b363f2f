import { framed, fingerprint, gcmOpen, gcmSeal } from './ciphers';

/** The table of subjects: a partition a subject, with a row for each of its keys and one for each of its values. */
export function subjectHash(index: Uint8Array, tenant: string, subject: string): string {
  return fingerprint(index, 'subject', tenant, subject);
}

/** Row of the key of a subject in a field. */
export function keyRecord(field: string): string {
  return `key#${field}`;
}

/** Row of a value of a subject, which leads to its token. */
export function valueRecord(index: Uint8Array, tenant: string, field: string, subject: string, value: string): string {
  return `value#${field}#${fingerprint(index, 'value', tenant, field, subject, value)}`;
}

/** Whose key it is, where. */
export interface SubjectPlace {
  readonly tenant: string;
  readonly field: string;
  readonly subject: string;
}

/** The key of a subject, wrapped by the key of the field. It opens under this id only, so that it cannot be put in the place of another. */
export function wrapKey(wrapping: Uint8Array, { tenant, field, subject }: SubjectPlace, id: string, key: Uint8Array): Buffer {
  return gcmSeal(wrapping, framed('subject-key', tenant, field, subject, id), key);
}

/** @throws when it is not the key of this subject in this field */
export function unwrapKey(wrapping: Uint8Array, { tenant, field, subject }: SubjectPlace, id: string, wrapped: Uint8Array): Buffer {
  return gcmOpen(wrapping, framed('subject-key', tenant, field, subject, id), wrapped);
}

/** A value under the key of its subject, bound to its token. */
export function sealValue(key: Uint8Array, { tenant, field, subject }: SubjectPlace, token: string, value: string): Buffer {
  return gcmSeal(key, framed('value', tenant, field, subject, token), Buffer.from(value, 'utf8'));
}

/** @throws when it is not the value of this token */
export function openValue(key: Uint8Array, { tenant, field, subject }: SubjectPlace, token: string, sealed: Uint8Array): string {
  return gcmOpen(key, framed('value', tenant, field, subject, token), sealed).toString('utf8');
}
