import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a stub received. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
  /** What services with one path are asked for, such as `AmazonAthena.StartQueryExecution`. */
  readonly target?: string;
}

/** What a stub answers. */
export interface StubAnswer {
  readonly status?: number;
  /** Name of the error, as AWS's REST services give it. */
  readonly error?: string;
  readonly body?: Record<string, unknown>;
}

/** A server on loopback that stands in for an AWS REST service which no emulator has. */
export interface HttpStub {
  readonly url: string;
  readonly requests: StubRequest[];
  stop(): Promise<void>;
}

/** Starts one; what `answer` returns is sent. */
export async function startStub(answer: (request: StubRequest) => StubAnswer): Promise<HttpStub> {
  const requests: StubRequest[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const target = request.headers['x-amz-target'];
      const received = {
        method: request.method ?? '', path: decodeURI(request.url ?? ''), body: text === '' ? {} : JSON.parse(text) as Record<string, unknown>, ...(target === undefined ? {} : { target: String(target) }),
      };
      requests.push(received);
      const { status, error, body } = answer(received);
      response.writeHead(status ?? 200, { 'content-type': 'application/json', ...(error ? { 'x-amzn-errortype': error } : {}) });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
