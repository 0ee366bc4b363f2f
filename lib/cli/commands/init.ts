import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Framework } from '../../policy/framework';
import { nearest, shown } from '../../policy/given';
import { Jurisdiction } from '../../policy/jurisdiction';
import type { ComplianceProfile } from '../../policy/profile';
import { ALL_TOOLS, appsIn, TOOLS, USUAL_TOOL, type AppSettings, type Tool } from '../apps';
import type { Io } from '../io';
import { bold, dim, printableJson, Screen, type Part } from '../screen';
import { readSettings, residencyKeys, SETTINGS_FILE } from '../settings';
import type { Language } from '../tools/tool';

/** Flags of `init`. */
export interface InitFlags {
  readonly framework?: readonly string[];
  readonly residency?: readonly string[];
  readonly ci?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Name of the file of waivers that `init` writes. */
const WAIVERS_FILE = 'regulated-ml-waivers.json';

interface Pipeline {
  /** The recipe of `examples/ci`. */
  readonly recipe: string;
  /** Where it goes, when nothing is there. */
  readonly file: string;
  /** Where it goes beside a file that is there already, and what to add to that file. */
  readonly beside?: { readonly file: string; readonly add: readonly string[] };
  /** What shows that it is used. */
  readonly traces: readonly string[];
}

/** CI systems that there is a recipe for. */
export const PIPELINES: Readonly<Record<string, Pipeline>> = {
  'github': { recipe: 'github-actions.yml', file: '.github/workflows/regulated-ml.yml', traces: ['.github'] },
  'gitlab': {
    recipe: 'gitlab-ci.yml', file: '.gitlab-ci.yml', traces: ['.gitlab-ci.yml'],
    beside: { file: 'regulated-ml.gitlab-ci.yml', add: ['include:', '  - local: regulated-ml.gitlab-ci.yml'] },
  },
  'azure': {
    recipe: 'azure-pipelines.yml', file: 'azure-pipelines.yml', traces: ['azure-pipelines.yml'],
    beside: { file: 'regulated-ml.azure-pipelines.yml', add: ['a pipeline of its own in Azure DevOps, on regulated-ml.azure-pipelines.yml'] },
  },
  'codebuild': {
    recipe: 'buildspec.yml', file: 'buildspec.yml', traces: ['buildspec.yml'],
    beside: { file: 'regulated-ml.buildspec.yml', add: ['a CodeBuild project of its own, with regulated-ml.buildspec.yml as its buildspec'] },
  },
  'pre-commit': {
    recipe: 'pre-commit-config.yaml', file: '.pre-commit-config.yaml', traces: ['.pre-commit-config.yaml'],
    beside: { file: 'regulated-ml.pre-commit-config.yaml', add: ['the hook in regulated-ml.pre-commit-config.yaml'] },
  },
};

/** `regulated-ml init`: writes a profile, an empty list of waivers and a CI job into an app that is there; overwrites nothing. */
export function run(_paths: readonly string[], flags: InitFlags, io: Io): number {
  const screen = new Screen(io, true);
  const known = existsSync(join(io.cwd, SETTINGS_FILE));
  const { profile } = readSettings({ ...(known ? {} : flags), withoutBaseline: true }, io.cwd, io.today);
  if (!profile) {
    throw new Error('say which laws apply and where data may be: '
      + `regulated-ml init --framework GDPR --residency EU; there are ${Framework.all().map(({ name }) => name).join(', ')}, and ${Jurisdiction.all().map(({ name }) => name).join(', ')}, any country, any region`);
  }
  const ci = pipelineFor(flags.ci, io.cwd);
  const apps = appsIn(io.cwd);
  if (apps.length === 0) throw new Error(`there is no ${Object.values(TOOLS).map(({ settings }) => `'${settings}'`).join(' and no ')} here: run this in the folder of an app; templates need no more than --framework and --residency of 'check'`);
  // an app of each tool in one folder shares what the CI job installs
  const languages = new Map(apps.map((app) => [app.tool, languageOf(io.cwd, app)]));
  const language = [...languages.values()].find((one) => one !== undefined);
  const line = (...parts: Part[]) => { if (!flags.quiet && !flags.json) screen.line(...parts); };
  const files: { readonly file: string; readonly isNew: boolean }[] = [];
  const write = (file: string, text: string, what: string) => {
    const isNew = written(join(io.cwd, file), text);
    files.push({ file, isNew });
    line(`${isNew ? 'wrote' : 'kept '}  ${file}`, dim(isNew ? `  ${what}` : '  it is there already'));
  };
  write(SETTINGS_FILE, settingsText(flags), 'frameworks, residency, waivers: what the gate judges by');
  write(WAIVERS_FILE, '[]\n', 'findings that somebody accepts: rule, reason, approver, expires');
  const beside = ci && existsSync(join(io.cwd, ci.file)) ? ci.beside : undefined;
  if (ci) write(beside?.file ?? ci.file, recipe(ci.recipe, language ?? 'typescript', apps.map(({ tool }) => tool)), 'the job that checks each change');
  else if (flags.ci !== 'none') line(dim(`no CI was found here: name one with --ci ${Object.keys(PIPELINES).join(', ')}`));

  if (beside) {
    line();
    line(bold(`Add to your CI, because ${ci!.file} is yours`));
    for (const added of beside.add) line(`  ${added}`);
  }
  const toAdd = apps.map(({ tool }) => ({ tool, lines: linesFor(languages.get(tool) ?? 'typescript', profile, tool) }));
  for (const { tool, lines } of toAdd) {
    line();
    line(bold(`Add to your app${apps.length > 1 ? ` of ${TOOLS[tool].name}` : ''}${languages.get(tool) === undefined ? ', in TypeScript' : ''}`));
    for (const added of lines) line(`  ${added}`);
  }
  line();
  line(dim(`Next: ${apps.map(({ tool }) => `'${TOOLS[tool].synth}'`).join(' and ')}, then 'regulated-ml check'. It also works without these lines: the files alone are judged then, and less is known.`));
  if (flags.json) screen.raw(printableJson({ schema: 'regulated-ml-init/1', files, toApps: toAdd, toCi: beside?.add ?? [] }));
  return 0;
}

// never what is there already: the flag fails on that
function written(file: string, text: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function settingsText({ framework, residency }: InitFlags): string {
  return `${JSON.stringify({ frameworks: framework, residency: residencyKeys(residency ?? []), waivers: WAIVERS_FILE }, null, 2)}\n`;
}

function pipelineFor(asked: string | undefined, cwd: string): Pipeline | undefined {
  if (asked === 'none') return undefined;
  if (asked !== undefined) {
    if (Object.hasOwn(PIPELINES, asked)) return PIPELINES[asked];
    const all = [...Object.keys(PIPELINES), 'none'];
    const [meant] = nearest(asked, all, 1);
    throw new Error(`--ci is ${shown(asked)}: ${meant ? `did you mean '${meant}'? ` : ''}use one of ${all.join(', ')}`);
  }
  return Object.values(PIPELINES).find(({ traces }) => traces.some((trace) => existsSync(join(cwd, trace))));
}

// by what the settings say or run, else by what lies there
function languageOf(cwd: string, { command, language }: AppSettings): Language | undefined {
  if (language === 'python' || language === 'typescript') return language;
  if (/\bpython3?\b|\.py\b|\buv run\b|\bpoetry run\b/.test(command)) return 'python';
  if (/\b(ts-node|tsx|node|npx|bun|deno)\b|\.[cm]?[jt]s\b/.test(command)) return 'typescript';
  const files = readdirSync(cwd);
  if (files.some((file) => file === 'requirements.txt' || file === 'pyproject.toml' || file.endsWith('.py'))) return 'python';
  return files.includes('package.json') || files.includes('tsconfig.json') ? 'typescript' : undefined;
}

/** What an app needs to be judged at synth: imports, and two lines. */
export function linesFor(language: Language, { frameworks, residency }: ComplianceProfile, tool: Tool = USUAL_TOOL): string[] {
  const own = frameworks.map(({ name }) => (Object.hasOwn(Framework, name) ? `Framework.${name}` : `Framework.named('${name}')`)).join(', ');
  const constants = new Map(Object.entries(Jurisdiction).map(([constant, value]): [unknown, string] => [value, constant]));
  const jurisdictions = residency.jurisdictions.map((one) => (constants.has(one) ? `Jurisdiction.${constants.get(one)}` : `Jurisdiction.country('${one.name}')`)).join(', ');
  const places = jurisdictions === '' ? `Residency.regions(${residency.allowedRegions.map((region) => `'${region}'`).join(', ')})` : `Residency.within(${jurisdictions})`;
  const names = ['ComplianceProfile', 'Framework', ...(jurisdictions === '' ? [] : ['Jurisdiction']), 'Residency'].join(', ');
  return TOOLS[tool].lines(language, { names, frameworks: own, residency: places });
}

const RECIPES = join(__dirname, '..', '..', '..', 'examples', 'ci');

const USUAL = ['typescript', USUAL_TOOL].join('|');
const OTHER = ['python', ...ALL_TOOLS.filter((tool) => tool !== USUAL_TOOL)].join('|');
const INSTEAD = new RegExp(`^(\\s*)# (${OTHER}): (.*)$`);
const ONLY = new RegExp(`^(.*?)\\s+# (${USUAL})$`);

/** A recipe as it is written into an app: it stands there for what is usual, and what differs elsewhere beside it in a comment. */
export function recipe(name: string, language: Language, tools: readonly Tool[]): string {
  const wanted = new Set<string>([language, ...tools]);
  return readFileSync(join(RECIPES, name), 'utf8').split('\n').flatMap((line) => {
    const [, indent, instead, rest] = INSTEAD.exec(line) ?? [];
    if (instead !== undefined) return wanted.has(instead) ? [`${indent}${rest}`] : [];
    const [, kept, only] = ONLY.exec(line) ?? [];
    return only === undefined ? [line] : wanted.has(only) ? [kept!] : [];
  }).join('\n');
}
