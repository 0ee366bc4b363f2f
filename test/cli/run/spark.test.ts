import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MLPipeline, SparkApplication } from '../../../lib/aws/pipeline';
import { Classification } from '../../../lib/policy';
import { gate } from '../support';
import { assemblyOf, describeWithAnyPython, place, PLAIN_PYTHON, program } from './fixture';

const JOBS = [process.env.JOBS_PYTHON, join(__dirname, '../../../.venv-jobs/bin/python')].find((file) => file !== undefined && existsSync(file));
const testWithSpark = JOBS !== undefined && spawnSync(JOBS, ['-c', 'import pyspark']).status === 0 && spawnSync('java', ['-version']).status === 0 ? test : skipLoudly();

function skipLoudly(): typeof test.skip {
  process.stderr.write('Spark is not installed (.venv-jobs with pyspark, and Java): runs of Spark steps are skipped\n');
  return test.skip;
}

describeWithAnyPython('run of a Spark program', () => {
  let assembly: string;
  beforeAll(() => { assembly = assemblyOf(({ stack, workspace }) => {
    const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'sparkling' });
    pipeline.addEmrServerless('Count', {
      application: new SparkApplication(stack, 'Spark', { workspace, maxVcpus: 16 }), code: program('spark'), inputs: [raw.input('rows/').as('data')],
      sparkOptions: '--conf spark.sql.shuffle.partitions=3 --conf spark.executor.memory=4000g',
      arguments: ['--settings', raw.uri('settings/one.txt'), '--report', `${workspace.outputs.uri('sparkling/Count/report/')}`],
    });
  }); });
  const call = (cwd: string, folder: string, python: string) => gate(['run', '--app', join(folder, 'cdk.out'), '--data', 'Raw=data', '--python', python], { cwd, env: { PATH: process.env.PATH!, ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}) } });

  test('fails with the package that is missing, and where', async () => {
    const cwd = place(['1,2'], { 'data/settings/one.txt': 'so' });
    const { code, out } = await call(cwd, assembly, PLAIN_PYTHON!);
    expect([code, out]).toEqual([1, expect.stringMatching(/✗ Count +EMRServerless +failed: .*it imports 'pyspark', which .* does not have: install it there, or choose another interpreter with --python/)]);
  });

  testWithSpark('works on the processors of this machine, and keeps what it wrote where the definition says', async () => {
    const cwd = place(['1,2', '3,4'], { 'data/settings/one.txt': 'so' });
    expect(await call(cwd, assembly, JOBS!)).toMatchObject({ code: 0, err: '' });
    const run = join(cwd, '.regulated-ml/run/sparkling', readdirSync(join(cwd, '.regulated-ml/run/sparkling'))[0]!);
    const written = (folder: string, ending: string) => {
      const at = join(run, 'stores/Ml.Workspace.Outputs/sparkling/Count', folder);
      return readdirSync(at).filter((name) => name.endsWith(ending)).map((name) => readFileSync(join(at, name), 'utf8')).join('');
    };
    expect(written('data', '.csv').trim().split('\n').sort()).toEqual(['1,2', '3,4']);
    // options that are of the program hold, those of a cluster do not
    expect(JSON.parse(written('report', '.json'))).toEqual({ text: 'so', partitions: '3' });
  });
});
