import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersOf, type RawRecord, RECORD_FILE } from '../../lib/policy/record';
import { Severity } from '../../lib/policy/finding';
import { BY_DECLARATION, contradictions, openIn } from '../../lib/cli/judge/contradictions';
import { readManifests, readTemplates, type AssemblyFiles } from '../../lib/rules/aws/assembly';
import { recordOfTemplates } from '../../lib/rules/aws/template-record';
import { digestOf } from '../../lib/rules/record';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';
import { EXAMPLE_NAMES, example } from '../support/examples';

/** Rules that hold a template against the declared flow, by other names than those of the flow's own: files alone say nothing of it. */
const BY_DECLARED_FLOW = /Flow|Waiver|ConsentFilterUnchanged|ConsentWithdrawalHeard/;

/** What was said of what, by whom accepted; of a step that registers or checks nothing of its own, no construct is known from files. */
function saidIn(record: RawRecord): string[] {
  const { subjects, accepted } = record;
  return [...new Set([...answersOf(record)].filter(({ rule }) => !BY_DECLARED_FLOW.test(rule)).map(({ rule, answer, subject, location, detail, accepted: by }) => {
    const { path, logicalId, step, template } = subjects[subject]!;
    return JSON.stringify([rule, answer, template, logicalId, step === undefined ? path : step, location, detail ?? '', by === undefined ? '' : accepted[by]!.reason]);
  }))].sort();
}

describe.each(EXAMPLE_NAMES)('the example %s', (name) => {
  test('has the same answers from its files as at synth, but for the data flow', () => {
    const subject = example(name, { '@aws-cdk/core:failSynthOnValidationErrors': false });
    const own = subject.packs.filter((pack) => pack.name === 'RegulatedML');
    if (own.length > 0) subject.cdk.Validations.of(subject.app).addPlugins(...own);
    subject.app.synth();
    const record = JSON.parse(readFileSync(join(subject.outdir, RECORD_FILE), 'utf8')) as RawRecord;
    const files: AssemblyFiles = {
      has: (path) => existsSync(join(subject.outdir, path)),
      read: (path) => {
        const text = readFileSync(join(subject.outdir, path), 'utf8');
        return { text, digest: digestOf(text) };
      },
    };
    const manifests = readManifests(files);
    const read = readTemplates(files, manifests.stacks, manifests);
    const fromFiles = recordOfTemplates({
      ...read, readAsset: (key) => [...manifests.assets.values()].map((assets) => assets.get(key)).filter((file) => file !== undefined).map((file) => files.read(file).text)[0],
      profile: ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) }), unknownAs: Severity.WARNING, version: '0', limits: [],
    });
    const apart = (answers: readonly string[]) => answers.filter((answer) => ![...BY_DECLARATION].some((rule) => answer.includes(`"${rule}"`)));
    // the stores of promotion are declared and no job of it names them: files alone do not tell that they hold data of machine learning
    if (name !== 'promotion') expect(apart(saidIn(fromFiles))).toEqual(apart(saidIn(record)));
    expect(saidIn(record).length).toBeGreaterThan(50);
    expect(fromFiles.stacks).toEqual(record.stacks);
    expect(declaredIn(fromFiles)).toEqual(declaredIn(record));
    expect(contradictions(record, { rules: fromFiles.rules, open: openIn(fromFiles), acknowledgements: read.acknowledgements, told: read.described })).toEqual([]);
  });
});

/** What constructs say of themselves; lines are those of the tests in a tree, and of the app in a manifest. */
function declaredIn({ weakenings, choices, privacy, costs }: RawRecord): object {
  return { weakenings: weakenings.map(({ source: _source, ...rest }) => rest), choices, privacy, costs };
}
