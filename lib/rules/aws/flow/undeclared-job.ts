import type { DataFlow, FlowNode } from '../../../policy/flow';
import type { Resource } from '../../resource';
import { Unknown } from '../../resolved';
import { NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { MlData } from '../ml-data';
import { visitTexts } from '../named';
import { LOCATION_NAMES } from '../residency/mentions';
import type { Place } from './places';

const LEARNING = new Set(['Training', 'Tuning', 'AutoML']);

/**
 * Judges a job that learns and is in no declared flow, such as one of a pipeline that is written by hand: it declares nothing, so it may read no store that is
 * declared to hold people.
 */
export function undeclared(job: Resource, places: readonly Place[], flow: DataFlow): Verdict | Verdict[] {
  if (!LEARNING.has(job.within!.kind)) return NOT_APPLICABLE;
  const named = places.filter(({ store, use }) => store !== undefined && use !== 'write');
  if (named.length > 0) return named.map(({ store, location }) => learns(flow.node(store!)!, flow, location));
  const gap = unknownInput(job);
  if (gap === undefined) return NOT_APPLICABLE;
  const roles = job.relations.named(job.at('RoleArn'), 'AWS::IAM::Role', 'RoleName');
  const may = roles.flatMap((role) => MlData.of(job.relations).storesReadBy(role)).filter(({ id }) => flow.classificationOf(id)?.isPersonal);
  return may.length === 0 ? NOT_APPLICABLE : unknown(`where it reads is ${gap.reason}, and its role may read '${may[0]!.name}', of which no flow declares that it learns`);
}

function learns(store: FlowNode, flow: DataFlow, location: string): Verdict {
  const classification = flow.classificationOf(store.id);
  if (classification === undefined) return unknown(`it reads '${store.name}', of which no flow declares it, and what that holds has no classification`, location);
  if (classification.isPersonal) return nonCompliant(`it learns from ${classification} data of '${store.name}', and no flow declares that it does`, location);
  const other = flow.unclassifiedIn(store.id);
  return other ? unknown(`it learns from '${store.name}', of which no flow declares it, and which holds data of '${other.name}', which has no classification`, location) : NOT_APPLICABLE;
}

/** An address, or the whole request, that is not known before it runs. */
function unknownInput(job: Resource): Unknown | undefined {
  let found: Unknown | undefined;
  visitTexts(job.properties.alternatives, (text, name) => {
    if (text instanceof Unknown && (name === '' || (LOCATION_NAMES.has(name) && !/Output/.test(name) && /^(?:s3[an]?:\/\/)?\?/.test(text.pattern)))) found ??= text;
  });
  return found;
}
