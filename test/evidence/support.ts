import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Classification, Control, Answer, Severity } from '../../lib/policy';
import { evidenceOf } from '../../lib/evidence/collect';
import type { Evidence, PackResult } from '../../lib/evidence/record';
import { canonicalJson, RECORD_SCHEMA, type RawRecord } from '../../lib/policy/record';

const TEMPLATE = '{}';

type Changes = Partial<Omit<RawRecord, 'schema'>>;

/** A small record: one finding, one waived, one unknown, one kept; two frameworks. */
export function recordOf(changes: Changes = {}): RawRecord {
  const rule = (id: string, control: Control, severity = Severity.ERROR) => ({ id: `RegulatedML-${id}`, title: `${id} holds`, severity, control, resources: ['AWS::SageMaker::Model'], sources: [], why: 'because', fix: 'do it' });
  const subject = (path: string, type: string, rest: object = {}) => ({ path, type, logicalId: path.replaceAll('/', ''), stack: 'Ml', template: 'Ml.template.json', ...rest });
  const answer = (id: string, about: number, given: Answer, rest: object = {}) => ({ rule: `RegulatedML-${id}`, answer: given, subjects: [about], location: 'Properties.X', ...rest });
  return {
    schema: RECORD_SCHEMA,
    pack: { name: 'RegulatedML', version: '0.1.0', scope: '', unknownAs: Severity.WARNING, origin: 'synth' },
    libraries: { 'aws-cdk-lib': '2.276.0' },
    plugins: ['AwsSolutions', 'RegulatedML'],
    limits: [],
    profile: {
      frameworks: [{ name: 'GDPR', title: 'General Data Protection Regulation', url: 'https://example.org/gdpr', requirements: [
        { id: 'a', citation: 'GDPR Art. 1', title: 'isolate', controls: [Control.NETWORK_ISOLATION] },
        { id: 'b', citation: 'GDPR Art. 2', title: 'encrypt and log', controls: [Control.ENCRYPTION_AT_REST, Control.AUDIT_LOGGING] },
        { id: 'c', citation: 'GDPR Art. 3', title: 'appoint an officer', controls: [] },
      ] }],
      residency: { description: 'EU', allowedRegions: ['eu-central-1', 'eu-west-1'] },
      retentionDays: { logs: 365 },
    },
    rules: [rule('Isolation', Control.NETWORK_ISOLATION), rule('Key', Control.ENCRYPTION_AT_REST), rule('Place', Control.DATA_RESIDENCY, Severity.FATAL)],
    stacks: [{ path: 'Ml', name: 'Ml', region: 'eu-central-1', account: '123456789012', template: 'Ml.template.json', digest: createHash('sha256').update(TEMPLATE).digest('hex') }],
    subjects: [
      subject('Ml/Model', 'AWS::SageMaker::Model', { source: 'app.ts:3:5' }), subject('Ml/Queue', 'AWS::SQS::Queue'), subject('Ml/Other', 'AWS::SageMaker::Model'),
      { ...subject('Ml', 'RegulatedML::Stack'), logicalId: '' },
    ],
    answers: [
      answer('Isolation', 0, Answer.NON_COMPLIANT, { detail: 'EnableNetworkIsolation is false' }),
      answer('Isolation', 2, Answer.NON_COMPLIANT, { accepted: 0 }),
      answer('Key', 0, Answer.UNKNOWN, { detail: 'KmsKeyId is parameter Key' }),
      answer('Key', 2, Answer.COMPLIANT),
      answer('Place', 3, Answer.COMPLIANT),
    ],
    notApplicable: [{ rule: 'RegulatedML-Place', subjects: [1] }],
    accepted: [
      { kind: 'acknowledgement', id: 'RegulatedML::RegulatedML-Isolation', reason: 'serves synthetic data', at: 'Ml/Other', source: 'app.ts:9:1', silences: 1 },
      { kind: 'acknowledgement', id: 'AwsSolutions-S1', reason: 'bare', at: 'Ml' },
      { kind: 'acknowledgement', id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason: '', at: 'Ml/Role' },
    ],
    weakenings: [
      { path: 'Ml/AutoML', control: Control.NETWORK_ISOLATION, reason: 'AutoML knows no isolation', substitute: 'private subnets', source: 'app.ts:5:1' },
      { path: 'Ml/AutoML2', control: Control.NETWORK_ISOLATION, reason: 'AutoML knows no isolation', substitute: 'private subnets' },
    ],
    choices: [{ path: 'Ml/Endpoint', dimension: 'scalability', choice: 'two instances at least', gives: 'a zone can fail', costs: 'twice the price of one' }],
    privacy: [{
      dataSet: 'Ml/Raw', unit: 'person', records: 1000, period: 'year', budget: { epsilon: 8, delta: 1e-6 }, spent: { epsilon: 7.454, delta: 1e-6 }, withinBudget: true, method: 'RDP at integer orders',
      expenses: [{ by: 'Ml/Train', runs: 12, epsilonOfOneRun: 2, mechanism: 'DP-SGD' }], assumptions: ['each batch is drawn by Poisson sampling'],
    }],
    costs: [{ path: 'Ml/Discovery', usDollars: 12.5, basis: '20 GB looked at 100 %' }],
    flow: {
      nodes: [
        { id: 'Ml/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI.name, purpose: 'risk', region: 'eu-central-1' },
        { id: 'Ml/Clean', kind: 'step', name: 'Clean', detail: 'Processing', classification: Classification.PSEUDONYMISED.name },
        { id: 'Ml/Train', kind: 'step', name: 'Train', detail: 'Training' },
        { id: 'Ml/Copy', kind: 'store', name: 'Copy', region: 'us-east-1' },
        { id: 'Ml/Fail', kind: 'step', name: 'Refuse', detail: 'Fail' },
      ],
      edges: [{ from: 'Ml/Raw', to: 'Ml/Clean', label: 'in' }, { from: 'Ml/Clean', to: 'Ml/Train' }, { from: 'Ml/Raw', to: 'Ml/Train' }, { from: 'Ml/Train', to: 'Ml/Clean' }, { from: 'Ml/Clean', to: 'Ml/Copy' }],
    },
    ...changes,
  };
}

/** A report of other packs as the CDK writes it. */
export const REPORT = {
  version: '55.0.0', title: 'Validation Report',
  pluginReports: [{
    pluginName: 'AwsSolutions', conclusion: 'failure',
    violations: [{ ruleName: 'AwsSolutions-S2', description: 'public', severity: 'error', violatingConstructs: [{ constructPath: 'Ml/Bucket', stackTraces: ['...new Bucket in aws-cdk-lib...\nbuild (/nowhere/app.ts:1:2)'] }] }],
    suppressedViolations: [{
      ruleName: 'AwsSolutions-IAM5[Resource::*]', description: 'wildcard', severity: 'error', reason: undefined, acknowledgedAt: 'Ml/Role', violatingConstructs: [{ constructPath: 'Ml/Role/Policy' }],
    }],
  }],
};

export function assemblyOf(record: RawRecord | string | undefined, report: unknown = REPORT): string {
  const directory = mkdtempSync(join(tmpdir(), 'evidence-'));
  writeFileSync(join(directory, 'Ml.template.json'), TEMPLATE);
  if (record !== undefined) writeFileSync(join(directory, 'regulated-ml-evidence.json'), typeof record === 'string' ? record : canonicalJson(record));
  if (report !== null) writeFileSync(join(directory, 'validation-report.json'), JSON.stringify(report));
  return directory;
}

export function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** A record that shows all there is: fatal, error, warning, unknown, kept, accepted in every way, other packs, frameworks with and without a catalog. */
export function fullRecord(changes: Changes = {}): RawRecord {
  const base = recordOf();
  const [isolation, key, place] = base.rules;
  return {
    ...base,
    pack: { ...base.pack, asOf: '2026-11-26' },
    profile: { ...base.profile, retentionDays: { data: 3653, captures: 90, logs: 365 }, frameworks: [
      ...base.profile.frameworks,
      { name: 'NIST_800_53', title: 'Security and Privacy Controls', url: 'https://doi.org/10.6028/NIST.SP.800-53r5', requirements: [
        { id: 'SC-28(1)', citation: 'NIST SP 800-53 SC-28(1)', title: 'cryptographic protection', controls: [Control.ENCRYPTION_AT_REST] },
        { id: 'AC-4', citation: 'NIST SP 800-53 AC-4', title: 'flow', controls: [Control.DATA_RESIDENCY] },
        { id: 'SA-9(5)', citation: 'NIST SP 800-53 SA-9(5)', title: 'where processing happens', controls: [Control.DATA_RESIDENCY] },
      ] },
    ] },
    rules: [isolation!, { ...key!, sources: ['https://docs.aws.amazon.com/sagemaker/', 'a paper'] }, place!, { ...isolation!, id: 'RegulatedML-Shown', severity: Severity.WARNING }],
    answers: [
      ...base.answers,
      { rule: 'RegulatedML-Isolation', answer: Answer.NON_COMPLIANT, subjects: [1], location: 'Properties.List.0', accepted: 3 },
      { rule: 'RegulatedML-Isolation', answer: Answer.NON_COMPLIANT, subjects: [1], location: 'Properties.List.1', accepted: 4 },
      { rule: 'RegulatedML-Shown', answer: Answer.NON_COMPLIANT, subjects: [1], location: '' },
      { rule: 'RegulatedML-Place', answer: Answer.NON_COMPLIANT, subjects: [0], location: 'Properties.Image', detail: 'us-east-1' },
    ],
    accepted: [
      ...base.accepted,
      { kind: 'waiver', id: 'RegulatedML-Isolation', reason: 'synthetic', at: '', approver: 'the officer', expires: '2027-01-31', silences: 1 },
      { kind: 'baseline', id: 'RegulatedML-Isolation', reason: 'was there', at: 'Ml/Queue', count: 1, silences: 1 },
    ],
    ...changes,
  };
}

/** What other packs said of the full record. */
export const PACKS: PackResult[] = [
  {
    name: 'AwsSolutions', version: '3.0.2',
    findings: [
      { rule: 'AwsSolutions-S2', severity: 'error', description: 'public', fix: 'block it', path: 'Ml/Bucket', source: 'app.ts:4:1' },
      { rule: 'AwsSolutions-S3', severity: 'warning', description: 'shown', path: 'Ml/Bucket' },
    ],
    suppressed: [{ rule: 'AwsSolutions-IAM5[Resource::*/a]', severity: 'error', description: 'wildcard', path: 'Ml/Role', reason: 'no resource', acknowledgedAt: 'Ml/Role' }],
  },
  { name: 'Broken', failure: 'boom', findings: [], suppressed: [] },
];

/** Evidence that shows all there is. */
export function fullEvidence(changes: Changes = {}, packs: PackResult[] = PACKS): Evidence {
  return evidenceOf({ records: [fullRecord(changes)], report: packs });
}

/** The full evidence in which every text that comes from an app, a framework or a person is this one, so far as what refers to it still does. */
export function evidenceNaming(text: string): Evidence {
  const base = fullRecord();
  // so deep that no text climbs out of the repository
  const source = `${'deep/'.repeat(20)}${text}:1:1`;
  const packs = PACKS.map((pack): PackResult => ({
    ...pack, name: `${pack.name}${text}`, ...(pack.failure ? { failure: text } : {}),
    findings: pack.findings.map((finding) => ({ ...finding, rule: `${finding.rule}${text}`, description: text, fix: text, path: text, source })),
    suppressed: pack.suppressed.map((finding) => ({ ...finding, description: text, path: text, reason: text })),
  }));
  return evidenceOf({
    records: [fullRecord({
      pack: { ...base.pack, version: text, scope: text },
      libraries: { [text]: text }, plugins: [], limits: [text],
      profile: {
        ...base.profile, residency: { ...base.profile.residency, description: text },
        frameworks: base.profile.frameworks.map((framework) => ({
          ...framework, name: framework.name === 'GDPR' ? text : framework.name, title: text, url: text, requirements: framework.requirements.map((one) => ({ ...one, id: `${one.id}${text}`, citation: text, title: text })),
        })),
      },
      rules: base.rules.map((rule) => ({ ...rule, title: text, why: text, fix: text, sources: [text] })),
      stacks: base.stacks.map((stack) => ({ ...stack, path: text, name: text, region: text, account: text, template: text, digest: text })),
      subjects: base.subjects.map((subject) => ({ ...subject, path: text, type: text, logicalId: text, stack: text, template: text, source, step: text })),
      answers: base.answers.map((answer) => ({ ...answer, location: text, detail: text })),
      accepted: base.accepted.map((accepted) => ({ ...accepted, id: text, reason: text, at: text, source, ...(accepted.approver ? { approver: text } : {}) })),
      weakenings: [{ path: text, control: text, reason: text, substitute: text, source }],
      costs: [{ path: text, usDollars: 1, basis: text }],
      flow: {
        nodes: base.flow.nodes.map((node, index) => ({ ...node, id: `${index}${text}`, name: text, detail: text, purpose: text, region: text, ...(index > 2 ? { classification: text, deIdentifiesTo: text } : {}) })),
        edges: [{ from: `0${text}`, to: `1${text}`, label: text }],
      },
    })],
    report: packs, defects: [text],
  });
}
