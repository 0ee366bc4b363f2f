import { Construct } from 'constructs';
import type { Json } from '../../azapi';
import { DataFlow } from '../../../policy/flow';
import { shown } from '../../../policy/given';
import { DataInput } from '../../storage/data-input';
import type { IIdentity } from '../../workspace/identity';
import type { MLPipeline, ParameterOptions, TriggerProps } from '../pipeline';
import { expression, isExpression } from './expression';
import { checkedId } from './step-props';

/** Data that whoever runs a pipeline gives. */
interface OpenInput {
  readonly path: string;
  readonly type: string;
  readonly given: DataInput[];
  readonly readers: IIdentity[];
}

const TYPES = ['string', 'number', 'integer', 'boolean'];

/** What is handed in to a pipeline when it runs: places in stores that steps read, data that it declares, values that a run can set. */
export class PipelineInputs {
  private readonly stores = new Map<string, { readonly name: string; readonly input: DataInput }>();
  private readonly opened = new Map<string, OpenInput>();
  private readonly parameters = new Map<string, { readonly type: string; readonly value: string }>();

  constructor(private readonly pipeline: MLPipeline) {}

  /** All names. */
  public get names(): Set<string> {
    return new Set([...this.opened.keys(), ...this.parameters.keys(), ...[...this.stores.values()].map(({ name }) => name)]);
  }

  /** Names of the data that is declared. */
  public get openNames(): string[] {
    return [...this.opened.keys()];
  }

  /** Places in stores. */
  public get stored(): DataInput[] {
    return [...this.stores.values()].map(({ input }) => input);
  }

  public addParameter(name: string, defaultValue: string | number | boolean, options: ParameterOptions): string {
    this.checkName(name);
    const kind = typeof defaultValue;
    const type = options.type ?? (kind === 'string' || kind === 'boolean' ? kind : Number.isInteger(defaultValue) ? 'integer' : 'number');
    if (!TYPES.includes(type)) throw new Error(`${this.pipeline.node.path}: parameter '${name}' is of type ${shown(type)}: use ${TYPES.join(', ')}`);
    this.parameters.set(name, { type, value: String(defaultValue) });
    return expression(`parent.inputs.${name}`);
  }

  public open(name: string, type: string): DataInput {
    this.checkName(name);
    const { path } = new Construct(this.pipeline, checkedId(this.pipeline, `Input-${name}`, 'input')).node;
    const opened: OpenInput = { path, type, given: [], readers: [] };
    this.opened.set(name, opened);
    DataFlow.of(this.pipeline).add({ id: path, kind: 'step', name, detail: 'Input', purpose: this.pipeline._purpose, region: this.pipeline.workspace.location });
    return DataInput.of({
      uri: expression(`parent.inputs.${name}`), name, type, sourceId: path,
      grantRead: (identity) => {
        opened.readers.push(identity);
        for (const input of opened.given) input.grantRead(identity);
      },
    });
  }

  /** Name of the input by which a place in a store is handed in. */
  public nameFor(input: DataInput): string {
    const key = `${input.type} ${input.uri}`;
    const known = this.stores.get(key);
    if (known) return known.name;
    const taken = this.names;
    let name = input.name;
    for (let number = 2; taken.has(name); number++) name = `${input.name}_${number}`;
    this.stores.set(key, { name, input });
    return name;
  }

  /** Id of the node of the data flow that stands for declared data. */
  public pathOf(name: string): string {
    return this.opened.get(name)!.path;
  }

  public isOpen(path: string): boolean {
    return [...this.opened.values()].some((opened) => opened.path === path);
  }

  /** Lets all who read declared data read what is put there. */
  public grant(name: string, data: DataInput): void {
    const { given, readers } = this.opened.get(name)!;
    given.push(data);
    for (const reader of readers) data.grantRead(reader);
  }

  /** Passes for what a run is given, and lets steps read it. */
  public accept(path: string, { parameters = {}, inputs = [] }: TriggerProps): void {
    const stray = Object.keys(parameters).find((name) => !this.parameters.has(name));
    if (stray !== undefined) throw new Error(`${path}: sets parameter '${stray}', which the pipeline does not declare: it has ${[...this.parameters.keys()].join(', ') || 'none'}`);
    const unknown = inputs.find(({ name }) => !this.opened.has(name));
    if (unknown) throw new Error(`${path}: gives input '${unknown.name}', which the pipeline does not declare: it has ${this.openNames.join(', ') || 'none'}`);
    const missing = this.openNames.find((name) => !inputs.some((input) => input.name === name));
    if (missing !== undefined) throw new Error(`${path}: does not give input '${missing}': add the data as('${missing}')`);
    for (const input of inputs) {
      if (isExpression(input.uri)) throw new Error(`${path}: gives '${input.name}' from a step, and runs start with what lies in stores: give input() of a store`);
      DataFlow.of(this.pipeline).connect(input.sourceId, this.pathOf(input.name), input.name);
      this.grant(input.name, input);
    }
  }

  /** As the component declares them. */
  public declared(): Json {
    return Object.fromEntries([
      ...[...this.stores.values()].map(({ name, input }): [string, Json] => [name, { type: input.type }]),
      ...[...this.opened].map(([name, { type }]): [string, Json] => [name, { type }]),
      ...[...this.parameters].map(([name, { type, value }]): [string, Json] => [name, { type, default: value }]),
    ]);
  }

  /** As a run gives them. */
  public given({ parameters = {}, inputs = [] }: TriggerProps): Json {
    const data = [...[...this.stores.values()].map(({ name, input }) => [name, input] as const), ...inputs.map((input) => [input.name, input] as const)];
    return Object.fromEntries([
      ...data.map(([name, input]): [string, Json] => [name, { jobInputType: input.type, uri: input.uri, mode: 'ReadOnlyMount' }]),
      ...Object.entries(parameters).map(([name, value]): [string, Json] => [name, { jobInputType: 'literal', value }]),
    ]);
  }

  private checkName(name: string): void {
    const { path } = this.pipeline.node;
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) throw new Error(`${path}: input name ${shown(name)} is not usable: give 1 to 63 letters, digits or '_', not beginning with a digit`);
    if (this.names.has(name)) throw new Error(`${path}: input '${name}' is declared twice: give each a name of its own`);
  }
}
