import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformOutput, Testing } from 'cdktf';
import { ComputeCluster, DataAsset, Environment, MLPipeline, Output, Schedule, Weekday } from '../../../lib/azure';
import { Classification, Purpose } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, importedWorkspace, resourcesOf, stackIn, synthesized, workspaceStack } from '../../support/azure';
import { azapiOf, code, environment, image, jobsOf, scene, specOf, store, trained } from '../../support/azure-pipeline';

const problemsOf = (stack: Parameters<typeof synthesized>[0]) => (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[])
  .filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/')).flatMap((resource) => armProblems(resource));

describe('a pipeline', () => {
  test('is a component whose steps name each other by what they read', () => {
    const { stack, pipeline } = trained();
    const { deidentify, train } = jobsOf(stack, pipeline);
    expect(deidentify.inputs).toEqual({ admissions: { job_input_type: 'literal', mode: 'ReadOnlyMount', value: '${{parent.inputs.admissions}}' } });
    expect(train.inputs).toEqual({ train: { job_input_type: 'literal', mode: 'ReadOnlyMount', value: '${{parent.jobs.deidentify.outputs.train}}' } });
    expect(deidentify.componentId).toMatch(/^\$\{azapi_resource\.Pipeline_Deidentify_Component_\w+\.id\}$/);
  });

  test('runs nothing when it is applied: there is no job, and no schedule that nobody asked for', () => {
    const { stack } = trained();
    expect([...azapiOf(stack, 'jobs'), ...azapiOf(stack, 'schedules')]).toEqual([]);
  });

  test('writes outputs to the workspace\'s store, each run into a folder of its own, and models to that of models', () => {
    const { stack, pipeline } = trained();
    const { deidentify, train } = jobsOf(stack, pipeline);
    expect(deidentify.outputs).toMatchObject({ train: { job_output_type: 'uri_folder', uri: `azureml://datastores/outputs/paths/${pipeline.pipelineName}/deidentify/train/\${{name}}/` } });
    expect(train.outputs).toMatchObject({ model: { job_output_type: 'custom_model', uri: `azureml://datastores/models/paths/${pipeline.pipelineName}/train/model/\${{name}}/` } });
  });

  test('hands expressions of Azure ML through Terraform as they are: in cdk.tf.json each has its second dollar sign, and references have none', () => {
    const { app, stack } = azureStack();
    const workspace = importedWorkspace(stack);
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, compute: new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' }) });
    pipeline.addCommand('Clean', { environment, code, command: 'sh -c "echo ${HOME} $PATH ${{inputs.raw}} > ${{outputs.output}}"', inputs: [store(stack, 'Raw').input()] });
    app.synth();
    const written = readFileSync(join(app.outdir, 'stacks', 'Stack', 'cdk.tf.json'), 'utf8');
    expect(written).toContain('echo $${HOME} $PATH $${{inputs.raw}} > $${{outputs.output}}');
    expect(written).toContain('"$${{parent.inputs.raw}}"');
    expect(written).not.toMatch(/(?<!\$)\$\{\{/);
    // what Terraform works out names at least two parts
    expect([...written.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, reference]) => reference).filter((reference) => !/^[a-z_]+\.[\w-]+\.[a-z_]+$/.test(reference))).toEqual([]);
  });

  test('lets each step read its inputs and write its outputs, as an identity of its own that the cluster has', () => {
    const { stack } = trained();
    const roles = resourcesOf(stack, 'azurerm_role_assignment').map(({ principal_id: who, role_definition_name: role, scope }) => `${/(Deidentify|Train|Cpu)/.exec(String(who))?.[0]} ${String(role)} ${String(scope).split('/').pop()}`);
    expect(roles.sort()).toEqual([
      'Cpu AcrPull readmissionacr', 'Deidentify AcrPull readmissionacr', 'Deidentify Storage Blob Data Contributor outputs', 'Deidentify Storage Blob Data Reader raw',
      'Train AcrPull readmissionacr', 'Train Storage Blob Data Contributor models', 'Train Storage Blob Data Reader outputs',
    ]);
    const [{ identity }] = resourcesOf(stack, 'azurerm_machine_learning_compute_cluster') as { identity: { type: string; identity_ids: string[] } }[];
    expect(identity.type).toBe('UserAssigned');
    expect(identity.identity_ids).toHaveLength(3);
  });

  test('names the identity of a step in its node', () => {
    const { stack, pipeline } = trained();
    expect(jobsOf(stack, pipeline).train.identity).toEqual({ identity_type: 'Managed', client_id: expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.Pipeline_Train_Identity_\w+\.client_id\}$/) });
  });

  test('records that steps on one cluster are kept apart by what they ask for', () => {
    const { pipeline } = trained();
    expect(pipeline.weakenings).toEqual([expect.objectContaining({ control: 'least-privilege', reason: expect.stringContaining('can sign in as any identity of the cluster') })]);
  });

  test('has nothing to record where each step has a cluster of its own', () => {
    const { stack, workspace, pipeline, raw, compute } = scene();
    const other = new ComputeCluster(stack, 'Other', { workspace, size: 'Standard_D4s_v5' });
    const clean = pipeline.addCommand('Clean', { environment, code, inputs: [raw.input()], compute });
    pipeline.addCommand('Train', { environment, code, inputs: [clean.output()], outputs: Output.model('model'), compute: other });
    expect(pipeline.weakenings).toEqual([]);
  });

  test('declares stores, steps and models in the data flow, with the words that rules know', () => {
    const { stack, pipeline, train, raw, clean } = trained();
    const model = pipeline.addRegistration('Register', { training: train });
    const flow = DataFlow.of(stack);
    expect(flow.node(clean.node.path)).toMatchObject({ kind: 'step', detail: 'Processing', deIdentifiesTo: Classification.PSEUDONYMISED });
    expect(flow.node(train.node.path)).toMatchObject({ kind: 'step', detail: 'Training' });
    expect(flow.classificationOf(raw.node.path)).toBe(Classification.PHI);
    expect(flow.classificationOf(model.node.path)).toBe(Classification.PSEUDONYMISED);
    expect(flow.edges).toEqual(expect.arrayContaining([
      { from: raw.node.path, to: clean.node.path, label: 'admissions' }, { from: clean.node.path, to: train.node.path, label: 'train' },
      { from: train.node.path, to: model.node.path, label: 'version' }, { from: clean.node.path, to: 'Stack/WorkspaceOutputs', label: 'train' },
    ]));
  });

  test('registers the model of a run under a name', () => {
    const { stack, pipeline, train } = trained();
    const model = pipeline.addRegistration('Register', { training: train, modelName: 'readmission' });
    expect(jobsOf(stack, pipeline).train.outputs).toMatchObject({ model: { name: 'readmission' } });
    expect(model.idOf('3')).toMatch(/\/workspaces\/readmission\/models\/readmission\/versions\/3$/);
  });

  test('tells people when a run fails', () => {
    const { stack, pipeline } = trained();
    expect(resourcesOf(stack, 'azurerm_monitor_metric_alert')).toEqual([expect.objectContaining({
      criteria: [expect.objectContaining({ metric_name: 'Failed Runs', dimension: [{ name: 'ExperimentName', operator: 'Include', values: [pipeline.pipelineName] }] })],
      action: [{ action_group_id: expect.stringContaining('/actionGroups/readmission') }],
    })]);
    expect(resourcesOf(trained({ alarmOnFailure: false }).stack, 'azurerm_monitor_metric_alert')).toEqual([]);
  });

  test('changes the version of a component with what it is made of, and of nothing else', () => {
    const versions = (change: (all: ReturnType<typeof scene>) => void, digest = 'a') => {
      const all = scene();
      const env = Environment.image(image.replace(/a{64}/, digest.repeat(64)));
      all.pipeline.addCommand('Clean', { environment: env, code, inputs: [all.raw.input()] });
      change(all);
      return Object.fromEntries(azapiOf(all.stack, 'components/versions').map(({ name, body }) => [(body.properties as { componentSpec: { type: string; display_name: string } }).componentSpec.display_name, name]));
    };
    const before = versions(() => undefined);
    const pipelineName = Object.keys(before).find((name) => name !== 'Clean')!;
    expect(versions(() => undefined)).toEqual(before);
    const after = versions(({ pipeline, raw }) => { pipeline.addCommand('Other', { environment, code, inputs: [raw.input()] }); });
    expect(after.Clean).toBe(before.Clean);
    expect(after[pipelineName]).not.toBe(before[pipelineName]);
    // another image: the environment, the component that names it, and the pipeline that names that
    const moved = versions(() => undefined, 'b');
    expect(moved.Clean).not.toBe(before.Clean);
    expect(moved[pipelineName]).not.toBe(before[pipelineName]);
  });

  test('names in a component the version that it is deployed as, and keeps the old one until the new one is there', () => {
    const { stack } = trained();
    for (const { name, body, lifecycle } of azapiOf(stack, 'components/versions') as (AzapiJson & { lifecycle: unknown })[]) {
      expect((body.properties as { componentSpec: { version: string } }).componentSpec.version).toBe(name);
      expect(lifecycle).toEqual({ create_before_destroy: true });
    }
  });

  test('takes a parameter that a run can set', () => {
    const { stack, pipeline, raw } = scene();
    const alpha = pipeline.addParameter('alpha', 0.5);
    pipeline.addCommand('Clean', { environment, code, inputs: [raw.input()], parameters: { alpha, seed: '7' } });
    pipeline.runOnSchedule('Weekly', Schedule.cron('0 3 * * 1'), { parameters: { alpha: '0.7' } });
    expect(specOf(stack, pipeline.pipelineName).inputs).toMatchObject({ alpha: { type: 'number', default: '0.5' } });
    expect(jobsOf(stack, pipeline).clean.inputs).toMatchObject({ alpha: { value: '${{parent.inputs.alpha}}' }, seed: { value: '7' } });
    expect(azapiOf(stack, 'schedules')[0].body).toMatchObject({ properties: { action: { jobDefinition: { inputs: { alpha: { jobInputType: 'literal', value: '0.7' } } } } } });
  });

  test('reads one place in a store under one name, and two of the same name under two', () => {
    const { stack, pipeline, raw } = scene();
    const other = store(stack, 'Other');
    pipeline.addCommand('One', { environment, code, inputs: [raw.input('data/')] });
    pipeline.addCommand('Two', { environment, code, inputs: [raw.input('data/'), other.input('data/').as('more')] });
    pipeline.addCommand('Three', { environment, code, inputs: [other.input('x/data/')] });
    const { one, two, three } = jobsOf(stack, pipeline);
    expect([one.inputs, two.inputs, three.inputs]).toMatchObject([
      { data: { value: '${{parent.inputs.data}}' } }, { data: { value: '${{parent.inputs.data}}' }, more: { value: '${{parent.inputs.more}}' } }, { data: { value: '${{parent.inputs.data_2}}' } },
    ]);
    expect(Object.keys(specOf(stack, pipeline.pipelineName).inputs as object).sort()).toEqual(['data', 'data_2', 'more']);
  });

  test('reads a data asset by its version', () => {
    const { stack, workspace, pipeline, raw } = scene();
    const asset = new DataAsset(stack, 'Admissions', { workspace, store: raw, path: 'admissions/2026-01/', version: '2026-01' });
    pipeline.addCommand('Clean', { environment, code, inputs: [asset.input()] });
    pipeline.runOnSchedule('Weekly', Schedule.weekly([Weekday.MONDAY]));
    const [data] = azapiOf(stack, 'data/versions') as (AzapiJson & { lifecycle: unknown })[];
    expect(data).toMatchObject({ name: '2026-01', lifecycle: { prevent_destroy: true }, body: { properties: { dataType: 'uri_folder', dataUri: 'azureml://datastores/raw/paths/admissions/2026-01/', tags: { classification: 'phi' } } } });
    expect(azapiOf(stack, 'schedules')[0].body).toMatchObject({ properties: { action: { jobDefinition: { inputs: { admissions: { uri: expect.stringMatching(/^\$\{azapi_resource\.Admissions_\w+\.id\}$/) } } } } } });
  });
});

