import { openPlaces } from '../../lib/evidence/documents/document';
import { DOCUMENTS } from '../../lib/evidence/documents';
import { documentHtml, documentMarkdown } from '../../lib/evidence/documents/render';
import type { Evidence } from '../../lib/evidence/record';
import { fullEvidence, fullRecord, recordOf } from './support';

type Name = keyof typeof DOCUMENTS;

/** The full evidence with a flow from a raw store to an endpoint. */
function served(changes = {}): Evidence {
  const base = fullRecord();
  return fullEvidence({
    profile: { ...base.profile, frameworks: [...base.profile.frameworks, { name: 'HIPAA', title: 'HIPAA', url: 'https://www.ecfr.gov', requirements: [
      { id: '164.312(a)(2)(iv)', citation: '45 CFR 164.312(a)(2)(iv)', title: 'encryption', controls: ['encryption-at-rest' as never] },
      { id: '164.308(a)(2)', citation: '45 CFR 164.308(a)(2)', title: 'an official', controls: [] }, { id: '9.9', citation: '45 CFR 9.9', title: 'elsewhere', controls: [] },
    ] }] },
    flow: {
      nodes: [
        { id: 'Ml/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification: 'phi', purpose: 'risk', region: 'eu-central-1', retentionDays: 400 },
        { id: 'Ml/Lookup', kind: 'store', name: 'Lookup', detail: 'curated', classification: 'internal', region: 'us-east-1' },
        { id: 'Ml/Clean', kind: 'step', name: 'Clean', detail: 'Processing', classification: 'pseudonymised', deIdentifiesTo: 'pseudonymised' },
        { id: 'Ml/Train', kind: 'step', name: 'Train', detail: 'Training', classification: 'pseudonymised' },
        { id: 'Ml/Model', kind: 'model', name: 'Model', detail: 'model packages', classification: 'pseudonymised' },
        { id: 'Ml/Endpoint', kind: 'endpoint', name: 'Endpoint', detail: 'real-time', classification: 'pseudonymised', region: 'eu-central-1' },
        { id: 'Ml/Drift', kind: 'monitor', name: 'Drift', region: 'eu-central-1' }, { id: 'Ml/Partner', kind: 'external', name: 'Partner' },
      ],
      edges: [['Raw', 'Clean'], ['Clean', 'Train'], ['Train', 'Clean'], ['Train', 'Model'], ['Model', 'Endpoint'], ['Endpoint', 'Drift'], ['Raw', 'Partner']].map(([from, to]) => ({ from: `Ml/${from}`, to: `Ml/${to}` })),
    },
    ...changes,
  });
}

const written = (name: Name, evidence = served(), options = { date: '2026-11-26' }) => documentMarkdown(DOCUMENTS[name].make(evidence), evidence, options);
const sectionOf = (text: string, heading: string) => new RegExp(`^## ${heading}[^]*?(?=^## |$(?![^]))`, 'm').exec(text)?.[0] ?? '';

test('a key, and what goes back, are no source of what they lead to', () => {
  const base = served();
  const flow = {
    nodes: [...base.flow.nodes, { id: 'Ml/Keys', kind: 'store' as const, name: 'Keys', classification: 'phi' }],
    edges: [...base.flow.edges, { from: 'Ml/Keys', to: 'Ml/Clean', label: 'key', carries: 'key' as const }, { from: 'Ml/Clean', to: 'Ml/Raw', carries: 'back' as const }],
  };
  expect(written('ccpa-inventory', served({ flow }))).toMatch(/\| Clean \| pseudonymised[^|]*\| Raw \|/);
});

describe('every document', () => {
  const names = Object.keys(DOCUMENTS) as Name[];

  test.each(names)('%s says what it is about, what limits it, and how much is left to a person', (name) => {
    const text = written(name, { ...served(), limits: ['validation was off'], defects: ['the template was changed'] });
    expect(text).toContain('Facts as of 2026-11-26.');
    expect(text).toMatch(/1 stack \(Ml [0-9a-f]{12}\), judged by RegulatedML 0\.1\.0; aws-cdk-lib 2\.276\.0\./);
    expect(text).toContain('> ⚠️ the template was changed\n\n> ⚠️ validation was off');
    const marks = text.match(/\*\*☐ to be written:\*\*/g)!.length;
    expect(text).toContain(`${marks === 1 ? '1 place is' : `${marks} places are`} left to a person and marked “☐ to be written:”`);
    expect(marks).toBe(openPlaces(DOCUMENTS[name].make(served())));
  });

  test.each(names)('%s is one file without script or network as HTML, with the same open places', (name) => {
    const evidence = served();
    const page = documentHtml(DOCUMENTS[name].make(evidence), evidence, { date: '2026-11-26' });
    expect(page).not.toMatch(/<script|<link|<img|@import|url\((?!#)/);
    expect(page.match(/class="open"/g)!.length).toBe(openPlaces(DOCUMENTS[name].make(evidence)));
    expect(page.match(/<table/g)!.length).toBe(page.match(/<thead><tr><th scope="col"/g)!.length);
  });

  test.each(names)('%s leaves the date open where none is known, and is the same from run to run', (name) => {
    const { asOf: _asOf, ...undated } = served();
    expect(written(name, undated, {} as never)).toContain('**☐ to be written:** the date of this document');
    expect(written(name)).toBe(written(name));
  });
});

describe('the record of processing', () => {
  test('states purposes, stores, regions with countries, and retention as the store has it', () => {
    const text = written('record-of-processing');
    expect(sectionOf(text, 'Purposes')).toContain('| risk | Raw | **☐ to be written:** what “risk” means |');
    expect(sectionOf(text, 'Categories of data')).toContain('| Raw | raw | phi (declared) | **☐ to be written:** what of a person “Raw” holds |');
    expect(sectionOf(text, 'Categories of data')).toContain('| Lookup | curated | internal (declared) | none, as declared |');
    expect(sectionOf(text, 'Transfers')).toContain('| us-east-1 (US) | no | store Lookup |');
    expect(sectionOf(text, 'Time limits')).toMatch(/\| Raw \| 400 days \| \*\*☐ to be written:\*\* how one person is erased from “Raw”[^\n]*\n\| Lookup \| \*\*☐ to be written:\*\* how long “Lookup” keeps[^\n]*\| – \|/);
    expect(sectionOf(text, 'Categories of recipients')).toMatch(/\| Endpoint \| real-time[^\n]*\n\| Partner \| external \| \*\*☐ to be written:\*\* the classification of “Partner”/);
    expect(text).toContain('The services run at Amazon Web Services.');
  });

  test('states how a person is erased from a store, or on which ground nobody is', () => {
    const nodes = [
      { id: 'Ml/Raw', kind: 'store', name: 'Raw', classification: 'phi', erasure: "objects below 'patients/{subject}/', by Ml/Rights" },
      { id: 'Ml/Consent', kind: 'store', name: 'Consent', classification: 'phi', keptByLaw: 'proof of consent (GDPR Art. 7(1))' },
    ];
    const section = sectionOf(written('record-of-processing', served({ flow: { nodes, edges: [] } })), 'Time limits');
    expect(section).toMatch(/\| Raw \| [^|]*\| objects below 'patients\/\{subject\}\/', by Ml\/Rights \|/);
    expect(section).toMatch(/\| Consent \| [^|]*\| no: kept as proof of consent \(GDPR Art\. 7\(1\)\) \|/);
  });

  test('never invents: who is responsible, data subjects and recipients are open', () => {
    const text = written('record-of-processing');
    for (const what of ['name and contact details of the controller', 'the categories of data subjects', 'processors and other recipients']) expect(text).toContain(`**☐ to be written:** ${what}`);
  });

  test('shows measures with their state, what is weaker, what is open and what was accepted until when', () => {
    const section = sectionOf(written('record-of-processing'), 'Technical and organisational measures');
    expect(section).toContain('| audit logging | not assessed | none | all of it |');
    expect(section).toContain('| network isolation | AutoML knows no isolation | private subnets | Ml/AutoML, Ml/AutoML2 |');
    expect(section).toContain('| Place holds | fatal | Ml/Model | us-east-1 |');
    expect(section).toContain('| Isolation holds | Ml/Queue | synthetic | the officer | 2027-01-31 |');
    expect(section).toContain('- AwsSolutions: 2 open findings');
  });

  test('an app without a flow is said to have none, and its purposes are open', () => {
    const text = written('record-of-processing', served({ flow: { nodes: [], edges: [] } }));
    expect(text).toContain('The app declares no purpose.\n\n**☐ to be written:** the purposes');
    expect(text).toContain('The app declares no store.');
  });

  test('a stack without a region leaves its place open', () => {
    const { region: _region, ...stack } = recordOf().stacks[0]!;
    expect(written('record-of-processing', served({ stacks: [stack] }))).toContain('**☐ to be written:** the region of stack “Ml”');
  });
});

test('the impact assessment says what learns from what, what stands outside, and leaves the weighing to a person', () => {
  const text = written('impact-assessment');
  expect(sectionOf(text, 'Necessity')).toContain('| Clean | pseudonymised (declared by the step, not verified) | Raw |');
  expect(sectionOf(text, 'Necessity')).toMatch(/\| Train \| pseudonymised \(by what flows in\) \|\n\| Model \| pseudonymised/);
  expect(sectionOf(text, 'Risks')).toContain('| Lookup | us-east-1 (US) |');
  expect(sectionOf(text, 'Risks')).toContain('- Not assessed: audit logging.');
  expect(sectionOf(text, 'Risks')).toContain('**☐ to be written:** for each risk its source, how likely it is and how grave');
  expect(sectionOf(text, 'Whether')).toContain('- The app declares 1 of 3 stores to hold special categories or protected health information.');
});

describe('the mapping of HIPAA', () => {
  test('lists every requirement in its part, with the rules that speak of it and what they leave open', () => {
    const text = written('hipaa-mapping');
    expect(sectionOf(text, 'Technical safeguards')).toContain('| 45 CFR 164.312(a)(2)(iv) | encryption | unknown before deployment | RegulatedML-Key | – |');
    expect(sectionOf(text, 'Administrative safeguards')).toContain('| 45 CFR 164.308(a)(2) | an official | not assessed | – | **☐ to be written:** how it is met |');
    expect(sectionOf(text, 'Other requirements')).toContain('45 CFR 9.9');
    expect(sectionOf(text, 'Where protected health information is')).toContain('| Raw | raw | phi (declared) | eu-central-1 (DE) |');
  });

  test('fails when the profile does not name HIPAA', () => {
    expect(() => written('hipaa-mapping', fullEvidence())).toThrow(/names no framework 'HIPAA', only 'GDPR', 'NIST_800_53': add Framework\.HIPAA/);
  });
});

test('the inventory of the CCPA follows data from its sources to whom it reaches', () => {
  const text = written('ccpa-inventory');
  expect(sectionOf(text, 'What is held')).toContain('| Raw | raw | phi (declared) | **☐ to be written:** the categories that “Raw” holds | declared to hold special categories or health information |');
  expect(sectionOf(text, 'What is held')).toContain('Declared to hold nothing about people: Lookup.');
  expect(sectionOf(text, 'Where it comes from')).toMatch(/\| Raw \| \*\*☐ to be written:\*\* the sources of “Raw” \|\n\| Partner \| Raw \|/);
  expect(sectionOf(text, 'What it is used for')).toContain('| Raw | Clean, Train, Model, Endpoint, Drift, Partner |');
});

test('the model card says what leads to a model and where it serves, and leaves its worth to a person', () => {
  const text = written('model-card');
  expect(sectionOf(text, 'How it is made')).toContain('| Clean | Processing | pseudonymised (declared by the step, not verified) |');
  expect(sectionOf(text, 'Training data')).toContain('| Raw | phi (declared) | risk | eu-central-1 (DE) |');
  expect(sectionOf(text, 'Where it serves')).toMatch(/\| Endpoint \| real-time \| eu-central-1 \(DE\) \|[^]*Monitors that watch it: Drift\./);
  expect(sectionOf(text, 'Evaluation')).toContain('**☐ to be written:** metrics');
  const two = served({ flow: { nodes: ['A', 'B'].map((name) => ({ id: `Ml/${name}`, kind: 'model' as const, name })), edges: [] } });
  expect(written('model-card', two)).toMatch(/## A: model details[^]*## B: model details/);
  expect(written('model-card', served({ flow: { nodes: [], edges: [] } }))).toContain('The app declares no model.');
});
