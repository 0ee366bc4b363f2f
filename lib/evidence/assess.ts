import { Control } from '../policy/control';
import { Answer } from '../policy/finding';
import { LEFT_OPEN } from './coverage';
import type { Run } from './merge';
import type { Accepted, AssessedControl, AssessedRequirement, Check, PlacedFinding, Status } from './record';

/** Where each control stands that a framework demands or a rule checks. */
export function controlsOf(run: Run, findings: readonly PlacedFinding[]): AssessedControl[] {
  const demanded = new Set(run.frameworks.flatMap(({ requirements }) => requirements.flatMap(({ controls }) => controls)));
  const answered = new Map<string, number>();
  for (const { rule } of run.answers) answered.set(rule, (answered.get(rule) ?? 0) + 1);
  return Object.values(Control).filter((control) => demanded.has(control) || run.rules.some((rule) => rule.control === control)).map((control) => {
    const rules = run.rules.filter((rule) => rule.control === control);
    const mine = findings.filter((finding) => finding.control === control);
    const open = mine.filter(({ waiver }) => waiver === undefined);
    const checks = rules.flatMap(({ id, title }) => checkOf(id, title, answered.get(id) ?? 0, mine));
    const status = worst(checks.map((check): Status => (check.status === 'kept' ? 'supported' : check.status)));
    const leftOpen = LEFT_OPEN[control];
    return {
      control, status: status === 'supported' && leftOpen ? 'partly' : status, rules: rules.map(({ id }) => id), checks, accepted: acceptedOf(mine),
      ...(leftOpen ? { leftOpen } : {}),
      kept: checks.reduce((sum, { kept }) => sum + kept, 0), open: open.length,
    };
  });
}

/** Where each requirement stands through its controls. */
export function requirementsOf(requirements: Run['frameworks'][number]['requirements'], controls: readonly AssessedControl[]): AssessedRequirement[] {
  const byControl = new Map(controls.map((control) => [control.control, control]));
  return requirements.map((requirement) => {
    const asked = requirement.controls.map((control) => byControl.get(control)!);
    const judged = asked.filter(({ checks }) => checks.length > 0);
    return {
      id: requirement.id, citation: requirement.citation, title: requirement.title, controls: requirement.controls,
      ...(requirement.oscalId === undefined ? {} : { oscalId: requirement.oscalId }), ...(requirement.appliesFrom === undefined ? {} : { appliesFrom: requirement.appliesFrom }),
      status: together(asked),
      supportedBy: judged.flatMap(({ checks }) => checks.map(({ rule }) => rule)),
      leftOpen: judged.length === 0 ? [] : asked.flatMap(({ control, checks, leftOpen }) => (checks.length === 0 ? [control.replaceAll('-', ' ')] : leftOpen ? [leftOpen] : [])),
    };
  });
}

function checkOf(id: string, title: string, answers: number, findings: readonly PlacedFinding[]): Check[] {
  if (answers === 0) return [];
  const mine = findings.filter(({ rule }) => rule === id || rule === `${id}[unknown]`);
  const open = mine.filter(({ waiver }) => waiver === undefined);
  const waived = mine.length - open.length;
  const status = open.some(({ answer }) => answer !== Answer.UNKNOWN) ? 'findings' : open.length > 0 ? 'unknown' : waived > 0 ? 'waived' : 'kept';
  return [{ rule: id, title, status, kept: answers - mine.length, open: open.length, waived }];
}

function acceptedOf(findings: readonly PlacedFinding[]): Accepted[] {
  const groups = new Map<string, { reason: string; unknown: boolean; count: number }>();
  for (const { waiver, answer } of findings) {
    if (waiver === undefined) continue;
    const unknown = answer === Answer.UNKNOWN;
    const key = JSON.stringify([waiver, unknown]);
    const group = groups.get(key) ?? { reason: waiver, unknown, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()];
}

const ORDER: readonly Status[] = ['not-assessed', 'supported', 'partly', 'waived', 'unknown', 'findings'];

// what several controls say of one requirement: a control that nobody judged leaves it open
function together(controls: readonly AssessedControl[]): Status {
  const found = worst(controls.map(({ status }) => status));
  return found === 'supported' && controls.some(({ status }) => status === 'not-assessed') ? 'partly' : found;
}

function worst(statuses: readonly Status[]): Status {
  return statuses.reduce<Status>((found, next) => (ORDER.indexOf(next) > ORDER.indexOf(found) ? next : found), 'not-assessed');
}