describe('a run', () => {
  test('is started by a schedule with what lies in stores, at its time and not when it is applied', () => {
    const { stack, pipeline } = trained();
    pipeline.runOnSchedule('Weekly', Schedule.weekly([Weekday.MONDAY], { hour: 3, timeZone: 'W. Europe Standard Time' }));
    expect(azapiOf(stack, 'schedules')).toEqual([expect.objectContaining({
      body: {
        properties: expect.objectContaining({
          isEnabled: true,
          trigger: { triggerType: 'Recurrence', frequency: 'Week', interval: 1, schedule: { hours: [3], minutes: [0], weekDays: ['Monday'] }, timeZone: 'W. Europe Standard Time' },
          action: {
            actionType: 'CreateJob',
            jobDefinition: expect.objectContaining({
              jobType: 'Pipeline', experimentName: pipeline.pipelineName, inputs: { admissions: { jobInputType: 'uri_folder', uri: 'azureml://datastores/raw/paths/admissions/', mode: 'ReadOnlyMount' } },
            }),
          },
        }),
      },
    })]);
  });

  test('is not started by a schedule that is switched off', () => {
    const { stack, pipeline } = trained();
    pipeline.runOnSchedule('Weekly', Schedule.daily(), { isEnabled: false });
    expect(azapiOf(stack, 'schedules')[0].body).toMatchObject({ properties: { isEnabled: false } });
  });

  test('can be started by hand with the body of a request', () => {
    const { stack, pipeline } = trained();
    new TerraformOutput(stack, 'Run', { value: pipeline.runRequest() });
    expect(JSON.stringify(synthesized(stack).output)).toContain('azureml://datastores/raw/paths/admissions/');
  });
});

