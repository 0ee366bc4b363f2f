import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { AUDIENCE } from '../token-vault/caller';
import { variable } from '../rights/fault';

/** The headers of a signed request to STS of who this function is, which the vault passes on. It is sent nowhere from here. */
export async function signedIdentity(audience: string): Promise<Record<string, string>> {
  const [region, host] = [variable('AWS_REGION'), new URL(variable('STS_ENDPOINT')).host];
  const signer = new SignatureV4({
    service: 'sts', region, sha256: Sha256,
    credentials: { accessKeyId: variable('AWS_ACCESS_KEY_ID'), secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'), sessionToken: process.env.AWS_SESSION_TOKEN },
  });
  const { headers } = await signer.sign({
    method: 'POST', protocol: 'https:', hostname: host, path: '/', query: {}, body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', [AUDIENCE]: audience },
  });
  return headers;
}

class Sha256 {
  private hash: Hash | Hmac;

  constructor(private readonly secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = this.begun();
  }

  public update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }

  public async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  public reset(): void {
    this.hash = this.begun();
  }

  private begun(): Hash | Hmac {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(this.secret));
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
