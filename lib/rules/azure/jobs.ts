import { isObject, type Resolved, type ResolvedObject } from '../resolved';
import { Resource, type Origin } from '../resource';
import { put } from './configuration';

/** A job of Azure ML: by itself, inside a pipeline, or in the schedule that starts it. */
export const JOB = 'Microsoft.MachineLearningServices/workspaces/jobs';

const SCHEDULE = 'Microsoft.MachineLearningServices/workspaces/schedules';
const COMPONENT = 'Microsoft.MachineLearningServices/workspaces/components/versions';
const REGISTRY_COMPONENT = 'Microsoft.MachineLearningServices/registries/components/versions';

// pipelines in pipelines; what lies below is hostile or broken
const DEEPEST = 10;

type StepPath = ((pipelinePath: string, step: string) => Origin | undefined) | undefined;

/** Jobs that stand inside another resource, each judged like one that stands by itself. */
export function jobsIn(resource: Resource, stepPath: StepPath): Resource[] {
  switch (resource.type) {
    case JOB: return stepsOf(resource, 'properties.jobs', stepPath, 0);
    case COMPONENT: case REGISTRY_COMPONENT: return stepsOf(resource, 'properties.componentSpec.jobs', stepPath, 0);
    case SCHEDULE: return resource.at('properties.action.jobDefinition').alternatives.filter(isObject).flatMap((definition) => {
      const job = jobOf(resource, 'job', definition as ResolvedObject, 'properties.action.jobDefinition', stepPath);
      return [job, ...stepsOf(job, 'properties.jobs', stepPath, 0)];
    });
    default: return [];
  }
}

function stepsOf(pipeline: Resource, place: string, stepPath: StepPath, depth: number): Resource[] {
  if (depth > DEEPEST) return [];
  return pipeline.at(place).entries.flatMap(([name, value]) => value.alternatives.filter(isObject).flatMap((node) => {
    const job = jobOf(pipeline, name, node as ResolvedObject, `${place}.${name}`, stepPath);
    return [job, ...stepsOf(job, 'properties.jobs', stepPath, depth + 1)];
  }));
}

function jobOf(within: Resource, name: string, node: ResolvedObject, place: string, stepPath: StepPath): Resource {
  const location = `${within.properties.location}.${place}`;
  const whole = normal(node);
  const kind = typeof whole.jobType === 'string' ? whole.jobType : 'Job';
  return new Resource({
    type: JOB,
    logicalId: within.logicalId, scope: within.scope, relations: within.relations, template: within.template,
    properties: { properties: whole },
    origin: stepPath?.(within.path, name) ?? { path: within.path, ...(within.source ? { source: within.source } : {}) },
    within: { resource: within, name, kind, location, whole },
  });
}

/**
 * Words of a node inside a pipeline, which Azure ML takes as its command line writes them, and of a job of the interface: the same for rules.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-pipeline
 */
const WORDS: Readonly<Record<string, string>> = { type: 'jobType', component: 'componentId', compute: 'computeId', environment: 'environmentId', code: 'codeId' };

const KINDS: Readonly<Record<string, string>> = { command: 'Command', sweep: 'Sweep', pipeline: 'Pipeline', spark: 'Spark', automl: 'AutoML', parallel: 'Parallel', data_transfer: 'DataTransfer', finetuning: 'FineTuning' };

function normal(node: ResolvedObject): ResolvedObject {
  const job: ResolvedObject = {};
  for (const [key, value] of Object.entries(node)) {
    const word = Object.hasOwn(WORDS, key) && !Object.hasOwn(node, WORDS[key]!) ? WORDS[key]! : key;
    put(job, word, word === 'jobType' ? kindOf(value) : value);
  }
  return job;
}

function kindOf(value: Resolved): Resolved {
  return typeof value === 'string' && Object.hasOwn(KINDS, value.toLowerCase()) ? KINDS[value.toLowerCase()]! : value;
}