describe('a nested pipeline', () => {
  function nested() {
    const all = trained();
    const inner = new MLPipeline(all.stack, 'Features', { workspace: all.workspace, compute: all.compute });
    const cohort = inner.addInput('cohort');
    const features = inner.addCommand('Join', { environment, code, inputs: [cohort, all.raw.input('codes/')] });
    inner.expose('features', features.output());
    const step = all.pipeline.addPipeline('Features', { pipeline: inner, inputs: [all.clean.output('train').as('cohort')] });
    return { ...all, inner, features, step };
  }

  test('is a step whose inputs and outputs are those that it declares', () => {
    const { stack, pipeline, inner, step } = nested();
    pipeline.addCommand('Use', { environment, code, inputs: [step.output('features')] });
    expect(jobsOf(stack, pipeline).features).toMatchObject({
      type: 'pipeline', inputs: { codes: { value: '${{parent.inputs.codes}}' }, cohort: { value: '${{parent.jobs.deidentify.outputs.train}}' } },
      outputs: { features: { job_output_type: 'uri_folder' } },
    });
    expect(jobsOf(stack, inner).join).toMatchObject({
      inputs: { cohort: { value: '${{parent.inputs.cohort}}' }, codes: { value: '${{parent.inputs.codes}}' } }, outputs: { output: { type: 'literal', value: '${{parent.outputs.features}}' } },
    });
    expect(jobsOf(stack, pipeline).use.inputs).toMatchObject({ features: { value: '${{parent.jobs.features.outputs.features}}' } });
    expect(specOf(stack, inner.pipelineName)).toMatchObject({ inputs: { cohort: { type: 'uri_folder' }, codes: { type: 'uri_folder' } }, outputs: { features: { type: 'uri_folder' } } });
  });

  test('lets who reads a declared input read what is put there', () => {
    const { stack } = nested();
    const readers = resourcesOf(stack, 'azurerm_role_assignment').filter(({ scope, role_definition_name: role }) => String(scope).endsWith('/outputs') && role === 'Storage Blob Data Reader').map(({ principal_id: who }) => String(who));
    expect(readers.filter((who) => who.includes('Features_Join'))).toHaveLength(1);
  });

  test('passes the classification of its data on', () => {
    const { stack, step, inner } = nested();
    // what it reads from the raw store beside the cohort
    expect(DataFlow.of(stack).classificationOf(step.node.path)).toBe(Classification.PHI);
    expect(inner.node.path).toBe('Stack/Features');
  });

  test('fails without what it declares, and with what it does not', () => {
    const { pipeline, inner, clean } = nested();
    expect(() => pipeline.addPipeline('Again', { pipeline: inner })).toThrow(/does not give 'cohort' to 'Stack\/Features': add the data as\('cohort'\)/);
    expect(() => pipeline.addPipeline('Third', { pipeline: inner, inputs: [clean.output('train').as('cohort'), clean.output('test')] })).toThrow(/gives 'test' to 'Stack\/Features', which declares cohort/);
    expect(() => pipeline.addPipeline('Itself', { pipeline })).toThrow(/is the pipeline itself/);
  });

  test('fails to be scheduled by itself without what it declares', () => {
    const { inner, raw, stack } = nested();
    expect(() => inner.runOnSchedule('Daily', Schedule.daily())).toThrow(/does not give input 'cohort'/);
    inner.runOnSchedule('Weekly', Schedule.daily(), { inputs: [raw.input('cohort/')] });
    expect(azapiOf(stack, 'schedules')[0].body).toMatchObject({ properties: { action: { jobDefinition: { inputs: { cohort: { uri: 'azureml://datastores/raw/paths/cohort/' } } } } } });
  });
});

