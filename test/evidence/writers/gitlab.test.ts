import Ajv from 'ajv';
import { toGitLab } from '../../../lib/evidence/writers/gitlab';
import { fullEvidence } from '../support';

/** The shape that GitLab documents: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export const CODE_QUALITY = {
  type: 'array',
  items: {
    type: 'object', required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1, pattern: '^[^\\n]*$' }, check_name: { type: 'string', minLength: 1 }, fingerprint: { type: 'string', minLength: 1 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object', required: ['path', 'lines'],
        // relative to the repository, without ./
        properties: { path: { type: 'string', pattern: '^(?!\\.{0,2}/)[^\\n]+$' }, lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } } },
      },
    },
  },
};

const isCodeQuality = new Ajv().compile(CODE_QUALITY);
interface Issue { readonly description: string; readonly check_name: string; readonly fingerprint: string; readonly severity: string; readonly location: { readonly path: string; readonly lines: { readonly begin: number } } }
const issuesOf = (...given: Parameters<typeof toGitLab>) => JSON.parse(toGitLab(...given)) as Issue[];

test('follows the shape that GitLab documents, and the check is live', () => {
  const issues = issuesOf(fullEvidence());
  isCodeQuality(issues);
  expect(isCodeQuality.errors).toBeNull();
  expect(isCodeQuality([{ ...issues[0]!, severity: 'grave' }])).toBe(false);
  expect(isCodeQuality([{ ...issues[0]!, location: { path: './app.ts', lines: { begin: 1 } } }])).toBe(false);
});

test('open findings of all packs are listed with severity and line, accepted ones are not', () => {
  expect(issuesOf(fullEvidence(), { appFolder: 'infra' }).map(({ check_name, severity, location }) => [check_name, severity, location.path, location.lines.begin])).toEqual([
    ['RegulatedML-Isolation', 'critical', 'infra/app.ts', 3], ['RegulatedML-Key[unknown]', 'info', 'infra/app.ts', 3],
    ['RegulatedML-Shown', 'minor', 'infra/cdk.out/Ml.template.json', 1], ['RegulatedML-Place', 'blocker', 'infra/app.ts', 3],
    ['AwsSolutions-S2', 'critical', 'infra/app.ts', 4], ['AwsSolutions-S3', 'minor', 'unknown', 1],
  ]);
});

test('fingerprints are unique, and the same from run to run', () => {
  const prints = issuesOf(fullEvidence()).map(({ fingerprint }) => fingerprint);
  expect(new Set(prints).size).toBe(prints.length);
  expect(issuesOf(fullEvidence({ stacks: [] })).map(({ fingerprint }) => fingerprint)).toEqual(prints);
});
