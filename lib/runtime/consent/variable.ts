import { ConsentError } from './fault';

/** An environment variable that the construct sets. */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new ConsentError('Misconfigured', `environment variable ${name} is not set`);
  return value;
}
