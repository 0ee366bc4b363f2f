import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { KeyPlace, SubjectKeyRow } from '../token-vault/store';
import { keyRecord } from '../token-vault/subjects';

/** A row of a table, or its key. */
export type Item = Record<string, AttributeValue>;

/** Names of the tables that hold people. */
export interface Tables {
  readonly subjects: string;
  readonly tokens: string;
}

/** Where the key of a subject lies. */
export function keyOf({ subject, field }: KeyPlace): Item {
  return { subject: { S: subject }, record: { S: keyRecord(field) } };
}

/** Whose key lies there. */
export function placeOf({ subject, record }: Item): KeyPlace {
  return { subject: subject!.S!, field: record!.S!.slice(keyRecord('').length) };
}

/** The key that lies there. */
export function subjectKeyOf(item: Item): SubjectKeyRow {
  return { ...placeOf(item), keyId: item.keyId!.S!, wrapped: item.wrapped!.B!, version: Number(item.version!.N) };
}
