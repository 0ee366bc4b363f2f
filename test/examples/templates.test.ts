import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { EXAMPLE_NAMES, example, type Example, type PluginVerdict, reportOf, stacksOf } from '../support/examples';
import { describeWithPython, python } from '../support/python';

const STRICT = { '@aws-cdk/core:failSynthOnValidationErrors': false, '@aws-cdk/core:validateAgainstDefaultRules': true };
const ENVIRONMENT = { account: '123456789012', region: 'eu-central-1' };

/** Every example, and one with a fault in a stack beside it, synthesized once for all who judge templates. */
const subjects: Record<string, Example> = {};

beforeAll(() => {
  const before = process.env.CDK_VALIDATION;
  delete process.env.CDK_VALIDATION;
  try {
    for (const name of EXAMPLE_NAMES) (subjects[name] = example(name, STRICT)).app.synth();
    const planted = subjects.planted = example('minimal', STRICT);
    const { CfnResource, Stack } = planted.cdk;
    new CfnResource(new Stack(planted.app, 'Planted', { env: ENVIRONMENT }), 'Queue', { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'soon' } });
    planted.app.synth();
  } finally {
    process.env.CDK_VALIDATION = before;
  }
});

describe('the templates of the examples, under the validation that CDK bundles', () => {
  test.each(EXAMPLE_NAMES)('%s has no error', (name) => expect(errors(reportOf(subjects[name]!))).toEqual([]));

  test('a planted error is found', () => expect(errors(reportOf(subjects.planted!)).length).toBeGreaterThan(0));

  function errors(report: PluginVerdict[]): string[] {
    return report.filter((one) => one.pluginName === 'CloudFormation Validate').flatMap((one) => one.violations)
      .filter((violation) => violation.severity !== 'warning' && violation.severity !== 'info')
      .map((violation) => `${violation.ruleName}: ${violation.description} (${violation.violatingConstructs.map((construct) => construct.constructPath).join(', ')})`);
  }
});

describeWithPython('the templates of the examples, under cfn-lint', () => {
  // it reads its schemas for seconds: all templates go to it at once
  let found: Record<string, string[]>;
  beforeAll(() => {
    found = lint();
  });

  test.each(EXAMPLE_NAMES)('%s has no error', (name) => expect(found[name]).toEqual([]));

  test('a planted error is found', () => expect(found.planted).not.toEqual([]));

  function lint(): Record<string, string[]> {
    const owners = new Map<string, string>();
    for (const [name, { app }] of Object.entries(subjects)) {
      const { directory } = app.synth();
      for (const stack of stacksOf(app)) owners.set(join(directory, stack.templateFile), name);
    }
    const program = 'import subprocess, sys; sys.exit(subprocess.run(["cfn-lint", *sys.argv[1:]]).returncode)';
    const bin = join(python()!, '..');
    let output: string;
    try {
      output = execFileSync(python()!, ['-c', program, '--format', 'json', '--regions', 'eu-central-1', '--', ...owners.keys()], {
        encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` }, maxBuffer: 64 * 1024 * 1024,
      });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    const findings = JSON.parse(output) as { Level: string; Rule: { Id: string }; Message: string; Filename: string; Location: { Path?: string[] } }[];
    const errors = findings.filter(({ Level }) => Level === 'Error');
    return Object.fromEntries(Object.keys(subjects).map((name) => [name, errors.filter(({ Filename }) => owners.get(Filename) === name)
      .map((finding) => `${finding.Rule.Id} ${finding.Message} (${finding.Filename.split('/').at(-1)} ${finding.Location.Path?.join('/')})`)]));
  }
});