describe('a pipeline fails', () => {
  const validated = (stack: Parameters<typeof Testing.synth>[0]) => Testing.synth(stack, true);

  test('without a workspace, and with what is none', () => {
    const { stack } = azureStack();
    expect(() => new MLPipeline(stack, 'One', undefined as never)).toThrow(/pipeline 'Stack\/One': its props are undefined: give an object with workspace/);
    expect(() => new MLPipeline(stack, 'Two', { workspace: {} as never })).toThrow(/workspace is an object: give a Workspace/);
  });

  test('with a name that Azure ML refuses', () => {
    const { stack, workspace } = workspaceStack();
    expect(() => new MLPipeline(stack, 'P', { workspace, pipelineName: 'Read-mission' })).toThrow(/'Read-mission' is no name of a component: give 1 to 255 lowercase letters/);
  });

  test('without steps', () => {
    expect(() => validated(scene().stack)).toThrow(/the pipeline has no steps: add one with addCommand/);
  });

  test('with two steps of one id or one name', () => {
    const { pipeline, raw } = trained();
    expect(() => pipeline.addCommand('Train', { environment, code, inputs: [raw.input()] })).toThrow(/the id 'Train' is taken by another step/);
    expect(() => pipeline.addCommand('Other', { environment, code, stepName: 'train' })).toThrow(/step name 'train' is taken by Stack\/Pipeline\/Train/);
    expect(() => pipeline.addCommand('Third', { environment, code, stepName: 'Third' })).toThrow(/step name 'Third' is not usable: give lower-case letters/);
    expect(() => pipeline.addCommand('Assets', { environment, code })).toThrow(/the pipeline itself has something with the id 'Assets'/);
  });

  test('with a step of another pipeline as source', () => {
    const { stack, workspace, compute, clean } = trained();
    const other = new MLPipeline(stack, 'Other', { workspace, compute });
    expect(() => other.addCommand('Train', { environment, code, inputs: [clean.output('train')] })).toThrow(/reads 'train' of 'Stack\/Pipeline\/Deidentify', a step of another pipeline: hand the data over through a store/);
  });

  test('with an output that a step does not have', () => {
    const { clean } = trained();
    expect(() => clean.output('trian')).toThrow(/has no output 'trian': it has 'train', 'test'/);
    expect(() => clean.output()).toThrow(/has the outputs 'train', 'test': name one of them/);
  });

  test('with a source that no construct declares, and with a name that no step has', () => {
    const { stack, pipeline, clean, raw } = trained();
    const stray = { ...raw.input(), sourceId: 'Stack/Nowhere', grantRead: () => undefined };
    expect(() => pipeline.addCommand('A', { environment, code, inputs: [stray as never] })).toThrow(/reads 'data' from 'Stack\/Nowhere'|reads 'raw' from 'Stack\/Nowhere'/);
    pipeline.addCommand('B', { environment, code, inputs: [{ ...clean.output('train'), uri: '${{parent.jobs.deidentfy.outputs.train}}', grantRead: () => undefined } as never] });
    expect(() => validated(stack)).toThrow(/names '\$\{\{parent\.jobs\.deidentfy\.outputs\.train\}\}', and there is no step 'deidentfy': did you mean 'deidentify'/);
  });

  test('with a parameter that it does not declare', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addCommand('A', { environment, code, inputs: [raw.input()], parameters: { alpha: '${{parent.inputs.alpha}}' } });
    expect(() => pipeline.runOnSchedule('W', Schedule.daily(), { parameters: { beta: '1' } })).toThrow(/sets parameter 'beta', which the pipeline does not declare: it has none/);
    expect(() => validated(stack)).toThrow(/there is no input 'alpha' of the pipeline/);
  });

  test('with steps that wait for each other', () => {
    const { stack, pipeline, raw } = scene();
    const later = (step: string, name: string) => ({ ...raw.input(), name, uri: `\${{parent.jobs.${step}.outputs.output}}`, grantRead: () => undefined }) as never;
    pipeline.addCommand('A', { environment, code, inputs: [later('b', 'b')] });
    pipeline.addCommand('B', { environment, code, inputs: [later('a', 'a')] });
    expect(() => validated(stack)).toThrow(/waits for itself \(a → b → a\): remove one of the inputs/);
  });

  test('with data of another purpose', () => {
    const { stack, pipeline } = scene({ purpose: Purpose.of('readmission-risk') });
    const billing = store(stack, 'Billing', Classification.PHI, Purpose.of('billing'));
    expect(() => pipeline.addCommand('A', { environment, code, inputs: [billing.input()] })).toThrow(/whose data is for 'billing', in a pipeline for 'readmission-risk'/);
  });

  test('with an output in a store outside the residency', () => {
    const { stack, pipeline, raw } = scene();
    const away = { ...store(stack, 'Away'), node: raw.node, location: 'eastus', uri: () => 'azureml://datastores/away/paths/', grantReadWrite: () => undefined } as never;
    expect(() => pipeline.addCommand('A', { environment, code, inputs: [raw.input()], outputs: Output.of('out').inStore(away) })).toThrow(/the store of output 'out' of 'Stack\/Pipeline\/A' is in region 'eastus', outside the residency \(EU\)/);
  });

  test('with a registration of what is no model, or is one already', () => {
    const { pipeline, train, clean } = trained();
    expect(() => pipeline.addRegistration('A', { training: clean as never })).toThrow(/has no model among its outputs: add one with Output\.model/);
    expect(() => pipeline.addRegistration('B', { training: train, model: clean.output('test') })).toThrow(/'test' is no model of step 'train'/);
    pipeline.addRegistration('C', { training: train, modelName: 'readmission' });
    expect(() => pipeline.addRegistration('D', { training: train })).toThrow(/output 'model' of step 'train' is registered as 'readmission': register it once/);
  });

  test('with a declared input or parameter of a name that is taken', () => {
    const { pipeline } = trained();
    pipeline.addParameter('alpha', 1);
    expect(() => pipeline.addParameter('alpha', 2)).toThrow(/input 'alpha' is declared twice/);
    expect(() => pipeline.addInput('admissions')).toThrow(/input 'admissions' is declared twice/);
    expect(() => pipeline.addParameter('al pha', 2)).toThrow(/input name 'al pha' is not usable/);
    expect(() => pipeline.addParameter('beta', 2, { type: 'float' })).toThrow(/is of type 'float': use string, number, integer, boolean/);
  });
});

