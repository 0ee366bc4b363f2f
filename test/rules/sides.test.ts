import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AWS_FACETS } from '../../lib/rules/aws/coverage';
import { Facet } from '../../lib/rules/facet';

/** What a type that has a property of such a name has a side for, whichever of these. */
const SIDES: readonly (readonly [what: string, name: RegExp, any: readonly Facet[]])[] = [
  ['keys', /kms(?:master)?(?:key|arn)|cmk/i, [Facet.STORE, Facet.STORAGE, Facet.OUTPUT, Facet.TRAIL, Facet.KEY, Facet.CAPTURE, Facet.MODEL]],
  ['encryption', /^(?:encrypted|storageEncrypted|encryption(?:Configuration|AtRest)|\w*sse\w*Specification|streamEncryption)$/i, [Facet.STORE, Facet.STORAGE, Facet.OUTPUT, Facet.TRAIL]],
  ['networks', /^(?:subnets?|subnetIds?|\w*securityGroup(?:s|Ids|IdList)?|\w*subnetGroupName|\w*vpc(?:Id|Config|Configuration|Settings)?)$/i, [Facet.SUBNET]],
  ['settings', /^(?:\w*password|\w*(?<!iam)secret(?:String|Key)?|\w*token|accessKey|privateKey|environment(?:Variables)?|\w*arguments|hyperParameters|\w*credentials)$/i, [Facet.SETTINGS]],
  ['code', /^(?:image|imageUri|baseImage|scriptLocation|templateUrl|sourceUri|scripts?)$/i, [Facet.CODE, Facet.MODEL]],
  ['policies', /^(?:policyDocument|\w*resourcePolicy(?:Document)?|policyText|repositoryPolicyText|repositoryPolicy|keyPolicy|fileSystemPolicy)$/i, [Facet.GRANT, Facet.OPENABLE, Facet.PERMISSIONS]],
];

/** Properties that are called like one and are none, with the reason. */
const NONE: Readonly<Record<string, string>> = {
  'AWS::Glue::ConnectionType ClientCredentialsProperties.clientSecret': 'it says how the property is called and shown, and holds no value',
  'AWS::Glue::ConnectionType ConnectorAuthorizationCodeProperties.clientSecret': 'it says how the property is called and shown, and holds no value',
  'AWS::Glue::ConnectionType JWTBearerProperties.jwtToken': 'it says how the property is called and shown, and holds no value',
  'AWS::Glue::ConnectionType BasicAuthenticationProperties.password': 'it says how the property is called and shown, and holds no value',
  'AWS::Glue::Crawler LakeFormationConfiguration.useLakeFormationCredentials': 'a switch: whose permissions it uses, and no credential',
  'AWS::Glue::DataQualityRuleset clientToken': 'by it a request is told from its repetition',
  'AWS::IAM::User LoginProfile.password': 'what a person signs in with: that there is such a user is the finding',
  'AWS::Lambda::Permission eventSourceToken': 'it names the skill that may call, and opens nothing',
  'AWS::Lambda::Url Cors.allowCredentials': 'a switch of what browsers send along',
  'AWS::SageMaker::Action ActionSource.sourceUri': 'an address in the lineage of what ran',
  'AWS::SageMaker::Artifact ArtifactSource.sourceUri': 'an address in the lineage of what ran',
  'AWS::SageMaker::Context Source.sourceUri': 'an address in the lineage of what ran',
};

test.each(SIDES)('a type that takes %s has a side for them', (_what, name, any) => {
  const without = Object.entries(AWS_FACETS).filter(([type, own]) => type.startsWith('AWS::') && !any.some((facet) => own.includes(facet)))
    .flatMap(([type]) => propertiesOf(type).filter((property) => name.test(property.split('.').pop()!)).map((property) => `${type} ${property}`));
  expect(without.filter((one) => !(one in NONE))).toEqual([]);
});

test('what is called like a side and is none is a property that there is, and says why', () => {
  const all = new Set(Object.keys(AWS_FACETS).filter((type) => type.startsWith('AWS::')).flatMap((type) => propertiesOf(type).map((property) => `${type} ${property}`)));
  expect(Object.keys(NONE).filter((one) => !all.has(one))).toEqual([]);
  for (const reason of Object.values(NONE)) expect(reason.length).toBeGreaterThan(20);
});

const DECLARED = new Map<string, Map<string, string[]>>();

/** Properties of a type as the CDK declares them, those of a part after the name of the part. */
function propertiesOf(type: string): string[] {
  const [, service, name] = type.split('::') as [string, string, string];
  let declared = DECLARED.get(service);
  if (!declared) DECLARED.set(service, declared = declaredIn(service.toLowerCase()));
  const found = declared.get(name);
  if (!found) throw new Error(`aws-cdk-lib declares no ${type}`);
  return found;
}

function declaredIn(service: string): Map<string, string[]> {
  const text = readFileSync(join(dirname(require.resolve('aws-cdk-lib/package.json')), `aws-${service}`, 'lib', `${service}.generated.d.ts`), 'utf8');
  const declared = new Map<string, string[]>();
  let [type, part]: [string | undefined, string] = [undefined, ''];
  for (const line of text.split('\n')) {
    const top = /^export (?:interface Cfn(\w+)Props\b|declare namespace Cfn(\w+)|\w)/.exec(line);
    const inner = /^\s+interface (\w+)Property\b/.exec(line);
    const property = /^\s+readonly (\w+)\??:/.exec(line);
    if (top) [type, part] = [top[1] ?? top[2], ''];
    else if (inner) part = `${inner[1]}.`;
    else if (property && type) declared.set(type, [...(declared.get(type) ?? []), `${part}${property[1]}`]);
    if (top && type && !declared.has(type)) declared.set(type, []);
  }
  return declared;
}
