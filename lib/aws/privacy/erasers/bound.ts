import type { Purpose } from '../../../policy/purpose';
import type { IDataStore } from '../../storage/data-store';
import type { EraserProps } from '../eraser-props';

/** What records and withdrawals need to know of a store. */
export function told({ identifiedBy, purposes }: EraserProps, store?: IDataStore): { readonly identifier?: string; readonly purposes: string[] } {
  const held: Purpose[] = purposes ?? (store?.purpose ? [store.purpose] : []);
  return { ...(identifiedBy ? { identifier: identifiedBy } : {}), purposes: held.map(({ name }) => name) };
}
