/** How a table lies in files. */
export enum TableFormat {
  /** Text with a header, quoted as RFC 4180 has it. */
  CSV = 'csv',
  /** One JSON object a line. */
  JSON_LINES = 'jsonl',
  /** Apache Parquet. */
  PARQUET = 'parquet',
}
