import { Answer } from '../../../../lib/policy';
import { judged, ruleNamed, template } from '../../support';
import { ruleTable } from '../../table';
import { PARAM } from './samples';

// put together here, so that no scanner of sources takes them for real ones
const ACCESS_KEY = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const GITHUB = `ghp_${'a1B2'.repeat(9)}`;
const HUGGING_FACE = `hf_${'aBcD'.repeat(8)}`;
const PRIVATE_KEY = ['-----BEGIN RSA', 'PRIVATE KEY-----\nMIIE'].join(' ');
const IN_URL = ['https://ci', 'hunter2-hunter2@git.example.com/models.git'].join(':');

const env = (Environment: unknown) => ({ Environment });
ruleTable('SageMakerPlainSecrets', {
  step: 'Training',
  compliant: [
    {}, env({ MODE: 'fast', MAX_TOKENS: '4096-tokens' }),
    env({ DB_SECRET: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:warehouse-a1b2c3', TOKEN_URL: 'https://id.example.com/token' }),
    env({ HF_TOKEN: '{{resolve:secretsmanager:hf:SecretString:token}}' }), env({ DB_PASSWORD: PARAM }),
    { HyperParameters: { pad_token: '<|endoftext|>', eos_token: '</s>', bos_token: '[CLS]', sep_token: '###SEP###' } },
    env({ DB_SECRET: 'prod/warehouse' }), { ClientToken: '0123456789abcdef' }, { HyperParameters: { decoder_start_token: 'bos-marker' } },
    env({ API_KEY_FILE: '/opt/ml/input/data/key/api.key', PASSWORD: '/run/secrets/password' }), env({ REPOSITORY: 'https://git.example.com/models.git' }),
    ...[['--pad-token', 'endoftext'], ['--use-auth-token', '--maximum-length', '512'], ['--db-secret', 'prod/warehouse'], ['--db-password', PARAM], ['--mode=token-classification'], ['password', 'is-a-column']]
      .map((ContainerArguments) => ({ AlgorithmSpecification: { ContainerArguments } })),
  ],
  nonCompliant: [
    env({ BACKEND_TOKEN: 'correct-horse-battery' }), env({ CLIENT_SECRET: 'a1b2c3/d4e5f6' }), env({ DB_PASSWORD: 'correct-horse-battery' }),
    env({ dbPassword: 'correct-horse-battery' }), env({ OPENAI_API_KEY: 'a-made-up-key' }), env({ ANYTHING: ACCESS_KEY }),
    env({ A: GITHUB }), env({ A: HUGGING_FACE }), env({ A: PRIVATE_KEY }),
    { HyperParameters: { repository: IN_URL } }, env({ A: { 'Fn::Sub': `\${Param}-${ACCESS_KEY}` } }),
    { AlgorithmSpecification: { ContainerArguments: ['--token', GITHUB] } },
    ...[['--db-password', 'correct-horse-battery'], ['--epochs', '3', '-api-key', 'correct-horse-battery'], ['--db-password=correct-horse-battery']]
      .map((ContainerArguments) => ({ AlgorithmSpecification: { ContainerArguments } })),
  ],
  unknown: [],
  override: { path: 'Environment', to: { DB_PASSWORD: 'correct-horse-battery' } },
  tokenAnswer: Answer.COMPLIANT,
});

// where each type holds what people write
const PLACES: readonly [type: string, properties: (secret: string) => Record<string, unknown>][] = [
  ['AWS::SageMaker::ProcessingJob', (secret) => ({ Environment: { A: secret } })],
  ['AWS::SageMaker::Model', (secret) => ({ Containers: [{}, { Environment: { A: secret } }] })],
  ['AWS::SageMaker::ModelPackage', (secret) => ({ InferenceSpecification: { Containers: [{ Environment: { A: secret } }] } })],
  ['AWS::SageMaker::InferenceComponent', (secret) => ({ Specification: { Container: { Environment: { A: secret } } } })],
  ['AWS::SageMaker::Algorithm', (secret) => ({ InferenceSpecification: { Containers: [{ Environment: { A: secret } }] } })],
  ['AWS::SageMaker::ModelBiasJobDefinition', (secret) => ({ ModelBiasAppSpecification: { Environment: { A: secret } } })],
  ['AWS::SageMaker::MonitoringSchedule', (secret) => ({ MonitoringScheduleConfig: { MonitoringJobDefinition: { Environment: { A: secret } } } })],
  ['AWS::SageMaker::NotebookInstance', (secret) => ({ DefaultCodeRepository: secret })],
  ['AWS::SageMaker::CodeRepository', (secret) => ({ GitConfig: { RepositoryUrl: secret } })],
  ['AWS::SageMaker::Domain', (secret) => ({ DefaultUserSettings: { JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: secret }] } } })],
  ['AWS::SageMaker::UserProfile', (secret) => ({ UserSettings: { JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: secret }] } } })],
  ['AWS::SageMaker::Space', (secret) => ({ SpaceSettings: { JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: secret }] } } })],
  ['AWS::SageMaker::AppImageConfig', (secret) => ({ JupyterLabAppImageConfig: { ContainerConfig: { ContainerEnvironmentVariables: [{ Key: 'A', Value: secret }] } } })],
  ['AWS::SageMaker::Workforce', (secret) => ({ OidcConfig: { ClientId: 'portal', ClientSecret: secret } })],
  ['AWS::SageMaker::PartnerApp', (secret) => ({ ApplicationConfig: { Arguments: { a: secret } } })],
  ['AWS::SageMaker::Project', (secret) => ({ ServiceCatalogProvisioningDetails: { ProductId: 'p', ProvisioningParameters: [{ Key: 'a', Value: secret }] } })],
  ['AWS::SageMaker::ModelCard', (secret) => ({ Content: { TrainingDetails: { TrainingJobDetails: { HyperParameters: [{ Name: 'a', Value: secret }] } } } })],
  ['AWS::SageMaker::HumanTaskUi', (secret) => ({ UiTemplate: { Content: `<script>const a = '${secret}';</script>` } })],
  ['AWS::SageMaker::AIWorkloadConfig', (secret) => ({ AIWorkloadConfigs: { WorkloadSpec: { Inline: secret } } })],
];
ruleTable('SageMakerPlainSecrets', {
  type: 'AWS::SageMaker::ProcessingJob', compliant: [env({ MODE: 'fast' })],
  nonCompliant: [env({ 'Fn::If': ['Cond', { MODE: 'fast' }, { SECRET: 'correct-horse-battery' }] })], unknown: [],
});
for (const [type, properties] of PLACES) {
  ruleTable('SageMakerPlainSecrets', {
    type, compliant: [properties('arn:aws:secretsmanager:eu-central-1:123456789012:secret:x')], nonCompliant: [properties(IN_URL)], unknown: [],
  });
}

