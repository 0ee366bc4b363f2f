import type { PlacedFinding } from '../evidence/record';
import type { LineOf } from '../evidence/template-lines';
import { append } from '../rules/relations';
import { some } from './words';

/** What one rule finds at one place: of a policy, a statement. */
export interface Place {
  readonly finding: PlacedFinding;
  readonly location: string;
  /** What all of them say, in one sentence where that can be. */
  readonly detail?: string;
}

const NAMED = 5;

/** Places of the findings of a rule, in their order. */
export function* placesOf(findings: readonly PlacedFinding[]): Generator<Place> {
  let open: PlacedFinding[] = [];
  for (const finding of findings) {
    if (open.length > 0 && !isBeside(open[0]!, finding)) {
      yield together(open);
      open = [];
    }
    open.push(finding);
  }
  if (open.length > 0) yield together(open);
}

/** A finding as a place of its own. */
export function placeOf(finding: PlacedFinding): Place {
  const { location, detail } = finding;
  return { finding, location, ...(detail === undefined ? {} : { detail }) };
}

/** Lines of places in files: each file is read once, and only for what is printed. */
export function linesOf(places: Iterable<Place>, lineOf: LineOf): Map<Place, number> {
  const byTemplate = new Map<string, Place[]>();
  for (const place of places) append(byTemplate, place.finding.template, place);
  const lines = new Map<Place, number>();
  for (const [template, own] of byTemplate) {
    for (const place of own) {
      const line = lineOf(template, place.finding.logicalId, place.location);
      if (line !== undefined) lines.set(place, line);
    }
  }
  return lines;
}

/** A place as people find it: what it is, what is wrong, and in brackets where in it, as far as the rest does not say. */
export function shownPlace({ finding, location, detail }: Place, file: string | undefined, line: number | undefined): { readonly what: string; readonly where: string } {
  const { path, template, logicalId, step, source } = finding;
  const at = file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`;
  const isNamedByFile = at !== undefined && isOf(path, template, logicalId);
  const owner = isNamedByFile ? `${at}${logicalId === '' ? '' : ` ${logicalId}`}` : path;
  // many details of steps begin with the step
  const [said, kind] = step === undefined || !detail?.includes(` '${step}': `) ? [] : /^(\S+) '.*?': /.exec(detail) ?? [];
  const own = said === undefined ? detail : detail!.slice(said.length);
  const property = location.replace(/^Properties\b\.?/, '');
  const isSaid = property === '' || detail?.includes(property.replace(/(\.\d+)+$/, '').split('.').at(-1)!);
  // who has the line of the code finds the property there, unless there are several, or a value is all that is said
  const isShown = !isSaid && (source === undefined || /\.\d+(\.|$)/.test(property) || own?.startsWith("'"));
  return {
    what: `${owner}${step === undefined ? '' : `, ${kind ?? 'step'} '${step}'`}${own === undefined ? '' : `: ${own}`}`,
    where: [isShown ? property : '', isNamedByFile ? '' : at ?? source ?? ''].filter((part) => part !== '').join(', '),
  };
}

// what stands by itself is named after its file
function isOf(path: string, template: string, logicalId: string): boolean {
  const owner = logicalId === '' ? path : path.slice(0, -logicalId.length - 1);
  return template.startsWith(owner) && /^(\.[A-Za-z]+)*$/.test(template.slice(owner.length)) && (logicalId === '' || path === `${owner}/${logicalId}`);
}

function isBeside(a: PlacedFinding, b: PlacedFinding): boolean {
  return a.path === b.path && a.template === b.template && a.logicalId === b.logicalId && a.step === b.step && around(a.location) === around(b.location);
}

// of a policy the statement, of a list the list, of a property what holds it
function around(location: string): string {
  return /^.*\.Statement(?:\.\d+)?(?=\.|$)/.exec(location)?.[0] ?? location.replace(/\.[^.]*$/, '');
}

function together(findings: readonly PlacedFinding[]): Place {
  const [finding] = findings as [PlacedFinding];
  if (findings.length === 1) return placeOf(finding);
  return { finding, location: around(finding.location), detail: joined(findings.map(({ detail, title }) => detail ?? title)) };
}

// texts that differ in a few words are one text with all of those words
function joined(details: readonly string[]): string {
  const texts = [...new Set(details)].map((detail) => detail.split(' '));
  const [first] = texts as [string[]];
  if (texts.length === 1) return `${first.join(' ')} (${details.length} times)`;
  const shortest = Math.min(...texts.map(({ length }) => length));
  const shared = (word: (text: readonly string[], index: number) => string | undefined, most: number) => {
    let count = 0;
    while (count < most && texts.every((text) => word(text, count) === word(first, count))) count += 1;
    return count;
  };
  const before = shared((text, index) => text[index], shortest - 1);
  const after = shared((text, index) => text[text.length - 1 - index], shortest - 1 - before);
  const own = texts.map((text) => text.slice(before, text.length - after).join(' '));
  if (before + after === 0 || own.some((words) => words.split(' ').length > 2)) return `${first.join(' ')}; and ${details.length - 1} more here`;
  const end = first.slice(first.length - after).join(' ').replace(/^is\b/, before === 0 ? 'are' : 'is');
  return [...first.slice(0, before), some(own, NAMED), end].filter((part) => part !== '').join(' ');
}
