import { Answer, Severity } from '../../policy/finding';
import type { Evidence } from '../record';
import type { WriterOptions } from './options';
import { Fingerprints, placeOf } from './place';
import { oneLine, visibly } from './plain-text';

const SEVERITY: Record<Severity, string> = { [Severity.FATAL]: 'blocker', [Severity.ERROR]: 'critical', [Severity.WARNING]: 'minor' };
const PACK_SEVERITY: Record<string, string> = { fatal: 'blocker', warning: 'minor', info: 'info' };

/**
 * Open findings of all packs as a Code Quality report of GitLab.
 *
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function toGitLab(evidence: Evidence, options: WriterOptions = {}): string {
  const fingerprints = new Fingerprints();
  // GitLab shows one finding for each fingerprint
  const unique = (place: Parameters<Fingerprints['of']>[0]) => {
    const { digest, number } = fingerprints.of(place);
    return number === 1 ? digest : `${digest}-${number}`;
  };
  const own = evidence.findings.map((finding) => ({ finding, fingerprint: unique(finding) })).filter(({ finding }) => finding.waiver === undefined)
    .map(({ finding, fingerprint }) => {
      const { rule, title, detail, fix, path, step, weight, answer } = finding;
      const what = `${answer === Answer.UNKNOWN ? 'Unknown: ' : ''}${title} (${path}${step ? `, step ${step}` : ''}${detail ? `: ${detail}` : ''}). To mend it: ${fix}.`;
      return issue({ rule, what, fingerprint, severity: answer === Answer.UNKNOWN && weight === Severity.WARNING ? 'info' : SEVERITY[weight], place: placeOf(finding, options) });
    });
  const others = evidence.packs.flatMap(({ findings }) => findings.map((finding) => {
    const { rule, description, fix, path, severity } = finding;
    return issue({
      rule, what: `${description}${path ? ` (${path})` : ''}${fix ? ` To mend it: ${fix}` : ''}`, fingerprint: unique({ rule, path, location: '' }),
      severity: PACK_SEVERITY[severity] ?? 'critical', place: placeOf(finding, options),
    });
  }));
  return `${JSON.stringify(visibly([...own, ...others]), null, 2)}\n`;
}

interface Issue { readonly rule: string; readonly what: string; readonly fingerprint: string; readonly severity: string; readonly place: ReturnType<typeof placeOf> }

function issue({ rule, what, fingerprint, severity, place }: Issue): object {
  return {
    description: oneLine(what), check_name: oneLine(rule), fingerprint, severity,
    // a path must stand here, and GitLab compares it with the names of changed files
    location: { path: place ? oneLine(decodeURIComponent(place.uri)) : 'unknown', lines: { begin: place?.line ?? 1 } },
  };
}
