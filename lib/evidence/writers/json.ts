import { canonicalJson } from '../../policy/record';
import type { Evidence } from '../record';

/** Evidence as JSON with sorted keys: the same evidence always gives the same bytes. */
export function toJson(evidence: Evidence): string {
  return canonicalJson(evidence);
}
