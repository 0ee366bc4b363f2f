/** How serious Macie thinks a finding is. */
export enum FindingSeverity {
  /** Data that is hardly sensitive. */
  LOW = 'Low',
  /** Personal data; every match of a data identifier of one's own. */
  MEDIUM = 'Medium',
  /** Credentials, health and financial data. */
  HIGH = 'High',
}
