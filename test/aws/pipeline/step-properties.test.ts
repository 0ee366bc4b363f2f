import * as fs from 'fs';
import * as path from 'path';
import { STEP_PROPERTIES } from '../../../lib/aws/pipeline/data/step-properties';

const FOLDER = path.join(path.dirname(require.resolve('@aws-sdk/client-sagemaker/package.json')), 'dist-types', 'models');
const TYPES = fs.readdirSync(FOLDER).filter((file) => file.endsWith('.d.ts')).map((file) => fs.readFileSync(path.join(FOLDER, file), 'utf8')).join('\n');

function membersOf(shape: string): string[] {
  const body = new RegExp(`export interface ${shape} (?:extends \\w+ )?\\{\\n([^]*?)\\n\\}`).exec(TYPES)![1];
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name).filter((name) => name !== 'NextToken');
}

test.each([
  ['Processing', ['DescribeProcessingJobResponse'], []],
  ['Training', ['DescribeTrainingJobResponse'], []],
  ['Tuning', ['DescribeHyperParameterTuningJobResponse', 'ListTrainingJobsForHyperParameterTuningJobResponse'], []],
  ['Transform', ['DescribeTransformJobResponse'], []],
  ['Model', ['DescribeModelOutput'], []],
  ['RegisterModel', ['DescribeModelPackageOutput'], []],
  ['AutoML', ['DescribeAutoMLJobResponse'], ['BestCandidateProperties']],
] as const)('the properties of a %s step are those that the API describes', (type, shapes, own) => {
  expect([...STEP_PROPERTIES[type]!].sort()).toEqual([...shapes.flatMap(membersOf), ...own].sort());
});
