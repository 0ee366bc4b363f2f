import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code, DataAsset, Distribution, Duration, Environment, ModelVersion, Output, Schedule, Weekday } from '../../../lib/azure';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { resourcesOf } from '../../support/azure';
import { azapiOf, code, codeFolder, environment, image, scene, specOf } from '../../support/azure-pipeline';

describe('code', () => {
  test('of a folder is uploaded to a store of its own below the digest of all files, and named as a version', () => {
    const { stack, pipeline, raw } = scene();
    const folder = codeFolder({ 'main.py': 'import lib\n', 'lib.py': '' });
    mkdirSync(join(folder, '__pycache__'));
    writeFileSync(join(folder, '__pycache__', 'lib.pyc'), 'x');
    pipeline.addCommand('Clean', { environment, code: Code.fromFolder(folder), inputs: [raw.input()] });
    const blobs = resourcesOf(stack, 'azurerm_storage_blob');
    expect(blobs.map(({ name }) => String(name).split('/').pop()).sort()).toEqual(['lib.py', 'main.py']);
    const [version] = azapiOf(stack, 'codes/versions');
    const { codeUri } = (version.body as { properties: { codeUri: string } }).properties;
    expect(codeUri).toMatch(/^https:\/\/\$\{azurerm_storage_account\.Workspace_Code_\w+\.name\}\.blob\.core\.windows\.net\//);
    expect(String(blobs[0].name).startsWith(codeUri.split('/').pop()!)).toBe(true);
    expect(specOf(stack, 'Clean').code).toMatch(/^azureml:\$\{azapi_resource\.Pipeline_Assets_Version-.*\.id\}$/);
  });

  test('is uploaded once however many steps run it, and anew when a file changes', () => {
    const { stack, pipeline } = scene();
    const folder = codeFolder();
    pipeline.addCommand('One', { environment, code: Code.fromFolder(folder) });
    pipeline.addCommand('Two', { environment, code: Code.fromFolder(folder) });
    pipeline.addCommand('Three', { environment, code: Code.fromFolder(codeFolder({ 'main.py': 'print(2)\n' })) });
    expect(azapiOf(stack, 'codes/versions')).toHaveLength(2);
    expect(specOf(stack, 'One').code).toBe(specOf(stack, 'Two').code);
    expect(specOf(stack, 'Three').code).not.toBe(specOf(stack, 'One').code);
  });

  test('of a store that somebody else fills needs no way to the data', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addCommand('Clean', { environment, code: Code.fromStore(raw, 'steps/clean/4f2c1e9/') });
    expect(resourcesOf(stack, 'azurerm_storage_blob')).toEqual([]);
    expect(azapiOf(stack, 'codes/versions')[0].body).toEqual({ properties: { codeUri: 'https://readmissionraw.blob.core.windows.net/raw/steps/clean/4f2c1e9', isAnonymous: false } });
  });

  test('of an image, or a version that is registered, makes nothing', () => {
    const { stack, pipeline } = scene();
    pipeline.addCommand('Image', { environment, code });
    pipeline.addCommand('Version', { environment, code: Code.fromVersion('/subscriptions/1/resourceGroups/a/providers/Microsoft.MachineLearningServices/workspaces/w/codes/c/versions/1') });
    expect(azapiOf(stack, 'codes/versions')).toEqual([]);
    expect(specOf(stack, 'Image').code).toBeUndefined();
    expect(specOf(stack, 'Version').code).toMatch(/^azureml:\/subscriptions\/1\/.*\/codes\/c\/versions\/1$/);
  });

  test('fails where the folder is missing, empty or without the program', () => {
    expect(() => Code.fromFolder('no/such/folder')).toThrow(/code folder 'no\/such\/folder' does not exist/);
    expect(() => Code.fromFolder(codeFolder({}))).toThrow(/is empty: put main\.py/);
    expect(() => Code.fromFolder(codeFolder({ 'train.py': '' }))).toThrow(/has no 'main\.py': it holds train\.py; name the file to run with \{ program \}/);
    expect(() => Code.inImage('main.exe')).toThrow(/program 'main\.exe' cannot be run: name a \.py or a \.sh file/);
    expect(() => Code.fromVersion('c:1')).toThrow(/code version 'c:1' is not usable/);
    expect(() => Code.fromStore(scene().raw, '/abs')).toThrow(/folder '\/abs' of store 'Stack\/Raw' is not usable/);
  });
});

