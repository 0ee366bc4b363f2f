import { Unknown } from '../../resolved';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { unlessNarrowed } from './openness';
import { each } from './statements';

const SUBJECT = ['sub'];
const GITHUB = [...SUBJECT, 'repository', 'repository_id', 'job_workflow_ref', 'enterprise_id', 'actor_id'];

/**
 * Providers at which anybody can sign in, with the claims of a token that say whose it is. A provider with an address of its own for each organisation is
 * none of them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map([
  ['cognito-identity.amazonaws.com', ['aud']], ['accounts.google.com', ['aud', 'sub']], ['www.amazon.com', ['app_id', 'user_id']], ['graph.facebook.com', ['app_id', 'id']],
  ['token.actions.githubusercontent.com', GITHUB], ['gitlab.com', SUBJECT], ['app.terraform.io', SUBJECT], ['agent.buildkite.com', SUBJECT],
  ['oidc.codefresh.io', SUBJECT], ['scalr.io', SUBJECT], ['oidc.vercel.com', ['aud']], ['api.pulumi.com/oidc', ['aud']],
]);
const PROVIDER = /^arn:[^:]+:iam::[^:]*:oidc-provider\//;
const IDENTITY_POOLS = 'cognito-identity.amazonaws.com';

/** Whether a statement holds those who sign in elsewhere to somebody: a provider that all the world uses says nothing by itself. */
export function federated(statement: Value): Verdict[] {
  const condition = statement.at('Condition');
  // which provider a reference names, its condition says
  const conditioned = condition.entries.flatMap(([, keys]) => keys.entries.map(([key]) => hostOf(key)));
  return each(statement.at('Principal.Federated')).flatMap((principal) => principal.alternatives).flatMap((one) => {
    if (one instanceof Unknown && condition.isAbsent) return [unknown(`whoever signs in at a provider is allowed, and which that is, is ${one.reason}`, statement.location)];
    const host = typeof one === 'string' ? one.replace(PROVIDER, '') : conditioned.find((name) => SHARED.has(name));
    const claims = SHARED.get(host ?? '');
    if (!claims) return [];
    const who = `whoever signs in at ${host}`;
    const held = unlessNarrowed(condition, (key) => claims.some((claim) => key.toLowerCase() === `${host}:${claim}`), () => (
      nonCompliant(`a statement allows ${who}, and no condition on ${claims.map((claim) => `${host}:${claim}`).join(' or ')} says whose`, statement.location)));
    return host === IDENTITY_POOLS ? [held, guests(condition, statement.location)] : [held];
  });
}

// an identity pool knows guests, who have not signed in at all
function guests(condition: Value, location: string): Verdict {
  const kinds = condition.entries.flatMap(([, keys]) => keys.entries).filter(([key]) => key.toLowerCase() === `${IDENTITY_POOLS}:amr`).flatMap(([, value]) => each(value));
  const verdicts = kinds.map((kind) => kind.judge((one) => (one === 'unauthenticated' || /[*?]/.test(String(one))
    ? nonCompliant('a statement allows guests of an identity pool, who have not signed in', location) : COMPLIANT)));
  return all(COMPLIANT, ...verdicts);
}

function hostOf(key: string): string {
  return key.toLowerCase().slice(0, key.lastIndexOf(':'));
}
