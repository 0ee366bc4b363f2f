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
  const named = (policy: object | undefined, name: string) => (policy ? [{ name, policy }] : []);
  const answer = await runSimulation(renamed({
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.account ?? '123456789012' },
      contextVariables: request.context ?? {},
    },
    identityPolicies: named(request.identityPolicy, 'identity'),
    serviceControlPolicies: request.serviceControlPolicies ? ofRoot([ADMINISTRATOR, ...request.serviceControlPolicies]) : [],
    resourceControlPolicies: request.resourceControlPolicies ? ofRoot(request.resourceControlPolicies) : [],
    resourcePolicy: request.resourcePolicy,
    ...(request.boundary ? { permissionBoundaryPolicies: named(request.boundary, 'boundary') } : {}),
    ...(request.endpointPolicy ? { vpcEndpointPolicies: named(request.endpointPolicy, 'endpoint') } : {}),
  }), {});
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors, null, 1));
  // a key that the simulator drops would make a denial look earned
  const ignored = answer.resultType === 'single' ? answer.result.ignoredContextKeys ?? [] : [];
  if (ignored.length > 0) throw new Error(`${request.action} has no condition key ${ignored.join(', ')}`);
  return answer.overallResult;
}

function ofRoot(policies: readonly object[]): { orgIdentifier: string; policies: { name: string; policy: object }[] }[] {
  return [{ orgIdentifier: 'r-root', policies: policies.map((policy, index) => ({ name: `policy${index}`, policy })) }];
}

/** The simulator does not know keys of the encryption context; a principal tag of that name behaves the same. */
function renamed<T>(simulation: T): T {
  return JSON.parse(JSON.stringify(simulation).replace(/"kms:EncryptionContext:([^"]+)"/g, (_, key: string) => `"aws:PrincipalTag/context-${key.replace(/:/g, '-')}"`)) as T;
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
