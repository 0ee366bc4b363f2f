import type { Tool } from '../apps';
import type { FileInput } from '../input/detect';
import type { Folder } from '../input/file';
import { judgeAssembly } from './assembly';
import type { Judged, Judging } from './judged';
import { judgeTemplates } from './templates';
import { judgeTerraform, judgeTerraformApp } from './terraform';

/** Who reads and judges what is made with a tool. */
export interface Judge {
  /** What a synth has written. */
  output(folder: Folder, judging: Judging): Judged;
  /** Files that stand by themselves, all together. */
  files(files: readonly FileInput[], judging: Judging): Judged;
}

export const JUDGES: Readonly<Record<Tool, Judge>> = {
  cdk: { output: judgeAssembly, files: judgeTemplates },
  cdktf: { output: judgeTerraformApp, files: judgeTerraform },
};
