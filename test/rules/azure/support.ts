import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformProvider, TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Answer, type ComplianceProfile } from '../../../lib/policy';
import { answersOf, RECORD_FILE, type OneAnswer, type RawRecord } from '../../../lib/policy/record';
import { AZURE_RULES } from '../../../lib/rules/azure/rules';
import { azureViewOf } from '../../../lib/rules/azure/view';
import type { Judgement } from '../../../lib/rules/ruling';
import type { Rule } from '../../../lib/rules/rule';
import { judgementsOf, PROFILE } from '../support';

export type Body = Readonly<Record<string, unknown>>;

export function azureRule(name: string): Rule {
  const found = AZURE_RULES.find((rule) => rule.name === name);
  if (!found) throw new Error(`no rule '${name}'`);
  return found;
}

/** A configuration with resources by their address, such as `azurerm_storage_account.a`; of azapi the type is that of Azure. */
export function configuration(resources: Record<string, Body>, rest: Body = {}): Body {
  const byType: Record<string, Record<string, Body>> = {};
  for (const [address, body] of Object.entries(resources)) {
    const at = address.lastIndexOf('.');
    const [type, name] = [address.slice(0, at), address.slice(at + 1)];
    const isArm = type.includes('/');
    (byType[isArm ? 'azapi_resource' : type] ??= {})[name] = isArm ? azapi(type, body) : body;
  }
  return { variable: { given: {} }, resource: byType, ...rest };
}

// what azapi takes beside the request stands beside it
export function azapi(type: string, { name, parent_id: parent, location, identity, ...body }: Body): Body {
  return { type: `${type}@2025-12-01`, name: name ?? 'subject', parent_id: parent ?? '/subscriptions/s/resourceGroups/g', ...(location ? { location } : {}), ...(identity ? { identity } : {}), body };
}

export function judgedIn(content: unknown, rules: readonly Rule[] = AZURE_RULES, profile: ComplianceProfile = PROFILE): Judgement[] {
  const view = azureViewOf({ files: [{ stackName: 'Test', path: '', template: 'cdk.tf.json', content }] });
  return judgementsOf({ view, rules, profile, pack: 'RegulatedML' });
}

/** The worst answer on a resource. */
export function answerOn(address: string, found: readonly Judgement[]): Answer | undefined {
  const own = found.filter(({ resource }) => resource.logicalId === address).map(({ finding }) => finding.answer);
  return [Answer.NON_COMPLIANT, Answer.UNKNOWN, Answer.COMPLIANT].find((answer) => own.includes(answer));
}

/** Each attribute in which two bodies differ, by a condition that is not known. */
export function either(one: Body, other: Body): Body {
  return Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, chosen(one[key], other[key])]));
}

/** The same as deep as the two have the same objects. */
export function eitherBelow(one: Body, other: Body): Body {
  return Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => {
    const [mine, others] = [one[key], other[key]];
    return [key, isBody(mine) && isBody(others) ? eitherBelow(mine, others) : chosen(mine, others)];
  }));
}

/** One or the other, by a condition that is not known; Terraform takes JSON as an expression. */
export function chosen(one: unknown, other: unknown): unknown {
  return JSON.stringify(one) === JSON.stringify(other) ? one : `\${var.given ? ${JSON.stringify(one ?? null)} : ${JSON.stringify(other ?? null)}}`;
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function newApp(options: ConstructorParameters<typeof App>[0] = {}): App {
  return new App({ outdir: mkdtempSync(join(tmpdir(), 'cdktf-')), skipBackendValidation: true, ...options });
}

/** Answers of the record, one by one. */
export function answersIn(app: App): { readonly answers: OneAnswer[]; readonly subjects: RawRecord['subjects'] } {
  const record = recordIn(app);
  return { answers: [...answersOf(record)], subjects: record.subjects };
}

export function recordIn(app: App): RawRecord {
  return JSON.parse(readFileSync(join(app.outdir, RECORD_FILE), 'utf8')) as RawRecord;
}

/** A stack with a provider that takes any resource. */
export function stackIn(scope: Construct, id = 'Test'): TerraformStack {
  const stack = new TerraformStack(scope, id);
  new Provider(stack, 'azurerm');
  return stack;
}

class Provider extends TerraformProvider {
  constructor(scope: Construct, id: string) {
    super(scope, id, { terraformResourceType: 'azurerm', terraformGeneratorMetadata: { providerName: 'azurerm' }, terraformProviderSource: 'hashicorp/azurerm' });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { features: [{}] };
  }
}

/** A resource of azurerm, as raw as it is written. */
export class Raw extends TerraformResource {
  constructor(scope: Construct, id: string, type: string, private readonly attributes: Body) {
    super(scope, id, { terraformResourceType: type, terraformGeneratorMetadata: { providerName: 'azurerm' } });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.attributes };
  }
}
