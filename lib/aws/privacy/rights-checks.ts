import { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { RequestDeadline, RequestKind } from '../../policy/request-deadline';
import { having, requireProps } from '../../policy/required';
import { checkSameRegion } from '../private/region';
import type { SubjectRightsProps } from './subject-rights-props';

/**
 * Passes for props that requests of people can be answered with.
 *
 * @throws an error that names the value, and what to give
 */
export function checkRights(rights: IConstruct, props: SubjectRightsProps): void {
  const owner = ownerOf(rights);
  const days = (most: number) => (value: unknown) => {
    const given = value instanceof Duration ? value.toDays({ integral: false }) : NaN;
    return Number.isInteger(given) && given >= 1 && given <= most;
  };
  requireProps(owner, props, {
    workspace: { is: having('profile', 'logsKey', 'vpc', 'alarms'), give: 'the workspace whose stores it erases from' },
    erasers: { is: having('_bind'), give: "an eraser, such as Eraser.objects(raw, { layout: RecordLayout.onePerson('patients/{subject}/') })", list: true },
    identities: { is: having('functionArn'), give: 'a function', optional: true },
    answerWithin: { is: days(366), give: 'whole days from 1 to 366, such as Duration.days(30)', optional: true },
    warnBefore: { is: days(31), give: 'whole days from 1 to 31, such as Duration.days(7)', optional: true },
    exportRetention: { is: having('inDays'), give: 'a retention, such as Retention.days(30)', optional: true },
  });
  if (props.erasers.length === 0) throw new Error(`${owner} has no erasers, so nothing would ever be erased: give one for each store that holds personal data`);
  checkSameRegion('key', props.key, owner, props.workspace.region);
  for (const kind of Object.values(RequestKind)) deadlinesFor(rights, props, kind);
}

/**
 * Within which times a request has to be answered.
 *
 * @throws an error where nobody says one
 */
export function deadlinesFor(rights: IConstruct, { workspace: { profile }, answerWithin }: SubjectRightsProps, kind: RequestKind): Omit<RequestDeadline, 'request'>[] {
  const ofLaw = profile.requestDeadlinesFor(kind).map(({ citation, months, days }) => ({ citation, ...(months === undefined ? { days } : { months }) }));
  const found = [...ofLaw, ...(answerWithin ? [{ citation: 'answerWithin', days: answerWithin.toDays() }] : [])];
  if (found.length === 0) {
    const names = profile.frameworks.map(({ name }) => name).join(', ');
    throw new Error(`${ownerOf(rights)}: no framework of the profile (${names}) says when a request of ${kind} is due: give answerWithin, such as Duration.days(30)`);
  }
  return found;
}

function ownerOf({ node }: IConstruct): string {
  return `subject rights '${node.path}'`;
}
