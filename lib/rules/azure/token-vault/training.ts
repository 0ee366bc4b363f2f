import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { JOB } from '../jobs';
import { learns } from '../machine-learning/private-steps';
import { meant } from '../related';
import { nameOf } from './names';
import { type Grant, Vaults } from './vaults';

const ENDPOINT = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints';
const BATCH = 'Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments';

export default rule({
  name: 'AzureTokenVaultTraining',
  title: 'What trains and what serves asks no token vault',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: [JOB, ENDPOINT, BATCH],
  properties: ['properties.identity', 'identity.identity_ids', 'properties.compute'],
  why: 'a model has no use for the values behind tokens: code of a training or a container that may ask a vault undoes the de-identification before it',
  fix: 'let a step before it ask the vault, with an identity of its own that neither the training nor what serves has, nor the compute of either',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication', 'https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-batch-endpoint'],
  good: 'a job that writes a model and acts as an identity that no function of a vault lets in',
  bad: 'a sweep, or a job that writes a model, whose identity is in ACCESS of a function of a vault, or that runs on a cluster with such an identity, as does a model of a batch endpoint',
  check: (resource) => {
    const vaults = Vaults.of(resource.relations);
    if (vaults.all.length === 0) return NOT_APPLICABLE;
    if (resource.type === ENDPOINT) return judged(vaults, vaults.actorsAt(resource), 'serves');
    if (resource.type === BATCH) return judgedBatch(vaults, resource);
    return trains(resource) ? judged(vaults, actorsOfJob(vaults, resource), 'trains') : NOT_APPLICABLE;
  },
});

function judged(vaults: Vaults, actors: readonly Grant[], does: string): Verdict[] {
  return [COMPLIANT, ...vaults.all.flatMap(({ sites }) => sites).flatMap((site) => {
    const grants = vaults.grantsOf(site);
    const [open] = [...actors, ...grants].filter(({ doubt }) => doubt !== undefined);
    const found = actors.filter(({ who }) => who !== undefined && grants.some((one) => one.who === who)).map(({ who }) => nonCompliant(`it ${does}, and may act as '${nameOf(who!)}', which '${site.path}' lets in`));
    return found.length > 0 || !open || actors.length === 0 || grants.length === 0 ? found : [unknown(`it ${does}, and whether '${site.path}' lets it in cannot be told: ${open.doubt}`)];
  })];
}

function judgedBatch(vaults: Vaults, deployment: Resource): readonly Verdict[] | Verdict {
  if (!isOfPipeline(deployment)) return judged(vaults, actorsOn(vaults, deployment, 'properties.compute'), 'serves');
  const components = meant(deployment.at('properties.deploymentConfiguration.componentId.assetId'), deployment.relations);
  const { relations } = deployment;
  return components.some((component) => relations.once(trainingAnywhere).has(component)) ? judged(vaults, actorsOn(vaults, deployment, 'properties.deploymentConfiguration.settings.default_compute'), 'trains') : NOT_APPLICABLE;
}

function trains(job: Resource): boolean {
  return learns(job) || makesModel(job);
}

const MODELS = /^(?:custom|mlflow|triton)_?model$/i;

/** A sweep, a search for a model, a fine-tuning, or what writes a model. */
function makesModel(job: Resource): boolean {
  if (job.at('properties.jobType').texts.some((kind) => /^(?:sweep|automl|finetuning)$/i.test(kind))) return true;
  const outputs = job.at('properties.outputs').entries.flatMap(([, output]) => ['jobOutputType', 'job_output_type', 'type'].flatMap((name) => output.at(name).texts));
  return outputs.some((type) => MODELS.test(type));
}

/**
 * Whom a job acts as, or could: the identity that it names or its pipeline does, and all of the compute that it runs on, of which code takes which it likes.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication#compute-cluster
 */
function actorsOfJob(vaults: Vaults, job: Resource): Grant[] {
  const identity = nearest(job, ['properties.identity']);
  const named = ['clientId', 'client_id', 'objectId', 'object_id', 'resourceId', 'msi_resource_id'].map((name) => identity.at(name)).filter((value) => !value.isAbsent);
  const computes = meant(computeOf(job), job.relations);
  return [...named.flatMap((value) => vaults.principals(value)), ...computes.flatMap((compute) => vaults.actorsAt(compute))];
}

function computeOf(job: Resource): Value {
  return nearest(job, ['properties.computeId', 'properties.settings.default_compute', 'properties.settings.defaultCompute']);
}

/** Pipelines with a step that trains on whatever compute the endpoint says. */
function trainingAnywhere(relations: Relations): ReadonlySet<Resource> {
  return new Set(relations.ofType(JOB).filter((job) => trains(job) && computeOf(job).isAbsent).map(outermost));
}

function outermost(job: Resource): Resource {
  return job.within ? outermost(job.within.resource) : job;
}

// its steps are judged each, where they say what they run on, and one of them may ask a vault
function isOfPipeline(deployment: Resource): boolean {
  const kind = deployment.at('properties.deploymentConfiguration.deploymentConfigurationType');
  return !kind.isAbsent && kind.alternatives.every((one) => one === 'PipelineComponent');
}

const COMPUTES = /(?:_compute_cluster|_compute_instance|_inference_cluster|_synapse_spark|\/computes)$/;

/**
 * Whom code behind a batch endpoint could act as: it runs on the compute, and not as the endpoint.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-batch-endpoint
 */
function actorsOn(vaults: Vaults, deployment: Resource, place: string): Grant[] {
  return deployment.at(place).given.options.flatMap((option): Grant[] => {
    const computes = meant(option, deployment.relations).filter(({ type }) => COMPUTES.test(type));
    const [open] = option.unknowns;
    return computes.length > 0 ? computes.flatMap((compute) => vaults.actorsAt(compute)) : [{ doubt: open ? `its compute is ${open.reason}` : 'its compute is none of this app' }];
  });
}

/** What a job says, or the pipeline that it is a step of, or the one that this is a step of. */
function nearest(job: Resource, places: readonly string[]): Value {
  const [own] = places.map((place) => job.at(place)).filter((value) => !value.isAbsent);
  return own ?? (job.within ? nearest(job.within.resource, places) : job.at(places[0]!));
}
