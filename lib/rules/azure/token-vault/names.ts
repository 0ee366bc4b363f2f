import type { Principal } from './principals';

/** Somebody, as people know them. */
export function nameOf(who: Principal): string {
  return typeof who === 'string' ? who : who.path;
}
