import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Docs { readonly summary?: string; readonly default?: string }
interface TypeReference { readonly primitive?: string; readonly union?: object; readonly intersection?: object; readonly collection?: { readonly elementtype: TypeReference } }
interface Member { readonly name: string; readonly docs?: Docs; readonly optional?: boolean; readonly overrides?: string; readonly type?: TypeReference; readonly protected?: boolean }
interface Type {
  readonly fqn: string;
  readonly kind: string;
  readonly datatype?: boolean;
  readonly docs?: Docs;
  readonly properties?: Member[];
  readonly methods?: Member[];
  readonly members?: Member[];
}

const assembly = JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf8')) as { types: Record<string, Type> };
const types = Object.values(assembly.types);

describe('the public interface', () => {
  test('holds the nouns of the library', () => {
    const names = types.map((type) => type.fqn.replace('cdk-regulated-ml.', ''));
    expect(names).toEqual(expect.arrayContaining([
      'policy.ComplianceProfile', 'policy.Framework', 'policy.Residency', 'aws.Workspace', 'aws.DataStore', 'aws.MLPipeline',
      'aws.InferenceEndpoint', 'aws.ModelMonitor', 'aws.SensitiveDataDiscovery', 'aws.AccountBaseline', 'rules.RegulatedMLChecks',
    ]));
  });

  test('every type has a summary', () => {
    expect(types.filter((type) => !type.docs?.summary).map((type) => type.fqn)).toEqual([]);
  });

  test('every property, method and enum member has a summary', () => {
    const bare = types.flatMap((type) => [...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])]
      .filter((member) => !member.docs?.summary && !member.overrides)
      .map((member) => `${type.fqn}.${member.name}`));
    expect(bare).toEqual([]);
  });

  test('every optional prop says what happens without it', () => {
    const bare = types.filter((type) => type.datatype).flatMap((type) => (type.properties ?? [])
      .filter((property) => property.optional && !property.docs?.default)
      .map((property) => `${type.fqn}.${property.name}`));
    expect(bare).toEqual([]);
  });

  test('no property is any, a union or an intersection', () => {
    const weak = types.flatMap((type) => (type.properties ?? [])
      .filter((property) => !property.overrides && isWeak(property.type))
      .map((property) => `${type.fqn}.${property.name}`));
    expect(weak).toEqual([]);
  });
});

function isWeak(type: TypeReference | undefined): boolean {
  if (!type) return false;
  return type.primitive === 'any' || type.union !== undefined || type.intersection !== undefined || isWeak(type.collection?.elementtype);
}
