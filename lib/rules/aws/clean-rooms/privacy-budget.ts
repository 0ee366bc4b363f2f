import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';

export default rule({
  name: 'CleanRoomsPrivacyBudget',
  title: 'Memberships with tables under differential privacy have a privacy budget',
  severity: 'error',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: ['AWS::CleanRooms::Membership'],
  why: 'each answer gives a little away; only a budget adds it up and ends it',
  fix: 'add a PrivacyBudgetTemplate of type DIFFERENTIAL_PRIVACY with the membership\'s identifier',
  properties: ['CollaborationIdentifier'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html'],
  good: 'a PrivacyBudgetTemplate of type DIFFERENTIAL_PRIVACY whose MembershipIdentifier is the membership',
  bad: 'a membership with an associated table whose rule has DifferentialPrivacy, and no such template',
  check: (membership) => {
    const { associated, budgets, open } = membership.relations.once(index);
    if (!associated.has(membership)) return NOT_APPLICABLE;
    if (budgets.has(membership)) return COMPLIANT;
    return open ? unknown('a budget is there, and whose it is cannot be told') : nonCompliant('no privacy budget is set for its tables');
  },
});

interface Index { readonly associated: ReadonlySet<Resource>; readonly budgets: ReadonlySet<Resource>; readonly open: boolean }

function index(relations: Relations): Index {
  const memberships = (resource: Resource) => relations.targets(resource.at('MembershipIdentifier'));
  const associated = relations.ofType('AWS::CleanRooms::ConfiguredTableAssociation').filter((one) => (
    relations.targets(one.at('ConfiguredTableIdentifier')).some((table) => table.at('AnalysisRules').items.some((each) => !each.at('Policy.V1.Custom.DifferentialPrivacy').isAbsent))));
  const budgets = relations.ofType('AWS::CleanRooms::PrivacyBudgetTemplate').filter((budget) => budget.at('PrivacyBudgetType').alternatives.every((type) => type instanceof Unknown || type === 'DIFFERENTIAL_PRIVACY'));
  return { associated: new Set(associated.flatMap(memberships)), budgets: new Set(budgets.flatMap(memberships)), open: budgets.some((budget) => memberships(budget).length === 0) };
}
