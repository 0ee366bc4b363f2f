import type { Folder } from '../input/file';

/** A language that apps are written in. */
export type Language = 'typescript' | 'python';

/** A profile as code: names to import, and what makes the framework's and the residency's part of it. */
export interface ProfileInCode {
  readonly names: string;
  readonly frameworks: string;
  readonly residency: string;
}

/** What an app is synthesized with, and how that and what it leaves are known. The gate asks the same of each: what differs stands here. */
export interface AppTool {
  readonly name: string;
  /** The file of its settings. */
  readonly settings: string;
  /** Where it writes when its settings say nothing else. */
  readonly output: string;
  /** The command that writes there. */
  readonly synth: string;
  /** Whether `regulated-ml run` has the steps of its pipelines from what it writes. */
  readonly canRun: boolean;
  /** What an app needs to be judged at synth: imports, and two lines. */
  lines(language: Language, profile: ProfileInCode): string[];

  /** What of it can be named to the gate, in words. */
  readonly takes: readonly string[];
  /** Whether a folder of a folder is what it has written. */
  isOutput(folder: Folder, at: string): boolean;
  /** What a text holds that may be a file of it. */
  readonly hints: RegExp;
  /** What a text holds, and how a file is called, that is one for certain: when it cannot be read, it is not passed over. */
  readonly marks: RegExp;
  readonly ending: RegExp;
  /** Whether this is a file that can be judged by itself. */
  isFile(content: unknown): boolean;
  /** Fails on what is too large to be one. */
  checkSize?(text: string, shown: string): void;
  /** Files of it in a language that nothing here reads. */
  readonly unread?: { readonly ending: RegExp; readonly language: string; readonly instead: string; readonly why: string };
}
