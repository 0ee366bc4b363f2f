/** What a privacy loss is the loss of: whose presence in the data cannot be told. */
export enum PrivacyUnit {
  /** One record, such as one admission. Of a person with many records it says much less. */
  RECORD = 'record',
  /** All records of one person. */
  PERSON = 'person',
  /** All that one client of a federation holds. */
  CLIENT = 'client',
}
