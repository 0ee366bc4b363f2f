import { readManifests, readTemplates, type AssemblyFiles, type Manifests } from '../../../lib/rules/aws/assembly';

/** An assembly in memory. */
function filesOf(files: Readonly<Record<string, unknown>>): AssemblyFiles {
  return { has: (path) => path in files, read: (path) => ({ text: typeof files[path] === 'string' ? files[path] : JSON.stringify(files[path]), digest: path }) };
}
const stack = (template: string, rest: object = {}) => ({ type: 'aws:cloudformation:stack', environment: 'aws://123456789012/eu-central-1', properties: { templateFile: template }, ...rest });
const assets = (file: string) => ({ type: 'cdk:asset-manifest', properties: { file } });
const asset = (path: string, key: string) => ({ source: { path, packaging: 'file' }, destinations: { here: { bucketName: 'b', objectKey: key } } });
const nested = (key: string) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }, `/b/${key}`]] } } });
const bucket = { Type: 'AWS::S3::Bucket' };
const read = (files: AssemblyFiles) => {
  const manifests = readManifests(files);
  return readTemplates(files, manifests.stacks, manifests);
};
const places = (found: ReturnType<typeof read>) => found.templates.map(({ path, template, content, origin }) => [path, template, Object.keys((content as { Resources: object }).Resources).map((id) => origin!(id)!.path)]);

