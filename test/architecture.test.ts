import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import * as ts from 'typescript';

const LIB = join(__dirname, '..', 'lib');

interface Import {
  readonly file: string;
  readonly floor: string;
  /** A folder of lib, or the package's name. */
  readonly target: string;
  readonly specifier: string;
}

/** What each floor of the house may import besides itself. */
const MAY_IMPORT: Record<string, RegExp> = {
  policy: /^$/,
  evidence: /^(policy|node:.*)$/,
  rules: /^(policy|node:.*|aws-cdk-lib.*|constructs|cdk-nag|cdktf)$/,
  aws: /^(policy|node:.*|aws-cdk-lib.*|constructs)$/,
  // never the provider's index, which loads every service of Azure
  azure: /^(policy|node:.*|cdktf|constructs|@cdktf\/provider-azurerm\/lib\/[a-z0-9-]+)$/,
  // the gate judges files: it needs no cloud library, and so no pack
  // of runtime the rules of the ledger, which a run on one machine keeps to as the cloud does
  cli: /^(policy|rules|evidence|runtime|node:.*|commander|yaml)$/,
  // of policy the accountant alone: what a ledger reckons is what synth reckoned
  runtime: /^(policy|node:.*|@aws-sdk\/.*|@smithy\/.*|@azure\/(cosmos|functions)|@noble\/ciphers\/.*|hyparquet(-writer)?\/.*)$/,
};

/** The only files of `rules` that know a cloud library. */
const PACKS = /^rules\/(?:(?:aws|azure)\/(?:pack|tree)|aws\/fragment)\.ts$/;

describe('the import arrows', () => {
  const imports = sources(LIB).flatMap(importsOf);

  test('there is something to judge', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  test.each(Object.keys(MAY_IMPORT))('%s imports only what its floor may', (floor) => {
    const allowed = MAY_IMPORT[floor];
    const stray = imports.filter((one) => one.floor === floor && one.target !== floor && !allowed.test(one.target));
    expect(stray.map((one) => `${one.file} imports ${one.specifier}`)).toEqual([]);
  });

  test('a rule file imports no cloud library, a pack does', () => {
    const stray = imports.filter((one) => one.floor === 'rules' && /^(aws-cdk-lib|constructs|cdk-nag|cdktf)/.test(one.target) && !PACKS.test(one.file));
    expect(stray.map((one) => `${one.file} imports ${one.specifier}`)).toEqual([]);
  });

  test('code that runs in the cloud takes the accountant from the model, and nothing else of it', () => {
    const stray = imports.filter(({ floor, target }) => floor === 'runtime' && target === 'policy').filter(({ file, specifier }) => !join(dirname(file), specifier).startsWith('policy/privacy/'));
    expect(stray.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });

  test('nothing imports the gate', () => {
    expect(imports.filter(({ floor, target }) => floor !== 'cli' && target === 'cli').map(({ file }) => file)).toEqual([]);
  });

  test('the gate reaches no cloud library, over any number of files, so that checking files needs none', () => {
    const byFile = new Map<string, Import[]>();
    for (const one of imports) byFile.set(one.file, [...byFile.get(one.file) ?? [], one]);
    const reached = new Set(imports.filter(({ floor }) => floor === 'cli').map(({ file }) => file));
    for (const file of reached) {
      for (const { specifier } of byFile.get(file) ?? []) {
        if (!specifier.startsWith('.')) continue;
        const target = join(dirname(file), specifier);
        for (const found of [`${target}.ts`, join(target, 'index.ts')]) if (byFile.has(found)) reached.add(found);
      }
    }
    expect(reached.size).toBeGreaterThan(80);
    expect([...reached].flatMap((file) => (byFile.get(file) ?? []).filter(({ target }) => /^(aws-cdk-lib|constructs|cdk-nag|cdktf|@cdktf|@aws-sdk|@smithy|aws$|azure$)/.test(target)).map(({ specifier }) => `${file} imports ${specifier}`))).toEqual([]);
  });

  test('every folder of lib has its floor', () => {
    const folders = readdirSync(LIB, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(folders.filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });
});

/** Where the model, the evidence, the gate and what rules of all clouds share may name what is Azure's, and why; comments may anywhere. */
const NAMES_AZURE: Readonly<Record<string, string>> = {
  'policy/cloud.ts': 'the table of clouds, one row each',
  'policy/jurisdiction.ts': 'data: partitions, the isolated sets of regions of each cloud',
  'policy/regions/azure.ts': 'data: regions',
  'cli/apps.ts': 'the table of tools, one row each',
  'cli/tools/cdktf.ts': 'the row of CDK for Terraform, and the reader that knows its files from others',
  'cli/judge/judges.ts': 'the table of who judges what, one row each',
  'cli/judge/terraform.ts': 'the reader that judges its files',
  'rules/catalogue.ts': 'the list of all rules, a line each cloud',
  'rules/reasons.ts': 'why types have no rule, a line each cloud',
  'rules/rule.ts': 'the names of other checkers',
  'rules/secrets.ts': 'data: what credentials look like',
  'cli/main.ts': 'words of the help',
  'cli/commands/init.ts': 'Azure DevOps, one of the CI systems that there is a recipe for',
};

describe('a cloud of its own', () => {
  // of the rules, what all clouds share: their engine stands in no folder, rules of a cloud in its own
  const engine = readdirSync(join(LIB, 'rules')).filter((name) => name.endsWith('.ts')).map((name) => join(LIB, 'rules', name));
  const shared = [...['policy', 'evidence', 'cli', 'rules/flow', 'rules/waivers'].flatMap((floor) => sources(join(LIB, floor))), ...engine];
  const naming = shared.map((path) => [relative(LIB, path), azureIn(path)] as const).filter(([, words]) => words.length > 0);

  test('Azure is named by no branch of the model, the evidence, the gate or the engine: a table has its row, and two readers know its files', () => {
    expect(naming.filter(([file]) => !(file in NAMES_AZURE)).map(([file, words]) => `${file} says ${words[0]}`)).toEqual([]);
    expect(Object.keys(NAMES_AZURE).filter((file) => naming.every(([other]) => other !== file))).toEqual([]);
  });

  test('no cloud is asked for by the name of its tool, and Azure by none: what takes a table takes it whole, or by a key that it was given', () => {
    const asked = shared.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/(?:[=!]==?|\bcase)\s*['"`](?:(?:azure|azurerm|cdktf|terraform)\b[^'"`]*|cdk)['"`]|\b(?:TOOLS|JUDGES)\.cdk(?:tf)?\b/gi)].map(([text]) => `${relative(LIB, path)}: ${text}`));
    expect(asked).toEqual([]);
  });
});

/** Names and texts of a file that are about Azure or about what it is written in. */
function azureIn(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isIdentifier(node) || ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) ? node.text : '';
    if (/azure|azapi|cdktf|terraform|microsoft/i.test(text)) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const file = relative(LIB, path);
  const floor = file.split('/')[0];
  if (!file.includes('/')) return [];
  const text = readFileSync(path, 'utf8');
  const specifiers = [...text.matchAll(/^(?:(?:import|export)\b[^;'`]*?\bfrom\s+|\}\s*from\s+|import\s+|.*\b(?:import|require)\()'([^']+)'/gm)].map((match) => match[1]);
  return specifiers.map((specifier) => ({
    file,
    floor,
    specifier,
    target: specifier.startsWith('.') ? relative(LIB, join(dirname(path), specifier)).split('/')[0] : isBuiltin(specifier) ? `node:${specifier.replace('node:', '')}` : specifier,
  }));
}
