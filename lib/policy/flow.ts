import { Classification } from './classification';
import { Purpose } from './purpose';

/** What a node of the data flow is. */
export type FlowKind = 'store' | 'step' | 'model' | 'endpoint' | 'monitor' | 'external';

/** A place or a process that data passes. */
export interface FlowNode {
  /** The construct's path: unique in the tree. */
  readonly id: string;
  readonly kind: FlowKind;
  /** What people call it. */
  readonly name: string;
  /** A finer word, such as `raw`, `Training`, `real-time`. */
  readonly detail?: string;
  /** What a store is said to hold; steps get theirs from what flows in. */
  readonly classification?: Classification;
  readonly purpose?: Purpose;
  readonly region?: string;
  /** The classification of what a step that de-identifies gives out. */
  readonly deIdentifiesTo?: Classification;
}

/** Data goes from one node to another. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  /** Name of the input or output. */
  readonly label?: string;
}

/** A drawing of the flow as plain data, in a stable order. */
export interface FlowRecord {
  readonly nodes: (Omit<FlowNode, 'classification' | 'purpose' | 'deIdentifiesTo'> & { readonly classification?: string; readonly purpose?: string })[];
  readonly edges: FlowEdge[];
}

const FLOWS = new WeakMap<object, DataFlow>();

/** Whatever has a construct tree; structural, so that the ground imports no `constructs`. */
export interface InTree {
  readonly node: { readonly root: object; readonly path: string };
}

/**
 * Stores, steps, models and endpoints as nodes, declared inputs and outputs as edges. Constructs declare into it,
 * rules judge it, evidence draws it. One per construct tree.
 */
export class DataFlow {
  public static of(scope: InTree): DataFlow {
    const root = scope.node.root;
    const flow = FLOWS.get(root) ?? new DataFlow();
    FLOWS.set(root, flow);
    return flow;
  }

  private readonly byId = new Map<string, FlowNode>();
  private readonly edgesByKey = new Map<string, FlowEdge>();
  private readonly incoming = new Map<string, FlowEdge[]>();

  private constructor() {}

  public get nodes(): FlowNode[] {
    return [...this.byId.values()];
  }

  public get edges(): FlowEdge[] {
    return [...this.edgesByKey.values()];
  }

  public node(id: string): FlowNode | undefined {
    return this.byId.get(id);
  }

  /** Adds a node, or replaces the one of the same id. */
  public add(node: FlowNode): void {
    this.byId.set(node.id, node);
  }

  /** Adds an edge once. */
  public connect(from: string, to: string, label?: string): void {
    const key = JSON.stringify([from, to, label]);
    if (this.edgesByKey.has(key)) return;
    const edge = { from, to, ...(label === undefined ? {} : { label }) };
    this.edgesByKey.set(key, edge);
    this.incoming.set(to, [...(this.incoming.get(to) ?? []), edge]);
  }

  /**
   * What a node gives out: a store what it was said to hold, a step that de-identifies what it said, any other node the
   * most sensitive of what flows in. Cycles (a store read and written) end at the store, whose word counts.
   */
  public classificationOf(id: string, seen: Set<string> = new Set()): Classification | undefined {
    const node = this.byId.get(id);
    if (!node || seen.has(id)) return undefined;
    if (node.deIdentifiesTo) return node.deIdentifiesTo;
    if (node.classification) return node.classification;
    const walked = new Set([...seen, id]);
    const incoming = (this.incoming.get(id) ?? [])
      .map((edge) => this.classificationOf(edge.from, walked))
      .filter((found): found is Classification => found !== undefined);
    return incoming.length > 0 ? Classification.highest(...incoming) : undefined;
  }

  /** The flow as plain data, sorted by id. */
  public record(): FlowRecord {
    const nodes = this.nodes.map(({ deIdentifiesTo: _, ...node }) => ({
      ...node,
      classification: this.classificationOf(node.id)?.name,
      purpose: node.purpose?.name,
    })).sort((a, b) => (a.id < b.id ? -1 : 1));
    const edges = this.edges.sort((a, b) => `${a.from}\u0000${a.to}\u0000${a.label}` < `${b.from}\u0000${b.to}\u0000${b.label}` ? -1 : 1);
    return { nodes, edges };
  }
}
