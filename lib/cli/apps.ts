import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../policy/given';
import { CDK } from './tools/cdk';
import { CDKTF } from './tools/cdktf';
import type { AppTool } from './tools/tool';

/** What an app is synthesized with. */
export type Tool = 'cdk' | 'cdktf';

/** Everything that is known of each tool, and nowhere else; who judges what it wrote stands in `judge/judges.ts`. */
export const TOOLS: Readonly<Record<Tool, AppTool>> = { cdk: CDK, cdktf: CDKTF };

/** The tools, in the order in which they are asked. */
export const ALL_TOOLS = Object.keys(TOOLS) as readonly Tool[];

/** The one that is meant where nothing else is said. */
export const USUAL_TOOL: Tool = 'cdk';

const each = (what: (tool: AppTool) => string) => Object.values(TOOLS).map((tool) => `'${what(tool)}'`);

/** Where all of them write, for a message that there is none of it. */
export const OUTPUTS = each(({ output }) => output);

/** How all of them write. */
export const SYNTHS = each(({ synth }) => synth).join(' or ');

/** An app, as its settings tell it. */
export interface AppSettings {
  readonly tool: Tool;
  /** The command that runs it; empty where nothing is said. */
  readonly command: string;
  /** Where synth writes. */
  readonly output: string;
  /** Not every tool says it. */
  readonly language?: string;
}

/** The apps whose settings lie in a folder: one for each tool at most. */
export function appsIn(folder: string): AppSettings[] {
  return ALL_TOOLS.flatMap((tool) => {
    const file = join(folder, TOOLS[tool].settings);
    if (!existsSync(file)) return [];
    const { app, output, language } = settingsIn(file);
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    return { tool, command: text(app), output: text(output) || TOOLS[tool].output, ...(text(language) ? { language: text(language) } : {}) };
  });
}

/**
 * What was synthesized in a folder: the output of each app that has settings there, and what lies there under the usual names where there are none.
 *
 * @throws an error when an app that is there was not synthesized: a part would stand for the whole
 */
export function outputsIn(folder: string): string[] {
  const apps = appsIn(folder);
  const isThere = (output: string) => existsSync(join(folder, output));
  const missing = apps.find(({ output }) => !isThere(output));
  if (missing) {
    const { settings, synth, name } = TOOLS[missing.tool];
    throw new Error(`'${settings}' is that of an app of ${name}, and there is no '${missing.output}': run '${synth}' first, or name what to check`);
  }
  const usual = ALL_TOOLS.filter((tool) => apps.every((app) => app.tool !== tool)).map((tool) => TOOLS[tool].output).filter(isThere);
  return [...new Set([...apps.map(({ output }) => output), ...usual])].sort();
}

function settingsIn(file: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(data) ? data as Record<string, unknown> : {};
  } catch {
    // the tool says so itself
    return {};
  }
}
