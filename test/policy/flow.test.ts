import fc from 'fast-check';
import { Classification, Purpose } from '../../lib/policy';
import { DataFlow } from '../../lib/policy/flow';

function newFlow(): DataFlow {
  return DataFlow.of({ node: { root: {}, path: '' } });
}

function step(flow: DataFlow, id: string, ...from: string[]): void {
  flow.add({ id, kind: 'step', name: id });
  for (const source of from) flow.connect(source, id);
}

describe('the data flow of a tree', () => {
  test('is one per root', () => {
    const root = {};
    expect(DataFlow.of({ node: { root, path: 'a' } })).toBe(DataFlow.of({ node: { root, path: 'b' } }));
    expect(DataFlow.of({ node: { root: {}, path: 'a' } })).not.toBe(DataFlow.of({ node: { root, path: 'a' } }));
  });

  test('gives a step the most sensitive of what flows in', () => {
    const flow = newFlow();
    flow.add({ id: 'a', kind: 'store', name: 'a', classification: Classification.INTERNAL });
    flow.add({ id: 'b', kind: 'store', name: 'b', classification: Classification.PHI });
    step(flow, 'join', 'a', 'b');
    step(flow, 'train', 'join');
    expect(flow.classificationOf('train')).toBe(Classification.PHI);
    expect(flow.sourcesOf('join')).toEqual(['a', 'b']);
    expect(flow.sourcesOf('a')).toEqual([]);
  });

  test('takes a key for no data of what it opens', () => {
    const flow = newFlow();
    flow.add({ id: 'raw', kind: 'store', name: 'raw', classification: Classification.INTERNAL, purpose: Purpose.of('care') });
    flow.add({ id: 'keys', kind: 'store', name: 'keys', classification: Classification.PHI, purpose: Purpose.of('keys') });
    step(flow, 'clean', 'raw');
    flow.connect('keys', 'clean', 'key');
    expect(flow.classificationOf('clean')).toBe(Classification.PHI);
    // the same edge, with what it carries
    flow.connect('keys', 'clean', 'key', { carries: 'key', prefix: 'k/' });
    expect([flow.classificationOf('clean')?.name, flow.purposesOf('clean').map(({ name }) => name), flow.sourcesOf('clean')]).toEqual(['internal', ['care'], ['raw']]);
    expect(flow.into('clean').map(({ from }) => from)).toEqual(['raw', 'keys']);
    expect(flow.outOf('keys')).toEqual([{ from: 'keys', to: 'clean', label: 'key', carries: 'key', prefix: 'k/' }]);
    expect(flow.record().edges).toEqual([{ from: 'keys', to: 'clean', label: 'key', carries: 'key' }, { from: 'raw', to: 'clean' }]);
    expect([flow.reaches('raw', 'clean'), flow.reaches('keys', 'clean'), flow.reaches('clean', 'clean')]).toEqual([true, false, true]);
  });

  test('gives a step that de-identifies what it says, and those after it no more', () => {
    const flow = newFlow();
    flow.add({ id: 'raw', kind: 'store', name: 'raw', classification: Classification.PHI });
    flow.add({ id: 'clean', kind: 'step', name: 'clean', deIdentifiesTo: Classification.PSEUDONYMISED });
    flow.connect('raw', 'clean');
    step(flow, 'train', 'clean');
    expect(flow.classificationOf('train')).toBe(Classification.PSEUDONYMISED);
    flow.connect('raw', 'train');
    expect(flow.classificationOf('train')).toBe(Classification.PHI);
  });

  test('knows nothing of a step that nothing classified flows into, nor of a node that is none', () => {
    const flow = newFlow();
    step(flow, 'lonely');
    expect(flow.classificationOf('lonely')).toBeUndefined();
    expect(flow.classificationOf('nowhere')).toBeUndefined();
    flow.connect('nowhere', 'lonely');
    expect(flow.classificationOf('lonely')).toBeUndefined();
  });

  test('names what flows into a node and is not classified, beside what is', () => {
    const flow = newFlow();
    flow.add({ id: 'codes', kind: 'store', name: 'codes', classification: Classification.INTERNAL });
    step(flow, 'fetch');
    step(flow, 'call');
    step(flow, 'prep', 'codes', 'fetch', 'call');
    step(flow, 'train', 'prep');
    const open = () => ['codes', 'fetch', 'prep', 'train', 'nowhere'].map((id) => flow.unclassifiedIn(id)?.name);
    expect(open()).toEqual([undefined, 'fetch', 'call', 'call', undefined]);
    expect(flow.classificationOf('train')).toBe(Classification.INTERNAL);
    flow.connect('codes', 'call');
    expect(open()).toEqual([undefined, 'fetch', 'fetch', 'fetch', undefined]);
    flow.add({ id: 'prep', kind: 'step', name: 'prep', deIdentifiesTo: Classification.PSEUDONYMISED });
    expect(open()).toEqual([undefined, 'fetch', undefined, undefined, undefined]);
  });

  test('ends a cycle', () => {
    const flow = newFlow();
    step(flow, 'a', 'b');
    step(flow, 'b', 'a');
    expect(flow.classificationOf('a')).toBeUndefined();
    flow.add({ id: 'store', kind: 'store', name: 'store', classification: Classification.PERSONAL });
    flow.connect('store', 'b');
    flow.connect('a', 'store');
    expect(['a', 'b', 'store'].map((id) => flow.classificationOf(id))).toEqual([Classification.PERSONAL, Classification.PERSONAL, Classification.PERSONAL]);
  });

  test('follows a node that is declared again, and an edge that is declared later', () => {
    const flow = newFlow();
    flow.add({ id: 's', kind: 'store', name: 's', classification: Classification.PUBLIC });
    step(flow, 'x', 's');
    expect(flow.classificationOf('x')).toBe(Classification.PUBLIC);
    flow.add({ id: 's', kind: 'store', name: 's', classification: Classification.PHI });
    expect(flow.classificationOf('x')).toBe(Classification.PHI);
  });

  test('walks sixty diamonds in a row at once', () => {
    const flow = newFlow();
    flow.add({ id: '0', kind: 'store', name: '0', classification: Classification.PERSONAL });
    for (let i = 0; i < 60; i++) {
      step(flow, `${i}l`, `${i}`);
      step(flow, `${i}r`, `${i}`);
      step(flow, `${i + 1}`, `${i}l`, `${i}r`);
    }
    expect(flow.classificationOf('60')).toBe(Classification.PERSONAL);
  });

  test('is drawn as plain data, with names for values', () => {
    const flow = newFlow();
    flow.add({ id: 's', kind: 'store', name: 'S', classification: Classification.PHI, purpose: Purpose.of('care'), region: 'eu-central-1' });
    step(flow, 'x', 's');
    flow.connect('s', 'x');
    flow.connect('s', 'x', 'train');
    expect(JSON.parse(JSON.stringify(flow.record()))).toEqual({
      nodes: [
        { id: 's', kind: 'store', name: 'S', classification: 'phi', purpose: 'care', region: 'eu-central-1' },
        { id: 'x', kind: 'step', name: 'x', classification: 'phi' },
      ],
      edges: [{ from: 's', to: 'x', label: 'train' }, { from: 's', to: 'x' }],
    });
  });

  const id = fc.integer({ min: 0, max: 7 }).map(String);
  const declarations = fc.array(fc.tuple(id, id), { maxLength: 24 });
  const stores = fc.uniqueArray(fc.tuple(id, fc.constantFrom(...Classification.all())), { selector: ([name]) => name, maxLength: 8 });

  function build(nodes: [string, Classification][], edges: [string, string][]): DataFlow {
    const flow = newFlow();
    for (let i = 0; i < 8; i++) flow.add({ id: `${i}`, kind: 'step', name: `${i}` });
    for (const [name, classification] of nodes) flow.add({ id: name, kind: 'store', name, classification });
    for (const [from, to] of edges) flow.connect(from, to);
    return flow;
  }

  test('is the same whatever the order of declaration', () => {
    fc.assert(fc.property(stores, declarations, (nodes, edges) => {
      expect(build([...nodes].reverse(), [...edges].reverse()).record()).toEqual(build(nodes, edges).record());
    }));
  });

  test('does not depend on what was asked before', () => {
    fc.assert(fc.property(stores, declarations, fc.array(id), (nodes, edges, asked) => {
      const flow = build(nodes, edges);
      for (const name of asked) flow.classificationOf(name);
      expect(flow.record()).toEqual(build(nodes, edges).record());
      const open = (one: DataFlow) => one.nodes.map((node) => one.unclassifiedIn(node.id)?.id);
      expect(open(flow)).toEqual(open(build([...nodes].reverse(), [...edges].reverse())));
    }));
  });

  test('never loses sensitivity along a step', () => {
    fc.assert(fc.property(stores, declarations, (nodes, edges) => {
      const flow = build(nodes, edges);
      for (const { from, to } of flow.edges) {
        const given = flow.classificationOf(from);
        if (flow.node(to)?.kind !== 'step' || given === undefined) continue;
        expect(flow.classificationOf(to)?.isAtLeast(given)).toBe(true);
      }
    }));
  });
});