describe('manifests', () => {
  test('name stacks, their regions and accounts, stages in folders, and assets', () => {
    const manifests = readManifests(filesOf({
      'manifest.json': { version: '55.0.0', artifacts: { 'A': stack('A.json', { displayName: 'A (named)' }), 'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } }, 'Tree': { type: 'cdk:tree' } } },
      'assembly-Prod/manifest.json': { version: '55.0.0', artifacts: { 'P.assets': assets('P.assets.json'), 'P': stack('P.json', { environment: 'aws://unknown-account/unknown-region', displayName: 'Prod/P', properties: { templateFile: 'P.json', stackName: 'prod-p' } }) } },
      'assembly-Prod/P.assets.json': { files: { a: asset('a.json', 'k.json'), b: { source: { path: 'dir', packaging: 'zip' } } } },
    }));
    expect(manifests).toMatchObject({
      version: 55, folders: ['', 'assembly-Prod'],
      stacks: [
        { template: 'A.json', name: 'A', path: 'A', region: 'eu-central-1', account: '123456789012', folder: '' },
        { template: 'assembly-Prod/P.json', name: 'prod-p', path: 'Prod/P', folder: 'assembly-Prod' },
      ],
    } satisfies Partial<Manifests> | object);
    expect(manifests.stacks[1]).not.toHaveProperty('region');
    expect(manifests.assets.get('assembly-Prod')).toEqual(new Map([['k.json', 'assembly-Prod/a.json']]));
  });

  test.each([
    ['is missing', {}, /'manifest\.json' is missing: the assembly is not whole, synthesize again/],
    ['is cut off', { 'manifest.json': '{"a' }, /'manifest\.json' is no JSON, it may have been cut off/],
    ['names no artifacts', { 'manifest.json': {} }, /'manifest\.json' names no artifacts/],
    ['holds an artifact without content', { 'manifest.json': { artifacts: { A: null } } }, /holds the artifact 'A' without content/],
    ['names a stack without template', { 'manifest.json': { artifacts: { A: { type: 'aws:cloudformation:stack' } } } }, /names no template of the stack 'A'/],
    ['nests itself', { 'manifest.json': { artifacts: { A: { type: 'cdk:cloud-assembly', properties: { directoryName: '' } } } } }, /is missing|nests assemblies without end/],
  ])('fails when one %s', (_name, files, message) => {
    expect(() => readManifests(filesOf(files))).toThrow(message);
  });
});

describe('templates', () => {
  test('of older versions have inline metadata, a trace on the logical id, and no word on their stack', () => {
    const found = read(filesOf({
      'manifest.json': {
        version: '36.0.0',
        artifacts: { A: stack('A.json', { metadata: { '/A/Data/Resource': [{ type: 'aws:cdk:logicalId', data: 'Data', trace: ['new Bucket (/x/node_modules/aws-cdk-lib/b.js:1:1)', `at build (${process.cwd()}/app.ts:3:5)`] }] } }) },
      },
      'A.json': { Resources: { Data: bucket, Other: bucket } },
    }));
    expect(places(found)).toEqual([['A', 'A.json', ['A/Data/Resource', 'A/Other']]]);
    expect(found.templates[0]!.origin!('Data')).toEqual({ path: 'A/Data/Resource', source: 'app.ts:3:5' });
  });

  test('nested in others are found by the key of their asset, in the folder of their own stage', () => {
    const stage = (name: string) => ({
      [`${name}/manifest.json`]: { artifacts: { 'S.assets': assets('S.assets.json'), 'S': stack('S.json', { displayName: `${name}/S`, metadata: {
        [`/${name}/S`]: [{ type: 'aws:cdk:templateFile', data: 'S.json' }], [`/${name}/S/In`]: [{ type: 'aws:cdk:templateFile', data: 'In.json' }],
        [`/${name}/S/In.NestedStack/In.NestedStackResource`]: [{ type: 'aws:cdk:logicalId', data: 'In' }], [`/${name}/S/In/B/Resource`]: [{ type: 'aws:cdk:logicalId', data: 'B' }], [`/${name}/S/B/Resource`]: [{ type: 'aws:cdk:logicalId', data: 'B' }],
      } }) } },
      [`${name}/S.assets.json`]: { files: { a: asset('In.json', 'same.json') } },
      [`${name}/S.json`]: { Resources: { In: nested('same.json'), B: bucket } },
      [`${name}/In.json`]: { Resources: { B: bucket } },
    });
    const found = read(filesOf({ 'manifest.json': { artifacts: Object.fromEntries(['Dev', 'Prod'].map((name) => [name, { type: 'cdk:cloud-assembly', properties: { directoryName: name } }])) }, ...stage('Dev'), ...stage('Prod') }));
    expect(places(found)).toEqual(['Dev', 'Prod'].flatMap((name) => [
      [`${name}/S`, `${name}/S.json`, [`${name}/S/In.NestedStack/In.NestedStackResource`, `${name}/S/B/Resource`]], [`${name}/S/In`, `${name}/In.json`, [`${name}/S/In/B/Resource`]],
    ]));
    expect(found.templates[1]!.parent).toEqual({ path: 'Dev/S', logicalId: 'In' });
    expect([...found.roots].map(([template, { name }]) => [template, name])).toContainEqual(['Prod/In.json', 'S']);
  });

  test('nested elsewhere are passed over: a rule tells of them', () => {
    const found = read(filesOf({ 'manifest.json': { artifacts: { A: stack('A.json') } }, 'A.json': { Resources: { In: nested('somebody-elses.json'), Bare: { Type: 'AWS::CloudFormation::Stack' } } } }));
    expect(places(found).map(([path]) => path)).toEqual(['A']);
  });

  test('come with what constructs acknowledge, and with protections that are weaker', () => {
    const found = read(filesOf({
      'manifest.json': { artifacts: { A: stack('A.json', { additionalMetadataFile: 'A.metadata.json' }) } },
      'A.metadata.json': {
        '/A/M': [
          { type: 'aws:cdk:acknowledged-rules', data: { 'Annotation::RegulatedML-X': 'bare', 'RegulatedML::RegulatedML-Y': 'qualified' }, trace: ['    ...Validations.acknowledge in aws-cdk-lib...', `    at f (${process.cwd()}/app.ts:9:1)`] },
          { type: 'aws:cdk:acknowledged-rules', data: { 'AwsSolutions::AwsSolutions-S1': 'ours' }, trace: ['    ...new DataStore in cdk-regulated-ml...'] },
          { type: 'regulated-ml:weakening', data: { control: 'network-isolation', reason: 'it cannot', substitute: 'private subnets' } },
        ],
      },
      'A.json': { Resources: { M: { ...bucket, Metadata: { 'aws:cdk:path': 'A/M', 'cdk_nag': { rules_to_suppress: [{ id: 'RegulatedML-X', reason: 'said again' }, { id: 'RegulatedML-Z', reason: 'in the template', applies_to: ['one', 'two'] }] } } } } },
    }));
    expect(found.acknowledgements).toEqual([
      { id: 'RegulatedML-X', reason: 'bare', at: 'A/M', source: 'app.ts:9:1' }, { id: 'RegulatedML::RegulatedML-Y', reason: 'qualified', at: 'A/M', source: 'app.ts:9:1' },
      { id: 'AwsSolutions::AwsSolutions-S1', reason: 'ours', at: 'A/M', byLibrary: true },
      { id: 'RegulatedML-Z[one]', reason: 'in the template', at: 'A/M' }, { id: 'RegulatedML-Z[two]', reason: 'in the template', at: 'A/M' },
    ]);
    expect(found.declared.weakenings).toEqual([{ path: 'A/M', control: 'network-isolation', reason: 'it cannot', substitute: 'private subnets' }]);
  });

  test('fails on one that holds no object', () => {
    expect(() => read(filesOf({ 'manifest.json': { artifacts: { A: stack('A.json') } }, 'A.json': '[]' }))).toThrow(/'A\.json' is no template/);
  });
});
