/** What a store is for in the life of data. */
export enum Zone {
  /** As it came from the source. */
  RAW = 'raw',
  /** Cleaned, de-identified, and what steps hand to each other. */
  CURATED = 'curated',
  /** Features. */
  FEATURES = 'features',
  /** Model artifacts. */
  MODELS = 'models',
  /** Requests and answers of endpoints, monitoring reports. */
  CAPTURES = 'captures',
  /** Findings and data held back for a person to look at. */
  QUARANTINE = 'quarantine',
}
