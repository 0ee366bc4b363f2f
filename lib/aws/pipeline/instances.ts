import { Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { isRecord, shown } from '../../policy/given';
import { nearest } from './data/nearest';
import { INSTANCE_TYPES } from './data/instance-types';
import type { InstanceTypeData } from './data/instance-types';

const KNOWN = new Map(INSTANCE_TYPES.map((row) => [row.name, row]));

/** What instances are used for: SageMaker offers other types to each. */
export enum InstanceUse {
  /** Processing jobs, and the checks and monitors that are ones. */
  PROCESSING = 'processing',
  /** Training jobs, and the tuning and notebook jobs that are ones. */
  TRAINING = 'training',
  /** Batch transform jobs. */
  TRANSFORM = 'batch transform',
  /** Endpoints. */
  HOSTING = 'hosting',
  /** Notebook instances. */
  NOTEBOOK = 'notebooks',
}

const LETTERS: Record<InstanceUse, string> = {
  [InstanceUse.PROCESSING]: 'P',
  [InstanceUse.TRAINING]: 'T',
  [InstanceUse.TRANSFORM]: 'X',
  [InstanceUse.HOSTING]: 'H',
  [InstanceUse.NOTEBOOK]: 'N',
};

/** How many instances, with how much storage. */
export interface InstancesProps {
  /**
   * How many.
   *
   * @default 1
   */
  readonly count?: number;
  /**
   * Size of the volume of each. Instances with local NVMe disks have those instead: no more than they hold can be asked for.
   *
   * @default Size.gibibytes(30)
   */
  readonly volumeSize?: Size;
}

/** The machines that a job or an endpoint runs on. */
export class Instances {
  /**
   * Instances of one type.
   *
   * @param type such as `ml.m5.2xlarge`; a pipeline parameter is taken as it is
   * @throws an error for a type that SageMaker does not have, a count below 1, or a volume larger than the local disks
   */
  public static of(type: string, props: InstancesProps = {}): Instances {
    if (typeof type !== 'string') throw new Error(`the instance type is ${shown(type)}: give one such as 'ml.m5.xlarge'`);
    if (!isRecord(props)) throw new Error(`what follows '${type}' is ${shown(props)}: give an object, such as { count: 2 }`);
    return new Instances(type, props);
  }

  /** All instance types that SageMaker has for a use, by name. */
  public static typesFor(use: InstanceUse): string[] {
    return INSTANCE_TYPES.filter((row) => row.uses.includes(LETTERS[use])).map((row) => row.name);
  }

  /** The instance type; may be a token. */
  public readonly type: string;
  /** How many; may be a token. */
  public readonly count: number;
  /** Size of the volume of each. */
  public readonly volumeSize: Size;
  /**
   * Whether the storage is a local NVMe disk, encrypted by the hardware: SageMaker then refuses a key for the volume.
   *
   * @default - unknown: the type is a token
   * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
   */
  public readonly hasLocalStorage?: boolean;
  /**
   * Whether the instances have NVIDIA GPUs.
   *
   * @default - unknown: the type is a token
   */
  public readonly hasGpu?: boolean;
  /**
   * Whether the processor is an ARM (Graviton), which takes images built for it.
   *
   * @default - unknown: the type is a token
   */
  public readonly isArm?: boolean;
  /**
   * Whether the network has an Elastic Fabric Adapter.
   *
   * @default - unknown: the type is a token
   */
  public readonly hasEfa?: boolean;
  private readonly data?: InstanceTypeData;

  private constructor(type: string, props: InstancesProps) {
    this.type = type;
    this.count = props.count ?? 1;
    this.volumeSize = props.volumeSize ?? Size.gibibytes(30);
    this.data = Token.isUnresolved(type) ? undefined : known(type);
    checkCount(this.count, type);
    checkVolume(this.volumeSize, type, this.data);
    if (this.data) {
      this.hasLocalStorage = this.data.localStorageGb !== undefined;
      this.hasGpu = this.data.accelerator === 'gpu';
      this.isArm = this.data.arm64 ?? false;
      this.hasEfa = this.data.efa ?? false;
    }
  }

  /** Whether SageMaker has this type for a use; true for a token. */
  public isFor(use: InstanceUse): boolean {
    return this.data?.uses.includes(LETTERS[use]) ?? true;
  }

  /**
   * Passes for what the use allows.
   *
   * @param what who asks, for the message, such as `step 'Train'`
   * @throws an error that names types of the use close to this one
   */
  public check(use: InstanceUse, what: string): void {
    if (!this.isFor(use)) {
      throw new Error(`${what} cannot run on '${this.type}': SageMaker does not have it for ${use}; take one such as ${nearest(this.type, Instances.typesFor(use)).join(', ')}`);
    }
    // Source: ProcessingInstanceCount of SageMaker's service model; the other uses state no limit.
    if (use === InstanceUse.PROCESSING && !Token.isUnresolved(this.count) && this.count > 100) {
      throw new Error(`${what} asks for ${this.count} instances: a processing job takes 1 to 100; lower 'count', or split the data over steps`);
    }
  }
}

function known(type: string): InstanceTypeData {
  const row = KNOWN.get(type);
  if (!row) {
    const wanted = type.startsWith('ml.') ? type : `ml.${type}`;
    throw new Error(`unknown instance type '${type}': did you mean ${nearest(wanted, [...KNOWN.keys()]).join(', ')}? Types are written as in SageMaker's API, with 'ml.' in front`);
  }
  return row;
}

function checkCount(count: number, type: string): void {
  if (!Token.isUnresolved(count) && (!Number.isInteger(count) || count < 1)) {
    throw new Error(`count ${shown(count)} of instances '${type}' is not possible: use a whole number from 1`);
  }
}

function checkVolume(size: Size, type: string, data?: InstanceTypeData): void {
  if (size.isUnresolved()) return;
  const gibibytes = size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  if (!Number.isInteger(gibibytes) || gibibytes < 1 || gibibytes > 16384) {
    throw new Error(`volume of ${gibibytes} GiB for '${type}' is not possible: use 1 to 16384 whole GiB`);
  }
  if (data?.localStorageGb !== undefined && gibibytes > data.localStorageGb) {
    throw new Error(`volume of ${gibibytes} GiB is more than the local disks of '${type}' hold (${data.localStorageGb} GB): lower 'volumeSize', or take a larger size of the family`);
  }
}
