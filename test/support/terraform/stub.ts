import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { encodeBlock, type BlockSchema, type ProviderSchema } from './schema';

const field = (type: string, id: number, rule?: 'repeated') => (rule ? { type, id, rule } : { type, id });
const schemas = (id: number) => ({ keyType: 'string', type: 'Schema', id });
const diagnostics = (id: number) => ({ fields: { diagnostics: field('Diagnostic', id, 'repeated') } });

/** What `validate` asks of a provider, of protocol 5: https://github.com/hashicorp/terraform/blob/v1.11.4/docs/plugin-protocol/tfplugin5.proto */
const PROTOCOL = {
  nested: {
    tfplugin5: {
      nested: {
        DynamicValue: { fields: { msgpack: field('bytes', 1), json: field('bytes', 2) } },
        Diagnostic: { fields: { severity: field('int32', 1), summary: field('string', 2), detail: field('string', 3) } },
        Attribute: {
          fields: { name: field('string', 1), type: field('bytes', 2), required: field('bool', 4), optional: field('bool', 5), computed: field('bool', 6) },
        },
        Nesting: { values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3 } },
        NestedBlock: {
          fields: { typeName: field('string', 1), block: field('Block', 2), nesting: field('Nesting', 3), minItems: field('int64', 4), maxItems: field('int64', 5) },
        },
        Block: { fields: { version: field('int64', 1), attributes: field('Attribute', 2, 'repeated'), blockTypes: field('NestedBlock', 3, 'repeated') } },
        Schema: { fields: { version: field('int64', 1), block: field('Block', 2) } },
        Empty: { fields: {} },
        Schemas: { fields: { provider: field('Schema', 1), resourceSchemas: schemas(2), dataSourceSchemas: schemas(3) } },
        Config: { fields: { config: field('DynamicValue', 1) } },
        Prepared: { fields: { preparedConfig: field('DynamicValue', 1) } },
        TypedConfig: { fields: { typeName: field('string', 1), config: field('DynamicValue', 2) } },
        Validated: diagnostics(1),
        Provider: {
          methods: {
            GetSchema: { requestType: 'Empty', responseType: 'Schemas' },
            PrepareProviderConfig: { requestType: 'Config', responseType: 'Prepared' },
            ValidateResourceTypeConfig: { requestType: 'TypedConfig', responseType: 'Validated' },
            ValidateDataSourceConfig: { requestType: 'TypedConfig', responseType: 'Validated' },
          },
        },
      },
    },
  },
};

/** The types of resources and data sources that a configuration has: no others are sent, since all of azurerm take a second to read. */
export interface TypesInUse {
  readonly resources: string[];
  readonly dataSources: string[];
}

/** A provider that knows its schema and nothing else; Terraform connects to it instead of starting one. */
export class StubProvider {
  /** Starts one that answers on a port of its own. */
  public static async start(schema: ProviderSchema, used: TypesInUse): Promise<StubProvider> {
    const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
    const definition = fromJSON(PROTOCOL as Parameters<typeof fromJSON>[0], { keepCase: true, defaults: true, enums: String, longs: Number })['tfplugin5.Provider'] as unknown as ServiceDefinition;
    const answer = (of: (request: { config?: unknown }) => object) => (call: ServerUnaryCall<{ config?: unknown }, object>, done: sendUnaryData<object>) => done(null, of(call.request));
    const known = (types: string[], find: (type: string) => BlockSchema | undefined) => Object.fromEntries(types
      .map((type) => [type, find(type)] as const).filter(([, block]) => block).map(([type, block]) => [type, { block: encodeBlock(block) }]));
    server.addService(definition, {
      GetSchema: answer(() => ({
        provider: { block: encodeBlock(schema.provider) },
        resourceSchemas: known(used.resources, schema.resource),
        dataSourceSchemas: known(used.dataSources, schema.dataSource),
      })),
      PrepareProviderConfig: answer(({ config }) => ({ preparedConfig: config })),
      ValidateResourceTypeConfig: answer(() => ({})),
      ValidateDataSourceConfig: answer(() => ({})),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    return new StubProvider(server, port);
  }

  private constructor(private readonly server: Server, private readonly port: number) {}

  /** How Terraform is told to connect to it, as an entry of TF_REATTACH_PROVIDERS. */
  public get reattach(): object {
    return { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: { Network: 'tcp', String: `127.0.0.1:${this.port}` } };
  }

  public stop(): void {
    this.server.forceShutdown();
  }
}
