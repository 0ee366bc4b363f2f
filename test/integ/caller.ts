/**
 * How bucket policies see who calls: a session is seen as its role, whose path the session does not tell.
 *
 * @param arn as STS gives it
 */
export function administratorOf(arn: string): string {
  const [, partition, account, role] = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? arn : `arn:${partition}:iam::${account}:role/*${role}`;
}
