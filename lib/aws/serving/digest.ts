import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Eight hexadecimal digits that change with the content of a request, so that a name made from them does too. */
export function digestOf(scope: IConstruct, request: unknown): string {
  return createHash('sha256').update(JSON.stringify(Stack.of(scope).resolve(request))).digest('hex').slice(0, 8);
}
