/** Stands for an intrinsic in a text that CloudFormation will join. */
export const UNKNOWN = '\uE000';

export interface PipelineStep {
  readonly name: string;
  readonly type: string;
  /** No route out of the container at all. */
  readonly isolated: boolean;
  /** In subnets of ours. */
  readonly inVpc: boolean;
}

/** A text of a template with `UNKNOWN` for each part that only the deploy knows. */
export function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map((part) => (typeof part === 'string' ? part : UNKNOWN)).join(join[0]) : UNKNOWN;
}

/** The steps of a pipeline definition, those of branches too. */
export function stepsOf(definition: string): PipelineStep[] {
  return steps((JSON.parse(definition) as { Steps: RawStep[] }).Steps);
}

interface Job {
  EnableNetworkIsolation?: boolean;
  VpcConfig?: object;
  NetworkConfig?: Job;
  TrainingJobDefinition?: Job;
  TrainingJobDefinitions?: Job[];
}

interface RawStep {
  Name: string;
  Type: string;
  Arguments?: Job & { IfSteps?: RawStep[]; ElseSteps?: RawStep[] };
}

function steps(raw: RawStep[]): PipelineStep[] {
  return raw.flatMap(({ Name, Type, Arguments = {} }) => {
    const nested = Arguments.TrainingJobDefinition ? [Arguments.TrainingJobDefinition] : Arguments.TrainingJobDefinitions;
    const jobs = nested ?? [Arguments.NetworkConfig ?? Arguments];
    return [
      { name: Name, type: Type, isolated: jobs.every((job) => job.EnableNetworkIsolation === true), inVpc: jobs.every((job) => job.VpcConfig !== undefined) },
      ...steps(Arguments.IfSteps ?? []),
      ...steps(Arguments.ElseSteps ?? []),
    ];
  });
}

/** Where a deployed text is not what the template said: places that keep a part unresolved, or differ. Empty when all is well. */
export function differences(written: unknown, deployed: unknown, path = ''): string[] {
  if (typeof written === 'string' && typeof deployed === 'string') {
    const pattern = written.split(UNKNOWN).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)');
    const found = new RegExp(`^${pattern}$`, 's').exec(deployed);
    const empty = found?.slice(1).some((part) => /^(None|null|undefined)$|\bNone\b|Fn::|\$\{Token/.test(part));
    return found && !empty ? [] : [`${path}: '${deployed}' is not '${written.replaceAll(UNKNOWN, '…')}'`];
  }
  if (typeof written === 'object' && written !== null && typeof deployed === 'object' && deployed !== null) {
    const [before, after] = [written, deployed] as Record<string, unknown>[];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => (
      key in before && key in after ? differences(before[key], after[key], `${path}/${key}`) : [`${path}/${key}: only ${key in before ? 'written' : 'deployed'}`]
    ));
  }
  return written === deployed || written === UNKNOWN ? [] : [`${path}: ${JSON.stringify(deployed)} is not ${JSON.stringify(written)}`];
}
