import { Testing } from 'cdktf';
import { CaptureMode, Code, Duration, EndpointAuthentication, Environment, InferenceEndpoint, InferenceEndpointProps, Scaling, ServedModel, Traffic, Weekday } from '../../../lib/azure';
import { Classification, Retention } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, group, importedWorkspace, profile, resourcesOf, stackIn, synthesized } from '../../support/azure';
import { azapiOf, environment, image, store, trained } from '../../support/azure-pipeline';

const code = Code.inImage('score.py');
const versionId = `${group}/providers/Microsoft.MachineLearningServices/workspaces/readmission/models/readmission/versions/3`;
const fixed = ServedModel.fromVersion(versionId);

function served(props: Partial<InferenceEndpointProps> = {}) {
  const all = trained();
  const endpoint = new InferenceEndpoint(all.stack, 'Endpoint', { workspace: all.workspace, model: fixed, environment, code, ...props });
  return { ...all, endpoint };
}

const properties = (resource: AzapiJson) => resource.body.properties as Record<string, unknown>;
const updates = (stack: Parameters<typeof synthesized>[0]) => resourcesOf(stack, 'azapi_update_resource') as { body: unknown; count?: unknown; depends_on: string[]; lifecycle: unknown }[];

describe('an endpoint', () => {
  test('is reached from the private network only, by callers that sign in', () => {
    const { stack } = served();
    expect(azapiOf(stack, 'onlineEndpoints')).toEqual([expect.objectContaining({
      location: 'germanywestcentral', identity: [{ type: 'UserAssigned', identity_ids: [expect.stringContaining('Endpoint_Identity')] }],
      body: { kind: 'Managed', properties: { authMode: 'AADToken', publicNetworkAccess: 'Disabled' } },
    })]);
  });

  test('answers from instances without a way out', () => {
    const { stack } = served();
    const [blue] = azapiOf(stack, 'onlineEndpoints/deployments');
    expect(blue).toMatchObject({ name: 'blue', body: { sku: { name: 'Default', capacity: 2 } } });
    expect(properties(blue)).toMatchObject({
      endpointComputeType: 'Managed', egressPublicNetworkAccess: 'Disabled', model: versionId, instanceType: 'Standard_DS3_v2', appInsightsEnabled: false,
      requestSettings: { requestTimeout: 'PT5S', maxConcurrentRequestsPerInstance: 1 }, environmentId: expect.stringContaining('azapi_resource.Endpoint_Assets_Environment'),
    });
  });

  test('may pull its images and read models, and has that before it pulls', () => {
    const { stack } = served();
    const roles = Object.entries(synthesized(stack).resource!.azurerm_role_assignment).filter(([, { principal_id: who }]) => String(who).includes('Endpoint_Identity'));
    expect(roles.map(([, { role_definition_name: role, scope }]) => `${String(role)} ${String(scope).split('/').pop()}`).sort()).toEqual(['AcrPull readmissionacr', 'Storage Blob Data Reader models']);
    const [blue] = azapiOf(stack, 'onlineEndpoints/deployments') as (AzapiJson & { depends_on: string[] })[];
    expect(blue.depends_on.sort()).toEqual(roles.map(([id]) => `azurerm_role_assignment.${id}`).sort());
  });

  test('gets its traffic when deployments are there, and again when it is changed itself', () => {
    const { stack } = served();
    expect(updates(stack)).toEqual([expect.objectContaining({
      body: { properties: { traffic: { blue: 100 } } }, depends_on: [expect.stringMatching(/^azapi_resource\.Endpoint_blue_\w+$/)],
      lifecycle: { replace_triggered_by: [expect.stringMatching(/^azapi_resource\.Endpoint_\w+$/)] }, count: 1,
    })]);
  });

  test('splits traffic between blue and green, and copies some to a third', () => {
    const { stack, endpoint } = served({ traffic: Traffic.split({ blue: 90, green: 10 }).mirroredTo('shadow', 5) });
    for (const name of ['green', 'shadow']) endpoint.addDeployment(name, { model: fixed, environment, code });
    expect(azapiOf(stack, 'onlineEndpoints/deployments').map(({ name }) => name)).toEqual(['blue', 'green', 'shadow']);
    expect(updates(stack)[0]).toMatchObject({ body: { properties: { traffic: { blue: 90, green: 10 }, mirrorTraffic: { shadow: 5 } } } });
    expect(updates(stack)[0].depends_on).toHaveLength(3);
  });

  test('logs what it is asked, but not the content', () => {
    const { stack } = served();
    expect(resourcesOf(stack, 'azurerm_monitor_diagnostic_setting')).toContainEqual(expect.objectContaining({ target_resource_id: expect.stringMatching(/azapi_resource\.Endpoint_\w+\.id/), enabled_log: [{ category_group: 'allLogs' }] }));
  });

  test('tells people of errors and of slow answers', () => {
    const { stack } = served({ alarms: { errors: 3, latency: Duration.seconds(2) } });
    const alerts = resourcesOf(stack, 'azurerm_monitor_metric_alert').filter(({ name }) => String(name).startsWith('stack-endpoint'));
    expect(alerts.map(({ criteria }) => (criteria as object[])[0])).toEqual([
      expect.objectContaining({ metric_name: 'RequestsPerMinute', threshold: 3, dimension: [{ name: 'statusCodeClass', operator: 'Include', values: ['5xx'] }] }),
      expect.objectContaining({ metric_name: 'RequestLatency_P99', threshold: 2000 }),
    ]);
    for (const { action } of alerts) expect(action).toEqual([{ action_group_id: expect.stringContaining('/actionGroups/readmission') }]);
  });

  test('takes keys only with a reason, which is recorded', () => {
    const { stack, endpoint } = served({ authentication: EndpointAuthentication.key('the imaging device cannot sign in with Entra') });
    expect(properties(azapiOf(stack, 'onlineEndpoints')[0]).authMode).toBe('Key');
    expect(endpoint.weakenings).toContainEqual(expect.objectContaining({ control: 'authentication', reason: expect.stringContaining('the imaging device cannot sign in') }));
    expect(endpoint.node.metadata.map(({ data }) => (data as { choice?: string }).choice)).toContain('a shared key');
    expect(() => EndpointAuthentication.key('')).toThrow(/takes the reason/);
  });

  test('lets an identity ask it', () => {
    const { stack, endpoint, workspace } = served();
    endpoint.grantInvoke(workspace.identity);
    expect(resourcesOf(stack, 'azurerm_role_assignment')).toContainEqual(expect.objectContaining({ role_definition_name: 'AzureML Data Scientist', scope: expect.stringMatching(/azapi_resource\.Endpoint_\w+\.id/) }));
  });

  test('is a node of the data flow, as sensitive as what its model was made from', () => {
    const { stack, workspace, pipeline, train } = trained();
    const model = pipeline.addRegistration('Register', { training: train });
    const endpoint = new InferenceEndpoint(stack, 'Endpoint', { workspace, model, code });
    expect(DataFlow.of(stack).node(endpoint.node.path)).toMatchObject({ kind: 'endpoint', detail: 'real-time', region: 'germanywestcentral' });
    expect(DataFlow.of(stack).edges).toContainEqual({ from: model.node.path, to: endpoint.node.path, label: 'approved model' });
    expect(DataFlow.of(stack).classificationOf(endpoint.node.path)).toBe(Classification.PSEUDONYMISED);
  });
});

