import { MLPipeline, SparkApplication } from '../../../lib/aws/pipeline';
import { TokenVault } from '../../../lib/aws/privacy';
import { Alphabet, Classification, Deidentification, Purpose, Technique, TokenField } from '../../../lib/policy';
import { describeWithJobsPython, jobsPython } from '../../support/jobs-python';
import { gate } from '../support';
import { assemblyOf, place } from './fixture';

describeWithJobsPython('run of a step that takes tokens of a vault', () => {
  test('is skipped with what to do instead, and nothing stands in for the vault', async () => {
    const assembly = assemblyOf(({ stack, workspace }) => {
      const raw = workspace.addStore('Raw', { classification: Classification.PHI });
      const fields = { patientId: TokenField.random(), cardNumber: TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 12, maxLength: 19 }) };
      const vault = new TokenVault(stack, 'Vault', { workspace, tenant: 'cardiology', fields, purposes: [Purpose.of('care')] });
      const source = { plan: Deidentification.of({ columns: { id: Technique.token('patientId') } }), input: raw.input('rows/'), quarantine: raw, vault };
      const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'tokens' });
      pipeline.addDeidentification('Here', { ...source, withoutNetworkIsolation: 'the job asks the vault for tokens' });
      pipeline.addServerlessDeidentification('There', { ...source, application: new SparkApplication(stack, 'Spark', { workspace, maxVcpus: 20 }) });
    });
    const { code, out } = await gate(['run', '--app', `${assembly}/cdk.out`, '--data', 'Raw=data', '--python', jobsPython()!], { cwd: place(['1,2']), env: { PATH: process.env.PATH! } });
    expect(code).toBe(1);
    for (const name of ['Here', 'There']) {
      expect(out).toMatch(new RegExp(`${name} .*skipped.*it takes tokens of a vault, and no vault is asked from this machine: run it in the cloud, or give it here a plan with Technique\\.pseudonym\\(\\)`));
    }
  });
});