describe('an environment', () => {
  test('is an image by its digest, made once for all steps of a pipeline', () => {
    const { stack, pipeline } = scene();
    pipeline.addCommand('One', { environment, code });
    pipeline.addCommand('Two', { environment: Environment.image(image), code });
    expect(azapiOf(stack, 'environments/versions').map(({ body }) => body)).toEqual([{ properties: { image, osType: 'Linux' } }]);
  });

  test('is built from a conda file, or from a Dockerfile in a folder that changes its version', () => {
    const { stack, pipeline } = scene();
    const file = join(codeFolder({ 'conda.yml': 'name: x\n' }), 'conda.yml');
    pipeline.addCommand('Conda', { environment: Environment.conda({ image, file }), code });
    pipeline.addCommand('Docker', { environment: Environment.dockerfile({ context: Code.fromFolder(codeFolder({ 'main.py': '', 'Dockerfile': 'FROM x' })) }), code });
    expect(azapiOf(stack, 'environments/versions').map(({ body }) => (body as { properties: object }).properties)).toEqual(expect.arrayContaining([
      { image, condaFile: 'name: x\n', osType: 'Linux' },
      { build: { contextUri: expect.stringContaining('.blob.core.windows.net/'), dockerfilePath: 'Dockerfile' }, osType: 'Linux' },
    ]));
  });

  test('is one of a registry of Azure ML, by version', () => {
    const { stack, pipeline } = scene();
    pipeline.addCommand('One', { environment: Environment.fromRegistry('azureml', 'sklearn-1.5', '33'), code });
    expect(specOf(stack, 'One').environment).toBe('azureml://registries/azureml/environments/sklearn-1.5/versions/33');
    expect(azapiOf(stack, 'environments/versions')).toEqual([]);
  });

  test('lets a step pull from the registry that it names, and from nowhere where anybody may', () => {
    const { stack, pipeline } = scene();
    const registryId = '/subscriptions/1/resourceGroups/a/providers/Microsoft.ContainerRegistry/registries/shared';
    pipeline.addCommand('Shared', { environment: Environment.image(`shared.azurecr.io/x@sha256:${'c'.repeat(64)}`, { registryId }), code });
    pipeline.addCommand('Public', { environment: Environment.image(`mcr.microsoft.com/x@sha256:${'d'.repeat(64)}`), code });
    const pulls = resourcesOf(stack, 'azurerm_role_assignment').filter(({ role_definition_name: role }) => role === 'AcrPull').map(({ principal_id: who, scope }) => `${/(Shared|Public|Cpu)/.exec(String(who))?.[0]} ${String(scope).split('/').pop()}`);
    expect(pulls.sort()).toEqual(['Cpu readmissionacr', 'Shared shared']);
  });

  test('fails without a digest, a file or a version', () => {
    expect(() => Environment.image('readmissionacr.azurecr.io/sklearn:latest')).toThrow(/image 'readmissionacr\.azurecr\.io\/sklearn:latest' is not usable: give registry, name and digest/);
    expect(() => Environment.image('${TfToken[TOKEN.12]}/sklearn:latest')).toThrow(/^image '<reference>\/sklearn:latest' is not usable: .*; <reference> is what another resource gives, such as registryServer of a workspace/);
    expect(() => Environment.image(`sklearn@sha256:${'a'.repeat(64)}`)).toThrow(/give registry, name and digest/);
    expect(() => Environment.conda({ image: 'x:1', file: 'conda.yml' })).toThrow(/image of a conda environment 'x:1' is not usable/);
    expect(() => Environment.conda({ image, file: 'no.yml' })).toThrow(/conda file 'no\.yml' does not exist/);
    expect(() => Environment.fromRegistry('azureml', 'sklearn', 'latest')).toThrow(/version 'latest' of environment 'sklearn' is not usable/);
    expect(() => Environment.image(image, { inference: { port: 0 } })).toThrow(/port 0 of the routes is not possible/);
    expect(() => Environment.image(image, { inference: { port: 80, liveness: '/' } })).toThrow(/route liveness is '\/': give a path such as '\/health'/);
    const { pipeline } = scene();
    expect(() => pipeline.addCommand('A', { environment: Environment.dockerfile({ context: code }), code })).toThrow(/an image is built from a folder that has an address/);
  });
});