const script = (text: string) => Buffer.from(`#!/bin/bash\nset -e\n${text}\n`).toString('base64');
const hook = (Content: unknown) => ({ OnStart: [{ Content }] });
const studio = (StudioLifecycleConfigContent: unknown) => ({ StudioLifecycleConfigName: 'setup', StudioLifecycleConfigAppType: 'JupyterLab', StudioLifecycleConfigContent });
for (const [type, properties] of [['AWS::SageMaker::NotebookInstanceLifecycleConfig', hook], ['AWS::SageMaker::StudioLifecycleConfig', studio]] as const) {
  const path = type.endsWith('StudioLifecycleConfig') ? 'StudioLifecycleConfigContent' : 'OnStart.0.Content';
  ruleTable('SageMakerPlainSecrets', {
    type,
    compliant: [
      properties(script('TOKEN=$(aws secretsmanager get-secret-value --secret-id hf --query SecretString --output text)')),
      properties({ 'Fn::Base64': '#!/bin/bash\necho hello' }), properties(script('export HF_TOKEN="$TOKEN"')),
    ],
    nonCompliant: [
      properties(script('export HF_TOKEN=a-made-up-token')), properties(script(`git clone ${IN_URL}`)), properties(script(`aws configure set aws_access_key_id ${ACCESS_KEY}`)),
      properties({ 'Fn::Base64': '#!/bin/bash\nDB_PASSWORD="correct-horse-battery"\n' }),
      properties({ 'Fn::Base64': { 'Fn::Join': ['\n', ['#!/bin/bash', 'API_KEY=a-made-up-key']] } }),
      // a gap hides nothing of what stands beside it
      properties({ 'Fn::Base64': { 'Fn::Sub': `export PROJECT=\${Param}\nexport AWS_ACCESS_KEY_ID=${ACCESS_KEY}\n` } }), properties({ 'Fn::Base64': { 'Fn::Join': ['', ['HF_TOKEN=a-made-up-token PROJECT=', PARAM]] } }),
    ],
    unknown: [
      properties(PARAM), properties({ 'Fn::Base64': PARAM }), properties({ 'Fn::Base64': { 'Fn::Sub': 'aws s3 cp s3://${Param}/x .' } }), properties({ 'Fn::Base64': { 'Fn::Sub': 'export HF_TOKEN=${Param}-of-the-team' } }),
    ],
    override: { path, to: script('export HF_TOKEN=a-made-up-token') },
  });
  ruleTable('SageMakerLifecycleScriptDownloads', {
    type,
    compliant: [
      properties(script('aws s3 cp s3://tools/idle-stop.py /opt/')), properties(script('curl -fsS https://example.com/data.csv -o /tmp/data.csv')),
      properties(script('curl -s https://example.com/list | grep risk')),
      properties({ 'Fn::Base64': 'pip install pandas==2.2.3' }),
    ],
    nonCompliant: [
      'curl -s https://example.com/install.sh | sudo bash', 'wget -qO- https://example.com/x | sh', 'bash <(curl -s https://example.com/x)',
      'sh -c "$(curl -fsSL https://example.com/x)"', 'eval "$(wget -qO- https://example.com/x)"',
      'source <(curl https://example.com/x)', 'curl https://example.com/x | sudo -E bash -',
    ].map((line) => properties(script(line))).concat([properties({ 'Fn::Base64': { 'Fn::Sub': 'curl -s https://${Param}/install.sh | bash' } })]),
    unknown: [properties(PARAM), properties({ 'Fn::Base64': { 'Fn::Sub': 'aws s3 cp s3://${Param}/x .' } })], notApplicable: [{}],
    override: { path, to: script('curl https://example.com/x | bash') },
  });
}
ruleTable('SageMakerLifecycleScriptDownloads', {
  type: 'AWS::SageMaker::NotebookInstanceLifecycleConfig', compliant: [],
  nonCompliant: [{ OnCreate: [{ Content: script('wget -qO- https://x.example.com | bash') }], OnStart: [{ Content: script('true') }] }], unknown: [], notApplicable: [{}],
});

test('a finding says where the secret stands and not what it is', () => {
  const Properties = { PrimaryContainer: { Environment: { DB_PASSWORD: 'correct-horse-battery', A: ACCESS_KEY } } };
  const found = judged([template({ Model: { Type: 'AWS::SageMaker::Model', Properties } })], [ruleNamed('SageMakerPlainSecrets')]);
  const [{ finding, location }] = found as [typeof found[number]];
  expect([location, finding.detail]).toEqual(['Properties.PrimaryContainer.Environment.DB_PASSWORD', 'PrimaryContainer.Environment.DB_PASSWORD is written out']);
  expect(JSON.stringify(found.map((one) => one.finding))).not.toMatch(/correct-horse|AKIA/);
});
