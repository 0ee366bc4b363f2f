import { IDataStore } from '../storage/data-store';
import { DiscoverySchedule } from './discovery-schedule';
import { ManagedIdentifiers } from './managed-identifiers';

/** What a job looks for, where and when. */
export interface DiscoveryJobProps {
  /**
   * The stores it looks at.
   *
   * @default - those of the discovery
   */
  readonly stores?: IDataStore[];
  /**
   * Looks only at objects whose keys begin with one of these, such as `admissions/`.
   *
   * @default - all objects
   */
  readonly prefixes?: string[];
  /**
   * When it runs.
   *
   * @default DiscoverySchedule.daily()
   */
  readonly schedule?: DiscoverySchedule;
  /**
   * Whether the first run of a scheduled job looks at all that is there, and not only at what comes after.
   *
   * @default true
   */
  readonly initialRun?: boolean;
  /**
   * Percentage of the objects that it looks at, chosen at random; 1 to 100.
   *
   * @default 100
   */
  readonly samplingPercentage?: number;
  /**
   * Which of Macie's own identifiers it uses.
   *
   * @default ManagedIdentifiers.RECOMMENDED
   */
  readonly managedIdentifiers?: ManagedIdentifiers;
  /**
   * What it is for; up to 200 characters.
   *
   * @default - names the stores
   */
  readonly description?: string;
}