describe('a model that lies in a store', () => {
  test('is registered by its version, and kept', () => {
    const { stack, workspace, raw } = scene();
    const model = new ModelVersion(stack, 'Model', { workspace, store: raw, path: 'models/7/', version: '7', isMlflow: true });
    expect(azapiOf(stack, 'models/versions')).toEqual([expect.objectContaining({
      name: '7', lifecycle: { prevent_destroy: true }, body: { properties: { modelType: 'mlflow_model', modelUri: 'azureml://datastores/raw/paths/models/7/', isAnonymous: false } },
    })]);
    expect(model.servedModel._options).toMatchObject({ sourceId: 'Stack/Model', isMlflow: true });
  });

  test('fails without version or path', () => {
    const { stack, workspace, raw } = scene();
    expect(() => new ModelVersion(stack, 'A', { workspace, store: raw, path: '', version: '1' })).toThrow(/model 'Stack\/A': path is ''/);
    expect(() => new ModelVersion(stack, 'B', { workspace, store: raw, path: 'a', version: 'v 1' })).toThrow(/version is 'v 1'/);
    expect(() => new DataAsset(stack, 'C', { workspace, store: raw, path: 'a', version: '1', type: 'folder' })).toThrow(/is of type 'folder': give uri_folder, uri_file or mltable/);
  });
});

describe('values', () => {
  test('a duration is written without days, in whole seconds', () => {
    expect([Duration.days(2), Duration.hours(1.5), Duration.seconds(90), Duration.minutes(5)].map(String)).toEqual(['PT48H', 'PT1H30M', 'PT1M30S', 'PT5M']);
    expect(() => Duration.seconds(0)).toThrow(/a duration of 0 seconds is not possible/);
    expect(() => Duration.minutes(0.001)).toThrow(/makes whole seconds/);
    expect(() => Duration.hours('1' as never)).toThrow(/a duration of '1' hours/);
  });

  test('a schedule always has a time of day', () => {
    for (const schedule of [Schedule.daily(), Schedule.weekly([Weekday.FRIDAY]), Schedule.monthly([1])]) expect(schedule._trigger).toMatchObject({ schedule: { hours: [0], minutes: [0] }, timeZone: 'UTC' });
  });

  test.each(['0 3 * * 1', '*/15 3-5 1,15 * *', '0 0 1 1 7'])('a cron expression may be %s', (expression) => {
    expect(Schedule.cron(expression)._trigger).toMatchObject({ expression });
  });

  test.each([['0 3 * *', /give five fields/], ['0 24 * * *', /has '24' as hour: give numbers from 0 to 23/], ['x * * * *', /has 'x' as minute/], ['0 0 32 * *', /as day of the month/], [undefined, /give five fields/]])('fails with the cron expression %s', (expression, message) => {
    expect(() => Schedule.cron(expression as never)).toThrow(message);
  });

  test('fails with schedules of no day, hours and minutes of no clock', () => {
    expect(() => Schedule.weekly([])).toThrow(/names no day/);
    expect(() => Schedule.monthly([0])).toThrow(/a monthly schedule on 0 is not possible/);
    expect(() => Schedule.daily({ hour: 24 })).toThrow(/hour 24 is none of a day/);
    expect(() => Schedule.daily({ minute: 60 })).toThrow(/minute 60 is none of an hour/);
  });

  test('fails with outputs and distributions that nobody can have', () => {
    expect(() => Output.of('my-output')).toThrow(/output name 'my-output' is not usable/);
    expect(() => Output.of('a').inStore(scene().raw, '/x')).toThrow(/output 'a' goes to folder '\/x'/);
    expect(() => Distribution.pytorch({ processesPerNode: 0 })).toThrow(/processesPerNode of 0 is not possible/);
    expect(() => Distribution.tensorflow({ parameterServers: -1 })).toThrow(/parameterServers of -1/);
    expect(() => Distribution.ray({ port: 80 })).toThrow(/port 80 of Ray is not possible/);
  });
});

describeWithArmTypes('bodies of assets', () => {
  test('fit the types of Azure Resource Manager', () => {
    const { stack, workspace, pipeline, raw } = scene();
    const file = join(codeFolder({ 'conda.yml': 'name: x\n' }), 'conda.yml');
    pipeline.addCommand('Conda', { environment: Environment.conda({ image, file }), code: Code.fromFolder(codeFolder()) });
    pipeline.addCommand('Docker', { environment: Environment.dockerfile({ context: Code.fromStore(raw, 'docker/1') }), code });
    pipeline.addCommand('Image', { environment: Environment.image(image, { inference: { port: 8080 } }), code });
    new DataAsset(stack, 'Data', { workspace, store: raw, path: 'a/b.csv', version: '1' });
    new DataAsset(stack, 'Table', { workspace, store: raw, path: 'a/', version: '1', type: 'mltable' });
    new ModelVersion(stack, 'Model', { workspace, store: raw, path: 'm/', version: '1' });
    const bodies = (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
    expect(bodies.length).toBeGreaterThan(10);
    expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
  });
});
