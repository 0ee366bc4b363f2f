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
  /** For how many days a store keeps what it holds, when it says so. */
  readonly retentionDays?: number;
  /** For how many days it keeps what was overwritten or deleted, after that. */
  readonly versionDays?: number;
  /** How the data of one person is taken out of a store, and by what; undefined where nothing is known that does. */
  readonly erasure?: string;
  /** Where in a store erasers find people: those of `erasure`, one by one. */
  readonly erasers?: readonly ErasedPlace[];
  /** The ground on which a store keeps data of people who ask to be erased. */
  readonly keptByLaw?: string;
  /** Why there is nobody to erase from a store, where it is given data of people and keeps none. */
  readonly keepsNobody?: string;
  /** Set for a store that states how much the people in it may lose by what is trained on it. */
  readonly hasPrivacyBudget?: boolean;
  /** The classification of what a step that de-identifies gives out. */
  readonly deIdentifiesTo?: Classification;
  /** What a step that learns in private promised, from which its loss is reckoned. */
  readonly privacy?: PrivacyPromise;
  /** Set for a step that keeps the data of those who consent. */
  readonly consent?: ConsentPromise;
  /** Purposes that rest on consent, by a register of it. */
  readonly consentPurposes?: readonly Purpose[];
  /** What the plan of a step promised that de-identifies after one. */
  readonly deIdentification?: DeIdentificationPromise;
  /** Of a step whose result others trust: itself and the steps that it rests on, as they were declared before anything was overridden, in a definition as a template has it. */
  readonly definition?: () => unknown;
}

/** A part of a store that an eraser looks through. */
export interface ErasedPlace {
  /** What its keys begin with. */
  readonly prefix: string;
  /** What it can find people in: rows and objects of a known form, captures of endpoints, or whatever lies there. */
  readonly finds: 'known-form' | 'captures' | 'anything';
}

/** What a step that filters by consent promised. */
export interface ConsentPromise {
  readonly purpose: Purpose;
  /** Environment variables by name, as its job has to be given them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** What the address of its code ends with: it holds a digest. */
  readonly code: string;
  /** Name of the step that hands it the snapshot. */
  readonly snapshotStep: string;
}

/** What bounds the loss of a step that learns in private. */
export interface PrivacyPromise {
  /** Hyperparameters by name, as its job has to be given them. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many trainings a run makes at most; undefined where chance says it. */
  readonly trainings?: number;
}

/** What a plan of de-identification says of itself. */
export interface DeIdentificationPromise {
  /** SHA-256 of the plan, as its job has to be given it. */
  readonly digest: string;
  /** What becomes of each column, by the name of its technique. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that identify people and pass as they are, with what they are. */
  readonly passing: readonly { readonly column: string; readonly kind: string }[];
  /** Columns of free text that are searched without a model that knows names. */
  readonly missingNames: readonly string[];
  /** Columns that pass and are called like what identifies people, with what that is. */
  readonly namedLike: readonly { readonly column: string; readonly kind: string }[];
  /** Whether groups of more than one person are held. */
  readonly holdsGroups: boolean;
  /** Whether rows are left out because of what other rows hold: those of small groups. */
  readonly leavesGroupsOut: boolean;
  /** The forms of the files that are read and written, such as `csv`. */
  readonly reads: string;
  readonly writes: string;
}

/** Data goes from one node to another. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  /** Name of the input or output. */
  readonly label?: string;
  /** What goes along it, where that is not the data that its beginning gives out. */
  readonly carries?: FlowCargo;
}

/** The same, and where in a store. */
export interface PlacedEdge extends FlowEdge {
  /** What the keys begin with under which a store is read or written, where that is known. */
  readonly prefix?: string;
  /** Why no place of it is held against those in which people are erased: it has `measures` of many, of which no eraser takes one out, or what `another` edge carries too. */
  readonly beside?: 'measures' | 'another';
}

/**
 * What is no data for where it goes: a `key`, which says who is who, and a list of who `consent`s, which both come out of no step again; what a step sets
 * `aside`, which a node of its own gives out; rows that go `back` to a store that they came from.
 */
export type FlowCargo = 'key' | 'consent' | 'aside' | 'back';

/** A drawing of the flow as plain data, in a stable order. */
export interface FlowRecord {
  readonly nodes: (Omit<FlowNode, 'erasers' | 'versionDays' | 'keepsNobody' | 'classification' | 'purpose' | 'deIdentifiesTo' | 'privacy' | 'consent' | 'consentPurposes' | 'deIdentification' | 'definition'> & { readonly classification?: string; readonly purpose?: string; readonly deIdentifiesTo?: string })[];
  readonly edges: FlowEdge[];
}

/** What follows for a node from what flows in. */
interface Derived {
  readonly highest?: Classification;
  readonly unclassified?: FlowNode;
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
  private readonly edgesByKey = new Map<string, PlacedEdge>();
  private readonly edgesInto = new Map<string, PlacedEdge[]>();
  private readonly edgesOutOf = new Map<string, PlacedEdge[]>();
  private readonly sources = new Map<string, readonly string[]>();
  private readonly derived = new Map<string, Derived>();
  private readonly derivedPurposes = new Map<string, Purpose[]>();

  private constructor() {}

  public get nodes(): FlowNode[] {
    return [...this.byId.values()];
  }

  public get edges(): PlacedEdge[] {
    return [...this.edgesByKey.values()];
  }

  public node(id: string): FlowNode | undefined {
    return this.byId.get(id);
  }

  /** Ids of the nodes whose data flows into one, once for each edge. */
  public sourcesOf(id: string): readonly string[] {
    const known = this.sources.get(id);
    if (known) return known;
    const found = (this.edgesInto.get(id) ?? []).filter(({ carries }) => carries === undefined).map(({ from }) => from);
    this.sources.set(id, found);
    return found;
  }