describe('a version that nobody approved', () => {
  const waiting = () => {
    const { stack, workspace, pipeline, train } = trained();
    const model = pipeline.addRegistration('Register', { training: train, modelName: 'readmission' });
    new InferenceEndpoint(stack, 'Endpoint', { workspace, model, code });
    return stack;
  };

  test('is not served: the endpoint stands, and deployment, traffic and scaling come with the number that somebody gives', () => {
    const stack = waiting();
    const { variable } = synthesized(stack) as unknown as { variable: Record<string, { default: string; description: string; validation: { condition: string }[] }> };
    const [[id, declared]] = Object.entries(variable);
    expect(declared).toMatchObject({ default: '', nullable: false, type: 'string', description: expect.stringContaining('none is served while it is empty') });
    expect(declared.validation[0].condition).toBe(`\${can(regex("^[A-Za-z0-9._-]*$", var.${id}))}`);
    const condition = `\${(length(var.${id}) >= 1) ? 1 : 0}`;
    const [blue] = azapiOf(stack, 'onlineEndpoints/deployments') as (AzapiJson & { count: unknown })[];
    expect([blue.count, updates(stack)[0].count, resourcesOf(stack, 'azurerm_monitor_autoscale_setting')[0].count]).toEqual([condition, condition, condition]);
    expect(properties(blue).model).toMatch(new RegExp(`/models/readmission/versions/\\$\\{var\\.${id}\\}$`));
    expect((azapiOf(stack, 'onlineEndpoints')[0] as AzapiJson & { count?: unknown }).count).toBeUndefined();
  });

  test('is served where the version is written out', () => {
    const { stack, workspace, pipeline, train } = trained();
    new InferenceEndpoint(stack, 'Endpoint', { workspace, model: pipeline.addRegistration('Register', { training: train }).version('3'), code });
    expect((synthesized(stack) as unknown as { variable?: unknown }).variable).toBeUndefined();
    expect(properties(azapiOf(stack, 'onlineEndpoints/deployments')[0]).model).toMatch(/\/versions\/3$/);
  });
});

