import { Control } from '../../policy/control';

/**
 * Where a statement can stand: the boundary of roles, a policy beside it for what it has no room for, a policy for people, a policy of the organisation
 * on principals, or one on resources.
 */
export type Place = 'boundary' | 'companion' | 'denial' | 'scp' | 'rcp';

/** Conditions of a statement: operator, key, values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of a policy, as JSON has it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: readonly string[] | '*';
  readonly Condition?: Conditions;
}

/** What the statements of an account or organisation depend on. */
export interface Limits {
  /** Regions in which anything but inference may be called. */
  readonly regions: readonly string[];
  /** All regions of AWS in the residency. */
  readonly residency: readonly string[];
  /** Who may do what would take a protection away: administrators, and the roles that deploy. */
  readonly deployers: readonly string[];
  /** Whom no statement stops, in an emergency. */
  readonly breakGlass: readonly string[];
  readonly approvers: readonly string[];
  readonly clarifyRoles: readonly string[];
  readonly serverlessRoles: readonly string[];
  readonly maximumRuntime?: number;
  readonly organizationId?: string;
  readonly trustedAccounts: readonly string[];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly keys: readonly string[];
  /** ARN of the boundary that new roles must have. */
  readonly boundary?: string;
}

/** What a statement denies. */
export interface Denied {
  readonly actions?: readonly string[];
  /** All but these. */
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly when?: Conditions;
  /** ARNs, with wildcards, of principals that it does not stop. */
  readonly except?: readonly string[];
}

/** A statement, the control that it enforces, and the rules that judge the same at synth. */
export interface Guard {
  readonly control: Control;
  /** Follows the name of the control in the Sid. */
  readonly name: string;
  /** Names of rules that fail on what it denies. */
  readonly rules: readonly string[];
  readonly places: readonly Place[];
  /** What it denies; nothing where the limits ask for nothing. */
  readonly denied: (limits: Limits, place: Place) => Denied | undefined;
}

/** Whether roles of workloads are held there: they deploy nothing, and approve nothing. */
export function isOfWorkloads(place: Place): boolean {
  return place === 'boundary' || place === 'companion';
}

/**
 * Actions of a statement, where some have room in the one boundary and the others stand in the policy beside it.
 *
 * @param actions that a boundary has room for
 * @param others what people do, for the most part
 */
export function actionsIn(place: Place, actions: readonly string[], others: readonly string[]): readonly string[] {
  if (place === 'boundary') return actions;
  return place === 'companion' ? others : [...actions, ...others];
}

/** Letters and digits only, as IAM wants it: the control, and what of it. */
export function sidOf({ control, name }: Pick<Guard, 'control' | 'name'>): string {
  return control.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') + name;
}

/** The statement of a guard in one place. */
export function statementOf(guard: Guard, limits: Limits, place: Place): Statement | undefined {
  if (!guard.places.includes(place)) return undefined;
  const denied = guard.denied(limits, place);
  if (!denied || denied.actions?.length === 0) return undefined;
  // a role of a workload is no way out of an emergency
  const except = [...(denied.except ?? []), ...(isOfWorkloads(place) ? [] : limits.breakGlass)];
  const conditions: Conditions = {
    ...denied.when,
    ...(except.length > 0 ? { ArnNotLike: { ...denied.when?.ArnNotLike, 'aws:PrincipalArn': except } } : {}),
  };
  return {
    Sid: sidOf(guard), Effect: 'Deny',
    ...(place === 'rcp' ? { Principal: '*' as const } : {}),
    ...(denied.actions ? { Action: denied.actions } : { NotAction: denied.notActions }),
    Resource: denied.resources ?? '*',
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}
