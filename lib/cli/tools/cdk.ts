import { statSync } from 'node:fs';
import { isObject } from '../../rules/resolved';
import { checkTemplateSize, inFolder, MANIFEST } from '../input/file';
import { isTemplate, jsonIn } from '../input/template';
import type { AppTool } from './tool';

// the CDK leaves a file of this name: without a manifest, or with one that was spoilt, it is an assembly that is not whole
const MARK = 'cdk.out';

/** The CDK, whose assemblies hold templates of CloudFormation. */
export const CDK: AppTool = {
  name: 'the CDK', settings: 'cdk.json', output: 'cdk.out', synth: 'cdk synth', canRun: true,
  lines: (language, { names, frameworks, residency }) => (language === 'python' ? [
    'from aws_cdk import Validations',
    `from cdk_regulated_ml.policy import ${names}`,
    'from cdk_regulated_ml.rules import RegulatedMLChecks',
    '',
    `profile = ComplianceProfile.of(frameworks=[${frameworks}], residency=${residency})`,
    'Validations.of(app).add_plugins(RegulatedMLChecks(app, profile=profile))',
  ] : [
    'import { Validations } from \'aws-cdk-lib\';',
    `import { ${names} } from 'cdk-regulated-ml/policy';`,
    'import { RegulatedMLChecks } from \'cdk-regulated-ml/rules\';',
    '',
    `const profile = ComplianceProfile.of({ frameworks: [${frameworks}], residency: ${residency} });`,
    'Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));',
  ]),

  takes: ['a cloud assembly', 'a CloudFormation template'],
  isOutput: (folder, at) => {
    const [mark, manifest] = [inFolder(at, MARK), inFolder(at, MANIFEST)];
    if (folder.has(mark) && statSync(folder.inside(mark)).isFile()) return true;
    if (!folder.has(manifest)) return false;
    const content = jsonIn(folder.read(manifest).text);
    return isObject(content) && isObject(content.artifacts);
  },
  hints: /Resources/,
  marks: /AWS::/,
  ending: /\.template(\.json)?$/,
  isFile: isTemplate,
  checkSize: checkTemplateSize,
};
