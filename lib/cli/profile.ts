import { Framework } from '../policy/framework';
import { ComplianceProfile } from '../policy/profile';
import { canonicalJson, type RawRecord } from '../policy/record';
import { Residency } from '../policy/residency';
import { Retention } from '../policy/retention';
import { profileRecord } from '../rules/record';
import type { Settings } from './settings';

type ProfileRecord = RawRecord['profile'];

/** The profile that a record was judged by, to judge more by the same. The retention limits of its frameworks were checked when it was made. */
export function profileOf(record: ProfileRecord): ComplianceProfile {
  const { data, captures, logs, audit } = record.retentionDays;
  const days = (value: number | undefined) => (value === undefined ? undefined : Retention.days(value));
  return ComplianceProfile.of({
    frameworks: record.frameworks.map(({ name, title, url, requirements }) => Framework.fromData({ name, title, url, requirements })),
    residency: Residency.regions(...record.residency.allowedRegions),
    retention: { data: days(data), captures: days(captures), logs: days(logs), audit: days(audit) },
  });
}

/**
 * Passes when what was decided for the gate is what the record was judged by.
 *
 * @throws an error that says what differs and what to do
 */
export function checkSameProfile(record: RawRecord, settings: Settings, shown: string): void {
  const { profile, unknownAs, from } = settings;
  const differ = (what: string, recorded: string, decided: string) => new Error(
    `'${shown}' was judged at synth with ${what} ${recorded}, but ${from} says ${decided}: make them the same, or judge the files anew with --rejudge`);
  if (unknownAs !== undefined && unknownAs !== record.pack.unknownAs) throw differ('unknownAs', record.pack.unknownAs, unknownAs);
  if (profile === undefined) return;
  const [recorded, decided] = [record.profile, profileRecord(profile)];
  const names = ({ frameworks }: ProfileRecord) => frameworks.map(({ name }) => name).sort().join(', ');
  if (names(recorded) !== names(decided)) throw differ('the frameworks', names(recorded), names(decided));
  const regions = ({ residency }: ProfileRecord) => [...residency.allowedRegions].sort().join(', ');
  if (regions(recorded) !== regions(decided)) throw differ('the residency', recorded.residency.description, decided.residency.description);
  for (const [kind, days] of Object.entries(recorded.retentionDays)) {
    if (decided.retentionDays[kind] !== days) throw differ(`the retention of ${kind} of`, `${days} days`, decided.retentionDays[kind] === undefined ? 'none' : `${decided.retentionDays[kind]} days`);
  }
  const kinds = Object.keys(decided.retentionDays).filter((kind) => !(kind in recorded.retentionDays));
  if (kinds.length > 0) throw differ(`no retention of`, kinds.join(', '), 'one');
  const changed = recorded.frameworks.find((framework) => canonicalJson(framework) !== canonicalJson(decided.frameworks.find(({ name }) => name === framework.name)));
  if (changed) throw differ(`other requirements of`, `'${changed.name}'`, 'those of this version');
}
