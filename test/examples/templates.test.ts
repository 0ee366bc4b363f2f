import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { EXAMPLE_NAMES, example, judged, PluginVerdict, stacksOf } from '../support/examples';
import { describeWithPython, python } from '../support/python';

const STRICT = { '@aws-cdk/core:failSynthOnValidationErrors': false, '@aws-cdk/core:validateAgainstDefaultRules': true };
const ENVIRONMENT = { account: '123456789012', region: 'eu-central-1' };

describe('the templates of the examples, under the validation that CDK bundles', () => {
  const before = process.env.CDK_VALIDATION;
  beforeAll(() => { delete process.env.CDK_VALIDATION; });
  afterAll(() => { process.env.CDK_VALIDATION = before; });

  test.each(EXAMPLE_NAMES)('%s has no error', (name) => {
    expect(errors(judged(example(name, STRICT)).report)).toEqual([]);
  });

  test('a planted error is found', () => {
    const subject = example('minimal', STRICT);
    const { CfnResource, Stack } = subject.cdk;
    new CfnResource(new Stack(subject.app, 'Planted', { env: ENVIRONMENT }), 'Queue', { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'soon' } });
    expect(errors(judged(subject).report).length).toBeGreaterThan(0);
  });

  function errors(report: PluginVerdict[]): string[] {
    return report.filter((one) => one.pluginName === 'CloudFormation Validate').flatMap((one) => one.violations)
      .filter((violation) => violation.severity !== 'warning' && violation.severity !== 'info')
      .map((violation) => `${violation.ruleName}: ${violation.description} (${violation.violatingConstructs.map((construct) => construct.constructPath).join(', ')})`);
  }
});

describeWithPython('the templates of the examples, under cfn-lint', () => {
  test.each(EXAMPLE_NAMES)('%s has no error', (name) => {
    const subject = example(name);
    const { directory } = subject.app.synth();
    expect(lint(stacksOf(subject.app).map((stack) => join(directory, stack.templateFile)))).toEqual([]);
  });

  test('a planted error is found', () => {
    const subject = example('minimal');
    const { CfnResource, Stack } = subject.cdk;
    const stack = new Stack(subject.app, 'Planted', { env: ENVIRONMENT });
    new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'soon' } });
    const { directory } = subject.app.synth();
    expect(lint([join(directory, stack.templateFile)])).not.toEqual([]);
  });

  function lint(templates: string[]): string[] {
    const program = 'import subprocess, sys; sys.exit(subprocess.run(["cfn-lint", *sys.argv[1:]]).returncode)';
    const bin = join(python()!, '..');
    let output: string;
    try {
      output = execFileSync(python()!, ['-c', program, '--format', 'json', '--regions', 'eu-central-1', '--', ...templates], {
        encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` }, maxBuffer: 64 * 1024 * 1024,
      });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    const findings = JSON.parse(output) as { Level: string; Rule: { Id: string }; Message: string; Filename: string; Location: { Path?: string[] } }[];
    return findings.filter((finding) => finding.Level === 'Error')
      .map((finding) => `${finding.Rule.Id} ${finding.Message} (${finding.Filename.split('/').at(-1)} ${finding.Location.Path?.join('/')})`);
  }
});
