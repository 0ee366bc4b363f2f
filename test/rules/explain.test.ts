import { Control, Framework } from '../../lib/policy';
import { asMarkdown, asText, explain } from '../../lib/rules/explain';
import { FLOW_NODE, rule, STEP, type RuleProps } from '../../lib/rules/rule';
import { COMPLIANT } from '../../lib/rules/verdict';

const full: RuleProps = {
  name: 'Isolated', title: 'Models are isolated', severity: 'error', control: Control.NETWORK_ISOLATION, resources: ['AWS::SageMaker::Model'],
  why: 'a way out is a way for data', fix: 'set EnableNetworkIsolation', check: () => COMPLIANT,
  properties: ['EnableNetworkIsolation'],
  sources: ['Security Hub SageMaker.5', 'https://docs.aws.amazon.com/x'],
  good: { EnableNetworkIsolation: true },
  bad: { EnableNetworkIsolation: false },
};
const of = (props: RuleProps, frameworks = [Framework.HIPAA, Framework.SECURITY_HUB_AI]) => explain(rule(props), { pack: 'RegulatedML', frameworks });

describe('an explanation', () => {
  test('says who asks for the control on the types that the rule judges', () => {
    expect(of(full).askedBy).toEqual([
      { framework: 'HIPAA', requirements: ['164.308(a)(1)(ii)(B)', '164.312(a)(1)'] }, { framework: 'SECURITY_HUB_AI', requirements: ['SageMaker.5'] },
    ]);
    expect(of({ ...full, resources: [STEP] }).askedBy.map(({ framework }) => framework)).toEqual(['HIPAA']);
    expect(of({ ...full, resources: ['*'] }).askedBy[1]?.requirements).toHaveLength(7);
  });

  test('leaves out frameworks that do not ask', () => {
    expect(of({ ...full, control: Control.DATA_RESIDENCY }).askedBy).toEqual([]);
  });

  test('says from when a requirement applies', () => {
    expect(of({ ...full, control: Control.AVAILABILITY }, [Framework.EU_AI_ACT]).askedBy).toEqual([{ framework: 'EU_AI_ACT', requirements: ['Art.15(4) (from 2027-12-02)'] }]);
  });

  test('says what takes no waiver, and what an unknown weighs', () => {
    expect(of({ ...full, severity: 'fatal' }).severity).toBe('fatal, takes no waiver');
    expect(of({ ...full, unknownFails: true }).severity).toBe('error; what cannot be told weighs as much');
  });

  test('shows an example as it stands in a template, a request as it is, words as words', () => {
    expect(JSON.parse(of(full).good)).toEqual({ Type: 'AWS::SageMaker::Model', Properties: { EnableNetworkIsolation: true } });
    expect(JSON.parse(of({ ...full, resources: [STEP] }).bad)).toEqual({ EnableNetworkIsolation: false });
    expect(of({ ...full, good: 'a step before that cleans' }).good).toBe('a step before that cleans');
  });

  test('breaks the lines of an example where they would be too long', () => {
    const long = { VpcConfig: { Subnets: ['subnet-1', 'subnet-2', 'subnet-3'], SecurityGroupIds: ['sg-1', 'sg-2'] }, Empty: {}, None: [], Name: 'a'.repeat(40) };
    const { good } = of({ ...full, good: long });
    expect(JSON.parse(good)).toEqual({ Type: 'AWS::SageMaker::Model', Properties: long });
    expect(good.split('\n')).toEqual([
      '{', '  "Type": "AWS::SageMaker::Model",', '  "Properties": {', '    "VpcConfig": { "Subnets": ["subnet-1", "subnet-2", "subnet-3"], "SecurityGroupIds": ["sg-1", "sg-2"] },', '    "Empty": {},',
      '    "None": [],', `    "Name": "${'a'.repeat(40)}"`, '  }', '}',
    ]);
  });
});

test('as a section of a page it has a heading, links to its control, and its examples', () => {
  expect(asMarkdown(of(full))).toBe(`#### Isolated

Models are isolated.

- **Finding**: \`RegulatedML-Isolated\`, error
- **Control**: [network-isolation](#network-isolation)
- **Judges**: \`AWS::SageMaker::Model\`; \`EnableNetworkIsolation\`
- **Why**: a way out is a way for data
- **Fix**: set EnableNetworkIsolation
- **Asked by**: HIPAA 164.308(a)(1)(ii)(B), 164.312(a)(1) · SECURITY_HUB_AI SageMaker.5
- **Sources**: Security Hub SageMaker.5, <https://docs.aws.amazon.com/x>

Keeps it:

\`\`\`json
{ "Type": "AWS::SageMaker::Model", "Properties": { "EnableNetworkIsolation": true } }
\`\`\`

Breaks it:

\`\`\`json
{ "Type": "AWS::SageMaker::Model", "Properties": { "EnableNetworkIsolation": false } }
\`\`\`
`);
  expect(asMarkdown(of({ ...full, resources: [FLOW_NODE] }))).toContain('**Judges**: the declared data flow; `EnableNetworkIsolation`\n');
});

test('as lines for a terminal its words stand in a column', () => {
  expect(asText(of({ ...full, good: 'a model\nthat is cut off', bad: 'another' }))).toBe(`RegulatedML-Isolated
Models are isolated

control     network-isolation
severity    error
judges      AWS::SageMaker::Model
properties  EnableNetworkIsolation
why         a way out is a way for data
fix         set EnableNetworkIsolation
asked by    HIPAA 164.308(a)(1)(ii)(B), 164.312(a)(1)
            SECURITY_HUB_AI SageMaker.5
sources     Security Hub SageMaker.5
            https://docs.aws.amazon.com/x
keeps it    a model
            that is cut off
breaks it   another
`);
});

test('a page names the first requirements of a framework, since all of them stand with the control; a terminal names each', () => {
  const asked = of({ ...full, control: Control.ENCRYPTION_AT_REST }, [Framework.NIST_800_53]);
  const { requirements } = asked.askedBy[0]!;
  expect(requirements.length).toBeGreaterThan(3);
  expect(asMarkdown(asked)).toContain(`- **Asked by**: NIST_800_53 ${requirements[0]}, ${requirements[1]} and ${requirements.length - 2} more\n`);
  expect(asText(asked)).toContain(`NIST_800_53 ${requirements.join(', ')}\n`);
});