describe('scaling', () => {
  const profiles = (scaling: Scaling) => {
    const { stack } = served({ scaling });
    return (resourcesOf(stack, 'azurerm_monitor_autoscale_setting')[0] as { profile: Record<string, unknown>[] }).profile;
  };

  test('follows the processors of the deployment, up and down', () => {
    const { stack } = served({ scaling: Scaling.between({ min: 2, max: 6 }) });
    const [setting] = resourcesOf(stack, 'azurerm_monitor_autoscale_setting') as { target_resource_id: string; profile: { capacity: unknown; rule: { metric_trigger: Record<string, unknown>; scale_action: unknown }[] }[] }[];
    expect(setting.target_resource_id).toMatch(/azapi_resource\.Endpoint_\w+\.id\}\/deployments\/blue$/);
    expect(setting.profile[0].capacity).toEqual({ default: 2, minimum: 2, maximum: 6 });
    expect(setting.profile[0].rule.map(({ metric_trigger: { metric_name: metric, operator, threshold }, scale_action: action }) => [metric, operator, threshold, action])).toEqual([
      ['CpuUtilizationPercentage', 'GreaterThan', 70, { direction: 'Increase', type: 'ChangeCount', value: 1, cooldown: 'PT5M' }],
      ['CpuUtilizationPercentage', 'LessThan', 30, { direction: 'Decrease', type: 'ChangeCount', value: 1, cooldown: 'PT5M' }],
    ]);
  });

  test('leaves the capacity to the autoscaler once it is there', () => {
    const lifecycle = (scaling: Scaling) => (azapiOf(served({ scaling }).stack, 'onlineEndpoints/deployments')[0] as AzapiJson & { lifecycle?: unknown }).lifecycle;
    expect(lifecycle(Scaling.between({ min: 2, max: 3 }))).toEqual({ ignore_changes: ['body.sku.capacity'] });
    expect(lifecycle(Scaling.fixed(2))).toBeUndefined();
  });

  test('follows the requests of the endpoint, for each instance', () => {
    const [{ rule }] = profiles(Scaling.byRequests({ min: 2, max: 6, target: 100, cooldown: Duration.minutes(3) })) as { rule: { metric_trigger: Record<string, unknown> }[] }[];
    expect(rule.map(({ metric_trigger: trigger }) => [trigger.metric_name, trigger.threshold, trigger.divide_by_instance_count])).toEqual([['RequestsPerMinute', 100, true], ['RequestsPerMinute', 50, true]]);
  });

  test('has other bounds at some times, and its own again afterwards', () => {
    const scaling = Scaling.between({ min: 2, max: 4 }).withSchedule({ name: 'day', days: [Weekday.MONDAY, Weekday.FRIDAY], from: '07:30', until: '19:00', min: 4, max: 8, timeZone: 'W. Europe Standard Time' });
    expect(profiles(scaling).map(({ name, capacity, recurrence }) => ({ name, capacity, recurrence }))).toEqual([
      { name: 'default', capacity: { default: 2, minimum: 2, maximum: 4 }, recurrence: undefined },
      { name: 'day', capacity: { default: 4, minimum: 4, maximum: 8 }, recurrence: { days: ['Monday', 'Friday'], hours: [7], minutes: [30], timezone: 'W. Europe Standard Time' } },
      { name: '{"name":"default","for":"day"}', capacity: { default: 2, minimum: 2, maximum: 4 }, recurrence: { days: ['Monday', 'Friday'], hours: [19], minutes: [0], timezone: 'W. Europe Standard Time' } },
    ]);
  });

  test('to one instance is recorded as a weakening', () => {
    expect(served({ scaling: Scaling.between({ min: 1, max: 2 }) }).endpoint.weakenings).toContainEqual(expect.objectContaining({ control: 'availability' }));
    expect(served().endpoint.weakenings.map(({ control }) => control)).toEqual(['key-management']);
  });

  test.each([
    [() => Scaling.between({ min: 3, max: 2 }), /from min 3 to max 2 is not possible/],
    [() => Scaling.between({ min: 0, max: 2 }), /with min 0 is not possible: give a whole number from 1/],
    [() => Scaling.between(undefined as never), /the scaling has no bounds \(it is undefined\)/],
    [() => Scaling.between({ min: 1, max: 2, moreAbove: 30, fewerBelow: 40 }), /would never rest/],
    [() => Scaling.between({ min: 1, max: 2, moreAbove: 120 }), /moreAbove of 120/],
    [() => Scaling.byRequests({ min: 1, max: 2, target: 0 }), /a target of 0 is not possible/],
    [() => Scaling.fixed(2).withSchedule({ name: 'x', days: [], from: '00:00', until: '01:00', min: 1, max: 1 }), /names no day/],
    [() => Scaling.fixed(2).withSchedule({ name: 'x', days: [Weekday.MONDAY], from: '22:00', until: '06:00', min: 1, max: 1 }), /lasts from 22:00 until 06:00: let it end later on the same day/],
    [() => Scaling.fixed(2).withSchedule({ name: 'x', days: [Weekday.MONDAY], from: '8', until: '09:00', min: 1, max: 1 }), /has the time '8'/],
  ])('fails with bounds that cannot be %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('captures', () => {
  test('go to a store of their own, as sensitive as what the model was made from, under the endpoint\'s identity', () => {
    const { stack, workspace, pipeline, train } = trained();
    const model = pipeline.addRegistration('Register', { training: train }).version('3');
    const endpoint = new InferenceEndpoint(stack, 'Endpoint', { workspace, model, code, capture: { retention: Retention.days(30), percentage: 50 } });
    expect(endpoint.captures).toMatchObject({ classification: Classification.PSEUDONYMISED, zone: 'captures' });
    const [blue] = azapiOf(stack, 'onlineEndpoints/deployments');
    const { collections, rollingRate } = properties(blue).dataCollector as { collections: Record<string, Record<string, unknown>>; rollingRate: string };
    expect(rollingRate).toBe('Hour');
    expect(Object.keys(collections)).toEqual([CaptureMode.REQUESTS, CaptureMode.ANSWERS]);
    expect(collections.model_inputs).toEqual({
      dataCollectionMode: 'Enabled', samplingRate: 0.5, dataId: expect.stringMatching(/^\$\{azapi_resource\.Endpoint_blue_Capture-model_inputs_\w+\.id\}$/), clientId: expect.stringContaining('Endpoint_Identity'),
    });
    expect(azapiOf(stack, 'data/versions').map(({ body }) => (body.properties as { dataUri: string }).dataUri)).toEqual(
      [expect.stringMatching(/^azureml:\/\/datastores\/.*captures.*\/paths\/.*\/blue\/model_inputs\/$/), expect.stringMatching(/model_outputs\/$/)]);
    expect(DataFlow.of(stack).edges).toContainEqual({ from: endpoint.node.path, to: endpoint.captures!.node.path, label: 'captures' });
  });

  test('of an endpoint in another stack lie in that of the workspace', () => {
    const { app, stack } = azureStack('Ground');
    const workspace = importedWorkspace(stack);
    const endpoint = new InferenceEndpoint(stackIn(app, 'Serving'), 'Endpoint', { workspace, model: fixed, environment, code, capture: { retention: Retention.days(30), classification: Classification.PHI } });
    expect(endpoint.captures!.node.path).toMatch(/^Ground\/Workspace\/Captures-[0-9a-f]{8}$/);
    expect(() => app.synth()).not.toThrow();
  });

  test.each([
    ['no retention', { classification: Classification.PHI }, /captures requests and answers without saying for how long/],
    ['a percentage that is none', { percentage: 0, retention: Retention.days(1), classification: Classification.PHI }, /captures 0 percent: give a whole number from 1 to 100/],
  ] as [string, object, RegExp][])('fail with %s', (_title, capture, message) => {
    expect(() => served({ capture })).toThrow(message);
  });

  test('fail where nothing tells how sensitive they are', () => {
    const models = (stack: Parameters<typeof importedWorkspace>[0]) => importedWorkspace(stack, 'Other');
    const { stack } = trained();
    const workspace = models(stack);
    const model = ServedModel.fromVersion(versionId, { sourceId: 'Stack/Nowhere' });
    expect(() => new InferenceEndpoint(stack, 'E', { workspace, model, environment, code, capture: { retention: Retention.days(1) } })).toThrow(/captures data of unknown sensitivity/);
  });

  test('fail in a store that is for less sensitive data, or says not how long it keeps it', () => {
    const all = trained();
    const low = store(all.stack, 'Low', Classification.INTERNAL);
    const make = (id: string, capture: InferenceEndpointProps['capture']) => new InferenceEndpoint(all.stack, id, { workspace: all.workspace, model: fixed, environment, code, capture });
    expect(() => make('A', { store: low, classification: Classification.PHI })).toThrow(/captures phi data into store 'Stack\/Low', which is classified as internal/);
    expect(() => make('B', { store: all.raw, classification: Classification.PHI })).toThrow(/which does not say for how long captures are kept/);
    expect(make('C', { store: all.raw, classification: Classification.PHI, retention: Retention.days(30) }).captures).toBe(all.raw);
    expect(profile.captureRetention).toBeUndefined();
  });
});