  /** All that leads into a node, what is no data for it too. */
  public into(id: string): readonly PlacedEdge[] {
    return this.edgesInto.get(id) ?? [];
  }

  /** All that leads out of a node. */
  public outOf(id: string): readonly PlacedEdge[] {
    return this.edgesOutOf.get(id) ?? [];
  }

  /** Whether data of a node reaches another, or is its own. */
  public reaches(from: string, to: string): boolean {
    const seen = new Set([to]);
    for (const id of seen) {
      if (id === from) return true;
      for (const source of this.sourcesOf(id)) seen.add(source);
    }
    return false;
  }

  /** Adds a node, or replaces the one of the same id. */
  public add(node: FlowNode): void {
    this.byId.set(node.id, node);
    this.derived.clear();
    this.derivedPurposes.clear();
  }

  /** Adds an edge, or replaces the one of the same ends and label. */
  public connect(from: string, to: string, label?: string, more: Pick<PlacedEdge, 'beside' | 'carries' | 'prefix'> = {}): void {
    const key = JSON.stringify([from, to, label ?? null]);
    const { beside, carries, prefix } = more;
    const edge = { from, to, ...(label === undefined ? {} : { label }), ...(carries ? { carries } : {}), ...(prefix === undefined ? {} : { prefix }), ...(beside && { beside }) };
    const known = this.edgesByKey.get(key);
    this.edgesByKey.set(key, edge);
    for (const [index, id] of [[this.edgesInto, to], [this.edgesOutOf, from]] as const) {
      const edges = index.get(id) ?? [];
      if (known) edges[edges.indexOf(known)] = edge;
      else edges.push(edge);
      index.set(id, edges);
    }
    this.sources.delete(to);
    this.derived.clear();
    this.derivedPurposes.clear();
  }

  /**
   * What a node gives out: a store what it was said to hold, a step that de-identifies what it said, any other node the
   * most sensitive of what flows in, through any number of steps. A cycle (a store read and written) ends at the store,
   * whose word counts; undefined when nothing classified flows in. It can be more: `unclassifiedIn` names what is not known.
   */
  public classificationOf(id: string): Classification | undefined {
    return this.deriveOf(id).highest;
  }

  /** A node whose data is in what a node gives out, itself or another, and of which nothing says what it holds: into it nothing flows. Undefined where all is classified. */
  public unclassifiedIn(id: string): FlowNode | undefined {
    return this.deriveOf(id).unclassified;
  }

  private deriveOf(id: string): Derived {
    const known = this.derived.get(id);
    if (known) return known;
    let highest: Classification | undefined;
    let unclassified: FlowNode | undefined;
    // Each node is walked once: a recursion along paths would double with every diamond.
    const seen = new Set([id]);
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = this.byId.get(next);
      if (!node) continue;
      const own = node.deIdentifiesTo ?? node.classification;
      const derived = own ? undefined : this.derived.get(next);
      const given = own ?? derived?.highest;
      if (given) highest = highest ? Classification.highest(highest, given) : given;
      const sources = own || derived ? [] : this.sourcesOf(next);
      const open = own ? undefined : derived ? derived.unclassified : sources.length === 0 ? node : undefined;
      // the same whatever was asked or declared before
      if (open && (!unclassified || compare(open.id, unclassified.id) < 0)) unclassified = open;
      for (const from of sources) {
        if (seen.has(from)) continue;
        seen.add(from);
        waiting.push(from);
      }
    }
    const found = { ...(highest ? { highest } : {}), ...(unclassified ? { unclassified } : {}) };
    this.derived.set(id, found);
    return found;
  }

  /**
   * What the data that a node gives out may be used for: of a store that states a purpose that one, of any other node the
   * purposes of all that flows in, through any number of steps and stores. What was made anonymous is bound to none.
   */
  public purposesOf(id: string): Purpose[] {
    const known = this.derivedPurposes.get(id);
    if (known) return [...known];
    const found = new Map<string, Purpose>();
    const seen = new Set([id]);
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = this.byId.get(next);
      if (!node || (node.deIdentifiesTo && !node.deIdentifiesTo.isPersonal)) continue;
      // a step's own purpose is what it claims, not what its data was collected for
      if (node.purpose && (node.kind === 'store' || node.kind === 'external')) {
        found.set(node.purpose.name, node.purpose);
        continue;
      }
      for (const from of this.sourcesOf(next)) {
        if (seen.has(from)) continue;
        seen.add(from);
        waiting.push(from);
      }
    }
    const purposes = [...found.values()].sort((a, b) => compare(a.name, b.name));
    this.derivedPurposes.set(id, purposes);
    return [...purposes];
  }

  /** The flow as plain data, the same whatever the order it was declared in. */
  public record(): FlowRecord {
    const nodes = this.nodes
      .map(({
        deIdentifiesTo, privacy: _, consent: __, consentPurposes: ___, deIdentification: ____, erasers: _____, versionDays: ______, keepsNobody: _______, definition: ________,
        ...node
      }) => ({
        ...node,
        ...(deIdentifiesTo ? { deIdentifiesTo: deIdentifiesTo.name } : {}),
        classification: this.classificationOf(node.id)?.name,
        purpose: node.purpose?.name,
      }))
      .sort((a, b) => compare(a.id, b.id));
    // what is set aside is drawn from the node that gives it out
    const edges = [...this.edgesByKey].filter(([, { carries }]) => carries !== 'aside').sort(([a], [b]) => compare(a, b)).map(([, { prefix: _, beside: __, ...edge }]) => edge);
    return { nodes, edges };
  }
}

// By code unit, because a locale's order differs from machine to machine.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
