import { createHash } from 'node:crypto';
import type { Caller } from './audit';
import { VaultError } from './fault';

/** The header of the proof that names the function, by the ARN that it is invoked by. A proof for one purpose is none for another. */
export const AUDIENCE = 'x-regulated-ml-audience';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
/** Headers that are taken from the proof; signers of the SDKs add some of them. */
const SENT = ['authorization', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', AUDIENCE] as const;
/** Headers that a request of ours has anyway, with one value. */
const OURS = ['content-length', 'content-type', 'host'];
const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';
const REMEMBERED_FOR = 5 * 60 * 1000;
const REMEMBERED = 1_000;

/** A session, and the role or user behind it, whatever its sessions are called. */
export interface Session extends Caller {
  /** As IAM names the session. */
  readonly arn: string;
}

/**
 * Finds out who calls. Lambda does not tell a function that is invoked directly, and a name in the payload could be anybody's. So the caller sends
 * along what only it can sign: a request to STS of who it is, with the function's ARN among the signed headers. The function passes it on, to an
 * address and with a body of its own, and STS says who signed it.
 */
export class Callers {
  private readonly known = new Map<string, { readonly caller: Session; readonly until: number }>();

  /** @param endpoint of STS in the region, such as `https://sts.eu-central-1.amazonaws.com` */
  constructor(private readonly endpoint: string) {}

  /**
   * @param proof the signed headers of the request
   * @param audience ARN of the function, with the alias that it was invoked by
   * @throws a refusal that says what is wrong with the proof
   */
  public async of(proof: unknown, audience: string): Promise<Session> {
    const headers = headersOf(proof, audience);
    const id = createHash('sha256').update(JSON.stringify(headers)).digest('base64');
    const known = this.known.get(id);
    if (known && known.until > Date.now()) return known.caller;
    const caller = await this.ask(headers);
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(id, { caller, until: Date.now() + REMEMBERED_FOR });
    return caller;
  }

  private async ask(headers: Record<string, string>): Promise<Session> {
    // a question changes nothing, and a connection that lay idle may be closed when it is put
    const { status, text } = await this.send(headers).catch(() => this.send(headers));
    if (status >= 500) throw new VaultError('Unavailable', `STS answered ${status} when it was asked who calls: try again`);
    const arn = /<Arn>(arn:[^<\s]+)<\/Arn>/.exec(text)?.[1];
    if (status !== 200 || !arn) throw new VaultError('UnknownCaller', `STS does not accept the proof of who calls (it answered ${status}): sign a new one with credentials that are valid, at most 5 minutes before`);
    return { arn, principal: principalOf(arn) };
  }

  private async send(headers: Record<string, string>): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.endpoint}/`, {
      method: 'POST', body: BODY, headers: { ...headers, 'content-type': CONTENT_TYPE }, redirect: 'error', signal: AbortSignal.timeout(5_000),
    });
    return { status: response.status, text: await response.text() };
  }
}

function headersOf(proof: unknown, audience: string): Record<string, string> {
  const wanted = `send the headers of a signed GetCallerIdentity request as 'caller', with '${AUDIENCE}: ${audience}' among the signed ones`;
  if (typeof proof !== 'object' || proof === null) throw new VaultError('UnknownCaller', `the request does not prove who calls: ${wanted}`);
  const given = new Map(Object.entries(proof).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const headers = Object.fromEntries(SENT.flatMap((name): [string, string][] => {
    const value = given.get(name);
    return typeof value === 'string' && value.length < 8_192 && /^[\x20-\x7e]+$/.test(value) ? [[name, value]] : [];
  }));
  const signed = /^AWS4-HMAC-SHA256 Credential=[^,\s]+,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=[0-9a-f]{64}$/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const unsigned = ['host', 'x-amz-date', AUDIENCE].filter((name) => !signed.includes(name));
  if (unsigned.length > 0) throw new VaultError('UnknownCaller', `the proof of who calls does not sign ${unsigned.join(', ')}: ${wanted}`);
  const strange = signed.filter((name) => !OURS.includes(name) && !(name in headers));
  if (strange.length > 0) throw new VaultError('UnknownCaller', `the proof of who calls signs headers besides ${[...OURS, ...SENT.slice(1)].join(', ')}, which STS will not see: ${wanted}`);
  if (headers[AUDIENCE] !== audience) throw new VaultError('UnknownCaller', `the proof of who calls is for something else: ${wanted}`);
  return headers;
}

/** `arn:aws:sts::1:assumed-role/Name/session` is a session of `arn:aws:iam::1:role/Name`, whose path STS does not tell. */
function principalOf(arn: string): string {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  return session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : arn;
}
