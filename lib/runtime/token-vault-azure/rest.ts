import { nameOf } from '../own-words';
import { pause } from '../token-vault/attempts';
import { VaultError } from '../token-vault/fault';

const ATTEMPTS = 6;
/** Longest that a service may ask for before the next attempt. */
const LONGEST_WAIT = 5_000;

/**
 * Sends a request to a service of Azure, and again when it is throttled, or out of order. Redirects are not followed: a token goes to who it is for.
 *
 * @param service in words, for messages
 * @throws a refusal with the status, and nothing of what was answered
 */
export async function send(service: string, url: string, init: RequestInit): Promise<unknown> {
  let last = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await pause(attempt);
    let response: Response;
    try {
      response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(10_000) });
    } catch (error) {
      last = nameOf(error);
      continue;
    }
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : JSON.parse(text);
    last = String(response.status);
    if (response.status !== 429 && response.status < 500) break;
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    if (seconds > 0) await new Promise((resolve) => void setTimeout(resolve, Math.min(LONGEST_WAIT, seconds * 1000)));
  }
  throw new VaultError('Unavailable', `${service} did not answer (${last}): try again`);
}