describe('an override', () => {
  test('reaches what is deployed, so that rules see it', () => {
    const { stack, pipeline } = trained();
    (pipeline.node.findChild('Resource') as unknown as { addOverride(path: string, value: unknown): void }).addOverride('body.properties.componentSpec.jobs.train.limits.timeout', 'PT99H');
    expect(jobsOf(stack, pipeline).train.limits).toMatchObject({ timeout: 'PT99H' });
  });
});

describe('100 steps', () => {
  test('are synthesized in time that grows with their number', () => {
    const time = (steps: number) => {
      const app = new App({ outdir: join(azureStack().app.outdir, 'x') });
      const stack = stackIn(app, 'Stack');
      const workspace = importedWorkspace(stack);
      const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, compute: new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' }) });
      let last = pipeline.addCommand('Step0', { environment, code, inputs: [store(stack, 'Raw').input()] });
      for (let index = 1; index < steps; index++) last = pipeline.addCommand(`Step${index}`, { environment, code, inputs: [last.output()] });
      const from = performance.now();
      app.synth();
      return performance.now() - from;
    };
    time(10);
    const [some, many] = [time(20), time(100)];
    // five times the steps; room for a busy machine
    expect(many).toBeLessThan(Math.max(some * 15, 1500));
    expect(many).toBeLessThan(10_000);
  });
});

describeWithArmTypes('bodies of a pipeline', () => {
  test('fit the types of Azure Resource Manager', () => {
    const { stack, pipeline, train } = trained({ purpose: undefined });
    pipeline.addRegistration('Register', { training: train });
    pipeline.runOnSchedule('Weekly', Schedule.weekly([Weekday.MONDAY]));
    pipeline.runOnSchedule('Monthly', Schedule.monthly([1, 15]));
    pipeline.runOnSchedule('Cron', Schedule.cron('*/15 3-5 * * 1,3'));
    expect(problemsOf(stack)).toEqual([]);
    expect(azapiOf(stack, 'schedules')).toHaveLength(3);
  });

  test('fit where a run is started by hand', () => {
    const { stack, pipeline } = trained();
    new TerraformOutput(stack, 'Run', { value: pipeline.runRequest() });
    const body = (synthesized(stack).output as { Run: { value: AzapiJson['body'] } }).Run.value;
    expect(armProblems({ type: 'Microsoft.MachineLearningServices/workspaces/jobs@2025-12-01', name: 'run', body })).toEqual([]);
  });
});
