import fc from 'fast-check';
import { evidenceOf } from '../../lib/evidence/collect';
import { toHtml } from '../../lib/evidence/writers/html';
import { escape, html } from '../../lib/evidence/writers/markup';
import type { RawRecord } from '../../lib/policy/record';
import { anyText } from '../support/any-text';
import { recordOf } from './support';

const REPORT_PACKS = [{ name: 'AwsSolutions', findings: [], suppressed: [{ rule: 'AwsSolutions-IAM5[Resource::*]', severity: 'error', description: 'wildcard', path: 'Ml/Role/Policy', acknowledgedAt: 'Ml/Role' }] }];
const page = (changes: Parameters<typeof recordOf>[0] = {}) => toHtml(evidenceOf({ records: [recordOf(changes)], report: [] }));

test('the verdict stands first and counts what has to be fixed', () => {
  expect(page()).toMatch(/<h1>[^]*1 finding to be fixed[^]*<main/);
});

test('the page needs no network and no script', () => {
  const text = page();
  expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|\son\w+=/i);
  expect(text).toContain("default-src 'none'");
});

test('the page is well formed: every element is closed, every id stands once, every anchor has its target', () => {
  const text = page();
  const open: string[] = [];
  for (const [, close, name, self] of text.replace(/<style>[^]*?<\/style>/, '').matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/gi)) {
    if (['meta', 'br', 'input'].includes(name!) || self) continue;
    if (close) expect(open.pop()).toBe(name);
    else open.push(name!);
  }
  expect(open).toEqual([]);
  const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
});

test('tables have headers, sections have headings, the drawing has a name and a table beside it', () => {
  const text = page();
  expect(text.match(/<table/g)!.length).toBe(text.match(/<thead><tr><th scope="col"/g)!.length);
  expect(text).toMatch(/<svg role="img" aria-labelledby="flow-title flow-text"/);
  expect(text).toContain('The flow as a table');
  expect(text).toContain('<html lang="en">');
});

test('the drawing shows classifications in words, the regions as bands, and marks the one outside', () => {
  const text = page();
  expect(text).toContain('<g class="band"><rect');
  expect(text).toMatch(/<g class="band outside">[^]*?us-east-1 — outside the residency/);
  expect(text).toMatch(/class="node store c-phi"[^]*?>phi<\/text>/);
  expect(text).toContain('Not drawn, because no data is declared to flow through them: Refuse');
  expect(text.match(/<path class="edge"/g)).toHaveLength(5);
});

