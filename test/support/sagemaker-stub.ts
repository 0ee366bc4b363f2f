import { ApiError } from './asl-jsonpath';

interface Endpoint { config: string; wanted: string; status: string; looks: number }
interface Component { model: string; wanted: string; status: string; looks: number }

/** A SageMaker that remembers what it was told, as far as a rollout asks it. */
export class SageMakerStub {
  public readonly calls: [service: string, action: string, parameters: Record<string, unknown>][] = [];
  public readonly packages = new Map<string, Record<string, unknown>>();
  public readonly models = new Set<string>();
  public readonly configs = new Set<string>();
  public readonly jobs = new Set<string>();
  public readonly schedules = new Map<string, unknown>();
  public readonly records: Record<string, unknown>[] = [];
  public endpoint?: Endpoint;
  public component?: Component;
  /** The start of the latest execution under way. */
  public latest?: string;
  /** Whether alarms call the next deployment back. */
  public rollsBack = false;

  /** Answers one call. */
  public readonly call = (action: string, parameters: Record<string, unknown>): unknown => {
    const [service, operation] = action.split(':');
    this.calls.push([service, operation, parameters]);
    const handler = this.handlers[operation];
    if (!handler) throw new Error(`the stub knows no ${action}`);
    return handler(parameters as Record<string, string>);
  };

  /** Actions that were called, in order. */
  public get actions(): string[] {
    return this.calls.map(([, action]) => action);
  }

  private readonly handlers: Record<string, (parameters: Record<string, string>) => unknown> = {
    describeModelPackage: ({ ModelPackageName }) => this.packages.get(ModelPackageName) ?? absent('package'),
    describeModel: ({ ModelName }) => found(this.models, ModelName),
    createModel: ({ ModelName }) => created(this.models, ModelName),
    describeEndpointConfig: ({ EndpointConfigName }) => found(this.configs, EndpointConfigName),
    createEndpointConfig: ({ EndpointConfigName }) => created(this.configs, EndpointConfigName),
    listExecutions: () => ({ Executions: this.latest ? [{ StartDate: this.latest }] : [] }),
    describeEndpoint: () => {
      if (!this.endpoint) return absent('endpoint');
      settle(this.endpoint, this.rollsBack, (endpoint) => { endpoint.config = endpoint.wanted; });
      if (this.endpoint.status === 'Deleted') { this.endpoint = undefined; return absent('endpoint'); }
      return { EndpointStatus: this.endpoint.status, EndpointConfigName: this.endpoint.config };
    },
    createEndpoint: ({ EndpointConfigName }) => {
      if (this.endpoint) throw new ApiError('Cannot create already existing endpoint');
      this.endpoint = { config: EndpointConfigName, wanted: EndpointConfigName, status: 'Creating', looks: 0 };
    },
    updateEndpoint: ({ EndpointConfigName }) => {
      if (this.endpoint?.status !== 'InService') throw new ApiError('Cannot update in-progress endpoint');
      this.endpoint = { ...this.endpoint, wanted: EndpointConfigName, status: 'Updating', looks: 0 };
    },
    deleteEndpoint: () => { this.endpoint = { ...this.endpoint!, status: 'Deleting', looks: 0 }; },
    describeInferenceComponent: () => {
      if (!this.component) return absent('inference component');
      settle(this.component, this.rollsBack, (component) => { component.model = component.wanted; });
      return { InferenceComponentStatus: this.component.status, Specification: { ModelName: this.component.model } };
    },
    createInferenceComponent: ({ Specification }) => {
      const model = (Specification as unknown as { ModelName: string }).ModelName;
      this.component = { model, wanted: model, status: 'Creating', looks: 0 };
    },
    updateInferenceComponent: ({ Specification }) => {
      this.component = { ...this.component!, wanted: (Specification as unknown as { ModelName: string }).ModelName, status: 'Updating', looks: 0 };
    },
    registerScalableTarget: () => ({}),
    putScalingPolicy: ({ PolicyName }) => ({ PolicyARN: `arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:${PolicyName}` }),
    putScheduledAction: () => ({}),
    putMetricAlarm: () => ({}),
    ...Object.fromEntries(['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability'].flatMap((type) => [
      [`describe${type}JobDefinition`, ({ JobDefinitionName }: Record<string, string>) => found(this.jobs, JobDefinitionName)],
      [`create${type}JobDefinition`, ({ JobDefinitionName }: Record<string, string>) => created(this.jobs, JobDefinitionName)],
    ])),
    describeMonitoringSchedule: ({ MonitoringScheduleName }) => (this.schedules.has(MonitoringScheduleName) ? {} : absent('schedule')),
    createMonitoringSchedule: ({ MonitoringScheduleName, MonitoringScheduleConfig }) => {
      if (!this.endpoint) throw new ApiError('Could not find endpoint');
      this.schedules.set(MonitoringScheduleName, MonitoringScheduleConfig);
    },
    updateMonitoringSchedule: ({ MonitoringScheduleName, MonitoringScheduleConfig }) => {
      this.schedules.set(MonitoringScheduleName, MonitoringScheduleConfig);
    },
    putObject: ({ Body }) => { this.records.push(Body as unknown as Record<string, unknown>); },
  };
}

/** Takes two looks to come through, or to be called back. */
function settle<T extends { status: string; looks: number }>(thing: T, rollsBack: boolean, arrive: (thing: T) => void): void {
  if (!['Creating', 'Updating', 'Deleting'].includes(thing.status) || ++thing.looks < 2) return;
  if (thing.status === 'Deleting') { thing.status = 'Deleted'; return; }
  if (rollsBack && thing.status === 'Creating') { thing.status = 'Failed'; return; }
  if (!rollsBack) arrive(thing);
  thing.status = 'InService';
}

function found(names: Set<string>, name: string): unknown {
  return names.has(name) ? {} : absent(name);
}

function created(names: Set<string>, name: string): unknown {
  if (names.has(name)) throw new ApiError(`Cannot create already existing ${name}`);
  names.add(name);
  return {};
}

function absent(what: string): never {
  throw new ApiError(`Could not find ${what}`);
}
