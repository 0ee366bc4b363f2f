import { Duration, Token } from 'aws-cdk-lib';
import type { Carrier } from '../pipeline/controls';
import { wholeSeconds } from '../private/whole';
import { ComputeKind } from './compute';
import type { EndpointCompute } from './compute';
import { mebibytes } from './mebibytes';
import type { DeploymentPlan, Hosting } from './requests';
import { Scaling } from './scaling';
import { reachesZero } from './scaling-requests';
import type { ScalingPlan } from './scaling-requests';
import type { TrafficShift } from './traffic-shift';

/** What compute and scaling come to together. */
export interface HostingPlan {
  readonly hosting: Hosting;
  readonly scaling?: ScalingPlan;
  readonly carrier: Carrier;
  /** The fewest instances there are at any time; undefined for a token or none. */
  readonly fewest?: number;
}

const CARRIER: Record<ComputeKind, Carrier> = {
  [ComputeKind.REAL_TIME]: 'realtime-endpoint',
  [ComputeKind.INFERENCE_COMPONENTS]: 'realtime-endpoint',
  [ComputeKind.ASYNCHRONOUS]: 'async-endpoint',
  [ComputeKind.SERVERLESS]: 'serverless-endpoint',
};

/**
 * Joins compute and scaling.
 *
 * @throws an error where they do not fit each other
 */
export function hostingPlan(compute: EndpointCompute, given: Scaling | undefined, what: string): HostingPlan {
  const carrier = CARRIER[compute.kind];
  if (compute._serverless) {
    if (given) throw new Error(`${what} is serverless and scales by itself: leave out scaling, and set maxConcurrency`);
    const { memory, maxConcurrency, provisionedConcurrency } = compute._serverless;
    return { carrier, hosting: { kind: 'serverless', memoryMiB: mebibytes(memory) ?? memory.toMebibytes(), maxConcurrency, provisioned: provisionedConcurrency } };
  }
  const asynchronous = compute.kind === ComputeKind.ASYNCHRONOUS;
  const scaling = (given ?? (asynchronous ? Scaling.byBacklog({ min: 2, max: 4 }) : Scaling.byConcurrency({ min: 2, max: 4 })))._plan;
  if (scaling.measure === 'backlog' && !asynchronous) {
    throw new Error(`${what} has no queue to scale by: use Scaling.byConcurrency or Scaling.byInvocations, or EndpointCompute.asynchronous`);
  }
  if (scaling.measure === 'concurrency' && asynchronous) {
    throw new Error(`${what} works off a queue, where concurrency says nothing: use Scaling.byBacklog`);
  }
  checkLeast(compute, scaling, what);
  const { instances } = compute;
  if (!instances) throw new Error(`${what} has no instances: give an EndpointCompute with some`);
  const lowest = [scaling.min, ...scaling.schedules.map((schedule) => schedule.min)];
  const fewest = lowest.some((bound) => Token.isUnresolved(bound)) ? undefined : Math.min(...lowest);
  const volumeGiB = instances.hasLocalStorage ? undefined : instances.volumeSize.toGibibytes();
  checkVolume(volumeGiB, what);
  if (compute._components) {
    const { memoryPerCopy, cpuCoresPerCopy, acceleratorsPerCopy, maxInstances } = compute._components;
    const highest = [1, scaling.max, ...scaling.schedules.map((schedule) => schedule.max)];
    if (maxInstances === undefined && highest.some((bound) => Token.isUnresolved(bound))) {
      throw new Error(`${what} scales to a number that only the deployment knows, and how many instances it may have follows from it: give maxInstances in EndpointCompute.inferenceComponents`);
    }
    return {
      carrier, scaling, fewest,
      hosting: {
        kind: 'components', instanceType: instances.type, volumeGiB,
        minInstances: fewest === undefined ? 1 : Math.min(2, fewest), maxInstances: maxInstances ?? Math.max(...highest),
        copies: {
          min: scaling.min, max: scaling.max, memoryMiB: mebibytes(memoryPerCopy) ?? memoryPerCopy.toMebibytes(),
          cpuCores: cpuCoresPerCopy ?? (acceleratorsPerCopy === undefined ? 1 : undefined), accelerators: acceleratorsPerCopy,
        },
      },
    };
  }
  if (!Token.isUnresolved(scaling.max) && !Token.isUnresolved(instances.count) && instances.count > scaling.max) {
    throw new Error(`${what} starts on ${instances.count} instances and scales to at most ${scaling.max}: raise max of scaling, or lower count of the instances`);
  }
  const bounds = [scaling.min, instances.count];
  const count = bounds.find((bound) => Token.isUnresolved(bound)) ?? Math.max(1, ...bounds);
  return { carrier, scaling, fewest, hosting: { kind: 'instances', instanceType: instances.type, count, volumeGiB } };
}

/** How a new fleet takes over: one instance first where there are two, else all at once. */
export function deploymentPlan(
  plan: HostingPlan, shift: TrafficShift | undefined, terminationWait: Duration | undefined, alarmNames: string[], what: string,
): DeploymentPlan | undefined {
  if (plan.hosting.kind === 'serverless') {
    if (shift) throw new Error(`${what} is serverless, where SageMaker has no traffic shift: leave it out`);
    return undefined;
  }
  const termination = wholeSeconds(terminationWait ?? Duration.minutes(10), `${what}: terminationWait`);
  if (termination > 3600) throw new Error(`${what} keeps the old fleet for ${termination} seconds: SageMaker takes at most 3600`);
  const pair = plan.fewest !== undefined && plan.fewest >= 2;
  if (shift && shift._traffic.type !== 'ALL_AT_ONCE' && !pair) {
    throw new Error(`${what} can have fewer than two instances, of which none can go first: use TrafficShift.allAtOnce, or scale from at least 2`);
  }
  const traffic = shift?._traffic ?? (pair
    ? { type: 'CANARY' as const, sizeType: 'INSTANCE_COUNT' as const, size: 1, waitSeconds: 600 }
    : { type: 'ALL_AT_ONCE' as const, waitSeconds: 600 });
  const waits = (shift?._waitSeconds ?? traffic.waitSeconds) + termination;
  return { traffic, terminationWaitSeconds: termination, maximumSeconds: Math.min(28_800, waits + 5_400), alarmNames };
}

function checkLeast(compute: EndpointCompute, scaling: ScalingPlan, what: string): void {
  if (!reachesZero(scaling)) {
    if (scaling.min === 1 && compute._givesUpAvailability === undefined) {
      throw new Error(`${what} scales down to one instance, and SageMaker spreads instances over zones only where there are two, so that it fails with its zone: give scaling a min of at least 2, or say in givesUpAvailability of its EndpointCompute why one is enough`);
    }
    return;
  }
  if (compute.kind === ComputeKind.REAL_TIME) {
    throw new Error(`${what} scales to zero, which instances without inference components cannot: use EndpointCompute.inferenceComponents, EndpointCompute.asynchronous, or a min of at least 1`);
  }
  if (compute._givesUpAvailability === undefined) {
    throw new Error(`${what} scales to zero, and requests fail or wait for the minutes until it is back: say why that is acceptable in givesUpAvailability of its EndpointCompute`);
  }
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html */
function checkVolume(gibibytes: number | undefined, what: string): void {
  if (gibibytes !== undefined && gibibytes > 512) {
    throw new Error(`${what} asks for a volume of ${gibibytes} GiB: an endpoint's instance has at most 512 GiB`);
  }
}