describe('an endpoint fails', () => {
  test.each([
    ['no workspace', { workspace: undefined }, /workspace is missing: give a Workspace/],
    ['no model', { model: undefined }, /model is missing: give the registration of a pipeline, or a ServedModel/],
    ['no environment', { environment: undefined }, /has no environment, and Azure ML would fetch packages from outside the network/],
    ['nothing that answers', { code: undefined }, /has no scoring script, the model is not known to be of MLflow/],
    ['a size that is none', { instanceType: 'ml.m5.large' }, /instanceType is 'ml\.m5\.large': give a size of Azure/],
    ['a name that Azure refuses', { endpointName: '1-readmission' }, /'1-readmission' is no name of a endpoint/],
    ['a deployment name that Azure refuses', { deploymentName: 'Blue' }, /deployment name 'Blue' is not usable: give 3 to 32 lower-case letters/],
    ['answers that take too long', { requestTimeout: Duration.minutes(4) }, /may take PT4M for an answer: Azure ML takes at most 3 minutes/],
    ['half a request', { maxConcurrentRequests: 0.5 }, /works on 0\.5 requests at a time/],
    ['a scaling that is none', { scaling: { min: 1 } }, /scaling is an object: give a Scaling/],
    ['errors below none', { alarms: { errors: -1 } }, /alarms from -1 errors on/],
    ['traffic that is none', { traffic: { blue: 100 } }, /traffic is an object: give a Traffic/],
  ] as [string, object, RegExp][])('with %s', (_title, props, message) => {
    expect(() => served(props)).toThrow(message);
  });

  test('with shares that do not add up', () => {
    expect(() => Traffic.split({ blue: 90, green: 20 })).toThrow(/the traffic adds up to 110 percent/);
    expect(() => Traffic.split({ blue: 99.5, green: 0.5 })).toThrow(/a share of 99\.5 for deployment 'blue'/);
    expect(() => Traffic.all('blue').mirroredTo('green', 60)).toThrow(/a share of 60 for deployment 'green' is not possible: give a whole number from 0 to 50/);
    expect(() => Traffic.all('blue').mirroredTo('blue', 10)).toThrow(/answers requests and is to get copies of them/);
  });

  test('with traffic to a deployment that there is not, and with two of one name', () => {
    const { stack, endpoint } = served({ traffic: Traffic.split({ blue: 90, green: 10 }) });
    expect(() => Testing.synth(stack, true)).toThrow(/traffic goes to deployment 'green', and there are blue: add it with addDeployment\('green', …\)/);
    expect(() => endpoint.addDeployment('blue', { model: fixed, environment, code })).toThrow(/has two deployments 'blue'/);
    expect(() => ServedModel.fromVersion('readmission:3')).toThrow(/model version 'readmission:3' is not usable/);
  });
});

describeWithArmTypes('bodies of an endpoint', () => {
  test('fit the types of Azure Resource Manager, and so do changes of it', () => {
    const { stack, endpoint, pipeline, train } = served({ capture: { retention: Retention.days(30), classification: Classification.PHI, percentage: 50 }, variables: { A: 'b' }, traffic: Traffic.split({ blue: 90, green: 10 }).mirroredTo('shadow', 5) });
    endpoint.addDeployment('green', { model: pipeline.addRegistration('Register', { training: train }), environment: Environment.image(image, { inference: { port: 8080 } }) });
    endpoint.addDeployment('shadow', { model: fixed, environment, code, scaling: Scaling.fixed(1) });
    const bodies = (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
    expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
    const [whole] = azapiOf(stack, 'onlineEndpoints');
    const changed = { ...whole, body: { ...whole.body, properties: { ...properties(whole), ...(updates(stack)[0].body as { properties: object }).properties } } };
    expect(armProblems(changed)).toEqual([]);
  });
});
