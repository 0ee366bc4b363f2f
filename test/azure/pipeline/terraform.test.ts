import { TerraformOutput } from 'cdktf';
import {
  BatchEndpoint, Code, ComputeCluster, ComputeInstance, DataAsset, Duration, EarlyTermination, InferenceEndpoint, ModelVersion, MLPipeline, Objective, Output, Range, Scaling, Schedule, Traffic, Weekday,
  Workspace,
} from '../../../lib/azure';
import { Classification, Purpose, Retention } from '../../../lib/policy';
import { azureStack, location, profile } from '../../support/azure';
import { code, codeFolder, environment, trained } from '../../support/azure-pipeline';
import { describeWithTerraform, validateStack } from '../../support/terraform/validate';

const user = { objectId: '11111111-1111-1111-1111-111111111111', tenantId: '22222222-2222-2222-2222-222222222222' };

describeWithTerraform('terraform validate', () => {
  test('passes for every kind of step, asset, compute and endpoint', async () => {
    const { stack, workspace, pipeline, raw, clean, train, compute } = trained();
    const alpha = pipeline.addParameter('alpha', 0.5);
    pipeline.addSweep('Tune', {
      environment, code: Code.fromFolder(codeFolder()), inputs: [clean.output('train')], objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.1, 1) }, parameters: { alpha },
      earlyTermination: EarlyTermination.median(), command: 'sh -c "echo ${HOME} ${{inputs.lr}} ${{inputs.alpha}}"',
    });
    pipeline.addParallel('Score', { environment, code: Code.inImage('score.py'), batches: clean.output('test'), inputs: [train.model] });
    pipeline.addSpark('Join', { code: Code.fromStore(raw, 'join/1'), inputs: [raw.input('other/')] });
    const model = pipeline.addRegistration('Register', { training: train });
    pipeline.runOnSchedule('Weekly', Schedule.weekly([Weekday.MONDAY]), { parameters: { alpha: '0.7' } });
    new TerraformOutput(stack, 'Run', { value: pipeline.runRequest() });
    const endpoint = new InferenceEndpoint(stack, 'Endpoint', {
      workspace, model, code: Code.inImage('score.py'), traffic: Traffic.split({ blue: 90, green: 10 }), capture: { retention: Retention.days(30) },
      scaling: Scaling.between({ min: 2, max: 6 }).withSchedule({ name: 'day', days: [Weekday.MONDAY], from: '07:00', until: '19:00', min: 4, max: 8 }),
    });
    endpoint.addDeployment('green', { model, code: Code.inImage('score.py'), requestTimeout: Duration.seconds(10) });
    new BatchEndpoint(stack, 'Batch', { workspace, compute, pipeline });
    new ComputeInstance(stack, 'Notebook', { workspace, user });
    new DataAsset(stack, 'Data', { workspace, store: raw, path: 'a/', version: '1' });
    new ModelVersion(stack, 'Model', { workspace, store: raw, path: 'm/', version: '1' });
    expect((await validateStack(stack)).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('passes for a pipeline on a workspace of the app, with code in a store of its own', async () => {
    const { stack } = azureStack();
    const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'] });
    const purpose = Purpose.of('readmission-risk');
    const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose, compute: new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' }) });
    const clean = pipeline.addCommand('Deidentify', { environment, code: Code.fromFolder(codeFolder()), inputs: [raw.input('admissions/')], deIdentifiesTo: Classification.PSEUDONYMISED });
    const train = pipeline.addCommand('Train', { environment, code, inputs: [clean.output()], outputs: Output.mlflowModel('model') });
    new InferenceEndpoint(stack, 'Endpoint', { workspace, model: pipeline.addRegistration('Register', { training: train }), scaling: Scaling.between({ min: 2, max: 6 }) });
    expect((await validateStack(stack)).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('fails where an expression of Azure ML lacks its second dollar sign', async () => {
    const { stack, pipeline } = trained();
    (pipeline.node.findChild('Resource') as unknown as { addOverride(path: string, value: unknown): void }).addOverride('body.properties.componentSpec.jobs.train.inputs.train.value', '${{parent.jobs.deidentify.outputs.train}}');
    const [problem] = (await validateStack(stack)).filter(({ severity }) => severity === 'error');
    expect(problem?.address).toMatch(/^azapi_resource\.Pipeline_/);
  });
});
