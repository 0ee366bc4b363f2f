import {
  createValidatedPolicy, type ValidatedPolicy, validateEndpointPolicy, validateIdentityPolicy, validateResourceControlPolicy, validateResourcePolicy, validateServiceControlPolicy,
} from '@cloud-copilot/iam-policy';
import { runSimulation } from '@cloud-copilot/iam-simulate';

/** A request, as IAM sees it. */
export interface SimulatedRequest {
  /** ARN, or the name of a service such as `events.amazonaws.com`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly account?: string;
  readonly context?: Record<string, string | string[]>;
  /** What the identity itself is allowed; nothing by default. */
  readonly identityPolicy?: object;
  readonly resourcePolicy?: object;
  readonly endpointPolicy?: object;
  /** The permissions boundary of the principal. */
  readonly boundary?: object;
  /** Service control policies beside FullAWSAccess; they do not reach a principal that is a service. */
  readonly serviceControlPolicies?: readonly object[];
  readonly resourceControlPolicies?: readonly object[];
}

/** What IAM would answer: `Allowed`, `ExplicitlyDenied` or `ImplicitlyDenied`. */
export async function simulate(request: SimulatedRequest): Promise<string> {
  const { action } = request;
  const named = (policy: object | undefined, name: string, valid: Validate) => (policy ? [{ name, policy: about(action, policy, valid) }] : []);
  const ofRoot = (policies: readonly object[], valid: Validate) => [{ orgIdentifier: 'r-root', policies: policies.flatMap((policy, index) => named(policy, `policy${index}`, valid)) }];
  const answer = await runSimulation({
    request: {
      principal: request.principal,
      action,
      resource: { resource: request.resource, accountId: request.account ?? '123456789012' },
      contextVariables: renamed(request.context ?? {}),
    },
    identityPolicies: named(request.identityPolicy, 'identity', validateIdentityPolicy),
    serviceControlPolicies: request.serviceControlPolicies ? ofRoot([ADMINISTRATOR, ...request.serviceControlPolicies], validateServiceControlPolicy) : [],
    resourceControlPolicies: request.resourceControlPolicies ? ofRoot(request.resourceControlPolicies, validateResourceControlPolicy) : [],
    resourcePolicy: request.resourcePolicy && about(action, request.resourcePolicy, validateResourcePolicy),
    ...(request.boundary ? { permissionBoundaryPolicies: named(request.boundary, 'boundary', validateIdentityPolicy) } : {}),
    ...(request.endpointPolicy ? { vpcEndpointPolicies: named(request.endpointPolicy, 'endpoint', validateEndpointPolicy) } : {}),
  }, {});
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors, null, 1));
  // a key that the simulator drops would make a denial look earned
  const ignored = answer.resultType === 'single' ? answer.result.ignoredContextKeys ?? [] : [];
  if (ignored.length > 0) throw new Error(`${request.action} has no condition key ${ignored.join(', ')}`);
  return answer.overallResult;
}

type Validate = (policy: object) => ReturnType<typeof validateIdentityPolicy>;

interface Statements { readonly Statement: Statement | readonly Statement[] }
interface Statement { readonly Action?: string | readonly string[] }

/** Policies as they were found valid, by what validates them and their text: thousands of questions are asked of a few policies. */
const VALID = new Map<Validate, Map<string, ValidatedPolicy>>();

/** A policy, found valid as a whole, with those of its statements alone that an action is spoken of in: the others decide nothing, and most of the time went into them. */
function about(action: string, policy: object, validate: Validate): ValidatedPolicy {
  const known = VALID.get(validate) ?? new Map<string, ValidatedPolicy>();
  VALID.set(validate, known);
  const text = JSON.stringify(policy);
  const whole = known.get(text) ?? createValidatedPolicy(renamed(JSON.parse(text) as object), validate);
  known.set(text, whole);
  const { Statement } = whole.policyDocument as Statements;
  // what is not valid is told so as a whole
  if (whole.errors.length > 0) return whole;
  const kept = [Statement].flat().filter(({ Action }: Statement) => Action === undefined || [Action].flat().some((own) => matcher(own).test(action)));
  return { ...whole, policyDocument: { ...whole.policyDocument as object, Statement: kept } };
}

const MATCHERS = new Map<string, RegExp>();

/** What a name of actions with wildcards stands for. */
function matcher(name: string): RegExp {
  const found = MATCHERS.get(name) ?? new RegExp(`^${name.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');
  MATCHERS.set(name, found);
  return found;
}

/** The simulator does not know keys of the encryption context; a principal tag of that name behaves the same. */
function renamed<T>(of: T): T {
  return JSON.parse(JSON.stringify(of).replace(/"kms:EncryptionContext:([^"]+)"/g, (_, key: string) => `"aws:PrincipalTag/context-${key.replace(/:/g, '-')}"`)) as T;
}

/** Allows everything, so that only what stands in the way of it decides. */
export const ADMINISTRATOR = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const STACK_ID = 'arn:aws:cloudformation:eu-central-1:123456789012:stack/Stack/0a1b2c3d-1111-2222-3333-444455556666';

/**
 * A policy of a template with its intrinsics replaced by what CloudFormation would put in.
 *
 * @param values by logical id, or `<logical id>.<attribute>`, or a pseudo parameter
 */
export function deployed<T>(policy: T, values: Record<string, string>): T {
  const value = (key: string): string => {
    const found = Object.entries({ 'AWS::AccountId': '123456789012', 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackId': STACK_ID, ...values })
      .find(([name]) => key === name || (name.endsWith('*') && key.startsWith(name.slice(0, -1))));
    if (!found) throw new Error(`the test gives no value for ${key}`);
    return found[1];
  };
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const record = node as Record<string, unknown>;
    if (typeof record.Ref === 'string') return value(record.Ref);
    if (Array.isArray(record['Fn::GetAtt'])) return value(record['Fn::GetAtt'].join('.'));
    if (Array.isArray(record['Fn::Join'])) {
      const [delimiter, parts] = record['Fn::Join'] as [string, unknown[]];
      return parts.map(visit).join(delimiter);
    }
    if (Array.isArray(record['Fn::Split'])) {
      const [delimiter, text] = record['Fn::Split'] as [string, unknown];
      return String(visit(text)).split(delimiter);
    }
    if (Array.isArray(record['Fn::Select'])) {
      const [index, list] = record['Fn::Select'] as [number, unknown];
      return (visit(list) as unknown[])[index];
    }
    return Object.fromEntries(Object.entries(record).map(([key, child]) => [key, visit(child)]));
  };
  return visit(policy) as T;
}