test('a step without a region is not drawn into the region of another stack', () => {
  const base = recordOf();
  const away = { ...base.stacks[0]!, path: 'Away', name: 'Away', region: undefined, template: 'Away/cdk.tf.json' };
  const flow = { nodes: [...base.flow.nodes, { id: 'Away/Raw', kind: 'store' as const, name: 'Raw', region: 'germanywestcentral' }, { id: 'Away/Step', kind: 'step' as const, name: 'Step' }],
    edges: [...base.flow.edges, { from: 'Away/Raw', to: 'Away/Step' }] };
  const text = page({ stacks: [...base.stacks, away], flow });
  expect(text.match(/<g class="band[^]*?<\/text>/g)!.map((band) => band.replace(/<[^>]*>/g, ''))).toContain('region not known');
  expect(text).toMatch(/2 stacks in eu-central-1, germanywestcentral, us-east-1/);
  expect(text).toMatch(/<th scope="row">Away<\/th><td>germanywestcentral<\/td>/);
});

test('an app without a flow says that it was not assessed', () => {
  expect(page({ flow: { nodes: [], edges: [] } })).toContain('what flows where was not assessed');
});

test('dark mode and paper have looks of their own', () => {
  expect(page()).toMatch(/@media\(prefers-color-scheme:dark\)[^]*@media print/);
});

test('what is weaker stands with its reason, what stands in and where; so do expected costs', () => {
  const text = page();
  expect(text).toMatch(/id="weaker"[^]*network isolation[^]*AutoML knows no isolation[^]*private subnets[^]*2 places[^]*Ml\/AutoML<[^]*app\.ts:5:1/);
  expect(text).toMatch(/id="trade-offs"[^]*two instances at least[^]*twice the price of one[^]*Ml\/Discovery<\/span>: about 12\.50 US dollars a month[^]*id="weaker"/);
  expect(page({ weakenings: [], costs: [] })).toContain('No construct of the library says that it lacks a protection.');
});

test('a tick stands at rules only; requirements name the rules that support them', () => {
  const text = page({ answers: recordOf().answers.filter(({ answer }) => answer === 'compliant') });
  expect(text).toMatch(/GDPR Art\. 2<[^]*?◐ <\/span>supported in part<\/span><span class="cites">supported by: Key<\/span><span class="cites">not checked: audit logging</);
  expect(text).toMatch(/s-kept" title="Key holds"><span aria-hidden="true">✓ <\/span>Key<\/span> <span class="soft">1 kept/);
  for (const [, row] of text.matchAll(/<tr><th scope="row">GDPR([^]*?)<\/tr>/g)) expect(row).not.toContain('✓');
});

test('what our own rules found and somebody accepted is listed with its reason, under its control too', () => {
  const text = page();
  expect(text).toMatch(/id="findings"[^]*Accepted \(1\)[^]*<dt>Accepted<\/dt><dd>serves synthetic data[^]*id="flow"/);
  const base = recordOf();
  const accepted = page({ answers: base.answers.map((answer) => (answer.answer === 'unknown' ? { ...answer, accepted: 0 } : answer)) });
  expect(accepted).toContain('unknown, accepted (1)');
  expect(accepted).toContain('What is outside the residency takes no waiver; what cannot be told (unknown) can be accepted with a reason.');
});

test('what a step says that it de-identifies to is shown as declared', () => {
  const base = recordOf();
  const flow = { ...base.flow, nodes: base.flow.nodes.map((node) => (node.name === 'Clean' ? { ...node, deIdentifiesTo: 'pseudonymised' } : node)) };
  expect(page({ flow })).toMatch(/pseudonymised <span class="soft">\(declared, not verified\)/);
});

test('waivers and what they accept are counted apart, the same everywhere', () => {
  const text = toHtml(evidenceOf({ records: [recordOf()], report: REPORT_PACKS }));
  expect(text).toContain('3 waivers accept 2 findings of all packs: one can accept several');
  expect(text).toContain('<dt>accepted, all packs</dt><dd>2</dd>');
  expect(text).toContain('2 accepted with a reason');
});

test('a waiver without a reason is marked', () => {
  expect(page()).toContain('no reason given');
});

test('hostile names are text', () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egnp.exe\u0000';
  const base = recordOf();
  const text = page({
    subjects: base.subjects.map((subject) => ({ ...subject, path: hostile, source: hostile, step: hostile })),
    answers: base.answers.map((answer) => ({ ...answer, detail: hostile })),
    accepted: base.accepted.map((accepted) => ({ ...accepted, id: hostile, reason: hostile, at: hostile, approver: hostile })),
    stacks: base.stacks.map((stack) => ({ ...stack, path: hostile, region: hostile, template: hostile })),
    flow: { nodes: base.flow.nodes.map((node, index) => ({ ...node, id: `${index}${hostile}`, name: hostile, detail: hostile, classification: hostile, region: hostile })), edges: [] },
    profile: { ...base.profile, frameworks: base.profile.frameworks.map((framework) => ({ ...framework, name: hostile, url: 'javascript:alert(1)', title: hostile })) },
    weakenings: [{ path: hostile, control: hostile, reason: hostile, substitute: hostile, source: hostile }], costs: [{ path: hostile, usDollars: 1, basis: hostile }],
    limits: [hostile], libraries: { [hostile]: hostile },
  });
  expect(text).not.toMatch(/<script|<img|javascript:/);
  for (const invisible of ['\u202E', '\u0000']) expect(text).not.toContain(invisible);
  expect(text).toContain('&lt;script&gt;');
});

test('no text of any kind reaches the page unescaped', () => {
  fc.assert(fc.property(anyText(), (text) => {
    const escaped = escape(text);
    expect(escaped).not.toMatch(/[<>"']/);
    expect(html`${text}`.text).toBe(escaped);
  }));
});

test('a store that rows go back to is still where data comes in', () => {
  const edges = (carries?: 'back'): RawRecord['flow']['edges'] => [{ from: 'Raw', to: 'Clean' }, { from: 'Clean', to: 'Out' }, { from: 'Raw', to: 'Aside' }, { from: 'Aside', to: 'Raw', ...(carries ? { carries } : {}) }];
  // Aside comes first, so that the way back would be taken for the way there
  const nodes = ['Aside', 'Clean', 'Out', 'Raw'].map((name) => ({ id: name, name, kind: 'step' as const }));
  const columns = (carries?: 'back') => [...page({ flow: { nodes, edges: edges(carries) } }).matchAll(/<title>(\w+)<\/title><rect x="(\d+)"/g)].sort((a, b) => Number(a[2]) - Number(b[2])).map(([, name]) => name);
  expect(columns('back')[0]).toBe('Raw');
  expect(columns()[0]).toBe('Aside');
  expect(page({ flow: { nodes, edges: edges('back') } })).toContain('<title>Aside → Raw</title>');
});

test('any flow can be drawn: cycles, edges to nowhere, no edges at all', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  fc.assert(fc.property(
    fc.uniqueArray(fc.constantFrom(...ids)), fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids))), fc.constantFrom(undefined, 'eu-west-1'),
    (nodes, edges, region) => {
      const flow: RawRecord['flow'] = {
        nodes: nodes.map((id, index) => ({ id, name: id, kind: 'step', ...(index % 2 === 0 && region ? { region } : {}) })),
        edges: edges.map(([from, to]) => ({ from, to })),
      };
      expect(page({ flow })).not.toMatch(/NaN|undefined|Infinity/);
    },
  ));
});
