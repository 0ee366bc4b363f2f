import { createHash } from 'node:crypto';

/** A table, by its names. */
export interface Table {
  readonly database: string;
  readonly table: string;
}

/**
 * Which rows are of a person. Athena keeps the text of each query for 45 days, so it holds no value: rows are found by a salted hash. That takes a scan
 * of the whole table.
 *
 * @param salt letters and digits, new for each query
 */
function isOf(recordIdentifier: string, subject: string, salt: string): string {
  const hash = createHash('sha256').update(`${salt}${subject}`, 'utf8').digest('hex').toUpperCase();
  return `to_hex(sha256(to_utf8(concat('${salt}', CAST("${recordIdentifier}" AS varchar))))) = '${hash}'`;
}

/** How many rows there are. */
export function countQuery({ database, table }: Table, recordIdentifier: string, subject: string, salt: string): string {
  return `SELECT count(*) FROM "${database}"."${table}" WHERE ${isOf(recordIdentifier, subject, salt)}`;
}

/** Writes the rows to a place, as JSON. */
export function unloadQuery({ database, table }: Table, recordIdentifier: string, subject: string, salt: string, to: string): string {
  return `UNLOAD (SELECT * FROM "${database}"."${table}" WHERE ${isOf(recordIdentifier, subject, salt)}) TO '${to.replace(/'/g, "''")}' WITH (format = 'JSON')`;
}

/**
 * Deletes the rows, and with them every file that still has them: DELETE writes which rows are gone, OPTIMIZE writes the files anew, VACUUM deletes
 * snapshots that are older than a property of the table says, which is five days unless it is set. So travel to earlier states of the table ends here.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
 */
export const deletions: readonly ((table: Table, recordIdentifier: string, subject: string, salt: string) => string)[] = [
  ({ database, table }, recordIdentifier, subject, salt) => `DELETE FROM "${database}"."${table}" WHERE ${isOf(recordIdentifier, subject, salt)}`,
  ({ database, table }) => `OPTIMIZE "${database}"."${table}" REWRITE DATA USING BIN_PACK`,
  // DDL takes names in backticks
  ({ database, table }) => `ALTER TABLE \`${database}\`.\`${table}\` SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds'='1', 'vacuum_min_snapshots_to_keep'='1')`,
  ({ database, table }) => `VACUUM "${database}"."${table}"`,
];
