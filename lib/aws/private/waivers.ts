import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';

/** The qualified ids of a rule that the three regulatory packs share, such as `S3BucketReplicationEnabled`. */
export function inRegulatoryPacks(rule: string, packs: readonly string[] = ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321']): string[] {
  return packs.map((pack) => `${pack}::${pack}-${rule}`);
}

/**
 * Accepts findings on a construct and all below it, each with its full id (`AwsSolutions::AwsSolutions-S1`): a short id would
 * drop the finding from the report without a trace.
 */
export function waive(construct: IConstruct, rules: readonly string[], reason: string): void {
  const short = rules.find((rule) => !rule.includes('::'));
  if (short) throw new Error(`waiver '${short}' is not qualified: write it as '<pack>::${short}', so that the report keeps it`);
  if (reason.trim().length < 10) throw new Error(`the waiver of ${rules.join(', ')} has no reason: say why the finding is acceptable`);
  Validations.of(construct).acknowledge(...rules.map((id) => ({ id, reason })));
}

/** What is wide on purpose in a policy, and why. */
export interface WildcardReason {
  /** The flattened resource, such as `<BucketABC.Arn>/*`, or what matches it. */
  readonly resource: string | RegExp;
  readonly reason: string;
}

/**
 * Accepts the wildcard resources of policies below a construct that one of the reasons explains. A wildcard that none explains stays a
 * finding; a wildcard in an action is never accepted.
 *
 * It runs with the validation of the tree: ids hold logical ids, and names of exports, which are known only after references between
 * stacks are resolved.
 */
export function waiveWildcards(construct: IConstruct, reasons: () => readonly WildcardReason[]): void {
  construct.node.addValidation({
    validate() {
      const policies = construct.node.findAll().filter((node) => node instanceof iam.CfnManagedPolicy || node instanceof iam.CfnPolicy);
      if (policies.length > 0) {
        const known = reasons();
        for (const policy of policies) waivePolicy(policy, known);
      }
      return [];
    },
  });
}

/** A validation has no line of a user's above it, so all that its waivers say of where they come from is the library. */
const BY_VALIDATION = ['    ...waiveWildcards in cdk-regulated-ml...'];

function waivePolicy(policy: iam.CfnManagedPolicy | iam.CfnPolicy, reasons: readonly WildcardReason[]): void {
  const type = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  const known = new Set(policy.node.metadata.filter((entry) => entry.type === type).flatMap((entry) => Object.keys(entry.data as object)));
  for (const resource of wildcardResources(policy, policy.policyDocument)) {
    const id = `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`;
    const texts = reasons.filter((candidate) => isOf(resource, candidate)).map((candidate) => candidate.reason);
    // what `acknowledge` writes, which takes a stack trace for each
    if (!known.has(id) && texts.length > 0) policy.node.addMetadata(type, { [id]: [...new Set(texts)].join('; ') }, { stackTraceOverride: BY_VALIDATION });
  }
}

function isOf(resource: string, { resource: wanted }: WildcardReason): boolean {
  return typeof wanted === 'string' ? wanted === resource : wanted.test(resource);
}

function wildcardResources(node: CfnResource, document: unknown): string[] {
  const { Statement } = Stack.of(node).resolve(document) as { Statement?: { Effect: string; Resource: unknown }[] };
  const resources = (Statement ?? [])
    .filter((statement) => statement.Effect === 'Allow')
    .flatMap((statement) => (Array.isArray(statement.Resource) ? statement.Resource : [statement.Resource]))
    .map(flatten)
    .filter((resource) => resource.includes('*'));
  return [...new Set(resources)];
}

/** Writes an intrinsic the way the packs name it in a finding: `<Logical.Arn>/*`. */
export function flatten(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/\${/g, '<').replace(/}/g, '>');
  const node = value as Record<string, unknown>;
  if (node['Fn::Join']) {
    const [delimiter, items] = node['Fn::Join'] as [string, unknown[]];
    return items.map(flatten).join(delimiter);
  }
  if (node['Fn::Sub']) return flatten(node['Fn::Sub']);
  if (node['Fn::GetAtt']) {
    const [resource, attribute] = node['Fn::GetAtt'] as [unknown, unknown];
    return `<${flatten(resource)}.${flatten(attribute)}>`;
  }
  if (node['Fn::ImportValue']) return flatten(node['Fn::ImportValue']);
  if (node.Ref) return `<${flatten(node.Ref)}>`;
  return JSON.stringify(node);
}
