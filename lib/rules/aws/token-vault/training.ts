import { Control } from '../../../policy/control';
import { append, type Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { PERMISSIONS } from '../iam/ml-roles';
import { VaultAccess } from './access';
import type { Holder } from './holders';

export default rule({
  name: 'TokenVaultTraining',
  title: 'What trains and what serves asks no token vault',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 'a model has no use for the values behind tokens: code of a training or a container that may ask a vault undoes the de-identification before it',
  fix: 'let a processing step before it ask the vault, with a role of its own, and give the training a role without lambda:InvokeFunction',
  properties: ['RoleArn', 'ExecutionRoleArn'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html'],
  good: 'a processing step whose role may invoke the function that tokenizes, and a training step with another role',
  bad: 'a role that a training step, a tuning or a model names, and that may invoke a function of a vault',
  check: (resource) => {
    const access = VaultAccess.of(resource.relations);
    const holders = access.holdersAt(resource);
    if (holders.length === 0) return NOT_APPLICABLE;
    const { byRole, open } = resource.relations.once(trainers);
    return holders.map((holder) => judged(access, holder, byRole.get(holder)?.[0], open[0] ?? (byRole.size > 0 ? holder.doubt : undefined)));
  },
});

interface Trainers {
  readonly byRole: ReadonlyMap<Holder, readonly string[]>;
  /** Roles that cannot be told, in words. */
  readonly open: readonly string[];
}

function judged(access: VaultAccess, holder: Holder, trainer: string | undefined, open: string | undefined): Verdict {
  const [invoked] = [...access.of(holder).get('invoke') ?? []].sort(([, one], [, other]) => Number(one.sure === 'perhaps') - Number(other.sure === 'perhaps'));
  if (!trainer && (!open || !invoked)) return NOT_APPLICABLE;
  if (!invoked) return COMPLIANT;
  const [{ resource, vault }, { sure, by, reason }] = invoked;
  const what = `may invoke '${resource.path}' of vault '${vault.name}', by '${by}'`;
  if (!trainer) return unknown(`'${holder.name}' ${what}, and whether it trains cannot be told: ${open}`);
  return sure === 'surely' ? nonCompliant(`'${holder.name}' is the role of ${trainer}, and ${what}`) : unknown(`'${holder.name}' is the role of ${trainer}; whether it ${what} cannot be told: ${reason}`);
}

const KINDS = new Set(['Training', 'Tuning', 'AutoML']);

function trainers(relations: Relations): Trainers {
  const access = VaultAccess.of(relations);
  const byRole = new Map<Holder, string[]>();
  const open: string[] = [];
  for (const [job, role] of [...relations.ofType(STEP).flatMap(rolesOfStep), ...['AWS::SageMaker::Model', 'AWS::SageMaker::EndpointConfig'].flatMap((type) => relations.ofType(type)).map(roleOfModel)]) {
    const found = access.rolesAt(role);
    for (const holder of found) append(byRole, holder, job);
    const [unclear] = role.unknowns;
    if (found.length === 0 && unclear) open.push(`the role of ${job} is ${unclear.reason}`);
  }
  return { byRole, open };
}

function rolesOfStep(step: Resource): (readonly [string, Value])[] {
  if (!KINDS.has(step.within?.kind ?? '')) return [];
  const definitions = [step.at('TrainingJobDefinition'), ...step.at('TrainingJobDefinitions').items];
  return [step.properties, ...definitions].map((place) => [`${step.within!.kind} '${step.within!.name}'`, place.at('RoleArn')] as const);
}

function roleOfModel(model: Resource): readonly [string, Value] {
  return [`'${model.path}'`, model.at('ExecutionRoleArn')];
}
