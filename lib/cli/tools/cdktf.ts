import { RECORD_FILE } from '../../policy/record';
import { isPlan } from '../../rules/azure/plan';
import { isObject } from '../../rules/resolved';
import { inFolder, MANIFEST } from '../input/file';
import { jsonIn } from '../input/template';
import type { AppTool } from './tool';

/** CDK for Terraform, whose folders hold stacks as Terraform's JSON. */
export const CDKTF: AppTool = {
  name: 'CDK for Terraform', settings: 'cdktf.json', output: 'cdktf.out', synth: 'cdktf synth', canRun: false,
  lines: (language, { names, frameworks, residency }) => (language === 'python' ? ['nothing: at synth the rules for Azure are there for TypeScript alone, and an app in Python is judged by its files'] : [
    `import { ${names} } from 'cdk-regulated-ml/policy';`,
    'import { RegulatedMLChecks } from \'cdk-regulated-ml/rules/azure\';',
    '',
    `const profile = ComplianceProfile.of({ frameworks: [${frameworks}], residency: ${residency} });`,
    'new RegulatedMLChecks(app, { profile });',
  ]),

  takes: ['JSON of Terraform'],
  // a synth that findings stopped has left its record and its stacks, and no manifest
  isOutput: (folder, at) => {
    if (folder.has(inFolder(at, RECORD_FILE)) && folder.has(inFolder(at, 'stacks'))) return true;
    const manifest = inFolder(at, MANIFEST);
    if (!folder.has(manifest)) return false;
    // it names stacks where that of the CDK names artifacts
    const content = jsonIn(folder.read(manifest).text);
    return isObject(content) && isObject(content.stacks) && Object.values(content.stacks).some((stack) => isObject(stack) && typeof stack.synthesizedStackPath === 'string');
  },
  hints: /terraform|"resource"|planned_values|"format_version"/,
  marks: /"azurerm_|"azapi_|"planned_values"/,
  ending: /\.tf\.json$/,
  // what CDK for Terraform and people write, or what `terraform show -json` prints
  isFile: (content) => isPlan(content) || isConfiguration(content),
  unread: {
    ending: /\.tf$/, language: 'Terraform\'s own language', instead: 'run \'terraform show -json <plan> > plan.json\' and name that',
    why: 'what they come to is in the JSON of a plan',
  },
};

function isConfiguration(content: unknown): boolean {
  const isBlock = (block: unknown) => isObject(block) || (Array.isArray(block) && block.every(isObject));
  return isObject(content) && content.Resources === undefined && [content.terraform, content.provider, content.resource].some(isBlock);
}