describe('purposes', () => {
  const bills = { id: 'bills', kind: 'store', name: 'bills', purpose: Purpose.of('billing') } as const;
  const node = (name: string, rest: object = {}) => ({ id: name, kind: 'step', name, ...rest } as const);
  const flow = () => {
    const made = newFlow();
    made.add(bills);
    return made;
  };

  test('travel through steps and stores that state none, cycles included', () => {
    const made = flow();
    for (const name of ['a', 'b', 'c']) made.add(node(name));
    for (const [from, to] of [['bills', 'a'], ['a', 'b'], ['b', 'a'], ['b', 'c']] as const) made.connect(from, to);
    expect(made.purposesOf('c').map(({ name }) => name)).toEqual(['billing']);
    made.add({ id: 'study', kind: 'store', name: 'study', purpose: Purpose.of('research') });
    made.connect('study', 'b');
    expect(made.purposesOf('c').map(({ name }) => name)).toEqual(['billing', 'research']);
  });

  test('end where data was made anonymous, not where it was pseudonymised', () => {
    for (const [to, expected] of [[Classification.INTERNAL, []], [Classification.PSEUDONYMISED, ['billing']]] as const) {
      const made = flow();
      made.add(node('clean', { deIdentifiesTo: to }));
      made.connect('bills', 'clean');
      expect(made.purposesOf('clean').map(({ name }) => name)).toEqual(expected);
    }
  });

  test('what a step de-identifies to is in the record', () => {
    const made = flow();
    made.add(node('clean', { deIdentifiesTo: Classification.PSEUDONYMISED }));
    expect(made.record().nodes.map(({ deIdentifiesTo }) => deIdentifiesTo)).toEqual([undefined, 'pseudonymised']);
  });
});
