import { armProblems, armTypes, AzapiJson, describeWithArmTypes, holdsReference } from '../../support/arm-types';

const WORKSPACES = 'Microsoft.MachineLearningServices/workspaces';

function schedule(change: (properties: Record<string, never>) => void = () => undefined): AzapiJson {
  const properties = {
    isEnabled: true, trigger: { triggerType: 'Cron', expression: '0 3 * * *', timeZone: 'UTC' },
    action: { actionType: 'CreateJob', jobDefinition: { jobType: 'Pipeline', componentId: '${azapi_resource.Pipeline.id}', inputs: { raw: { jobInputType: 'uri_folder', uri: '$${{parent.inputs.raw}}' } } } },
  };
  change(properties as never);
  return { type: `${WORKSPACES}/schedules@2025-12-01`, name: 'weekly', body: { properties } };
}

describe('a reference of Terraform', () => {
  test.each([['${azurerm_x.y.id}', true], ['a ${x.y}', true], ['$${{inputs.x}}', false], ['$${HOME} and ${x.y}', true], ['plain', false]])('%s', (text, holds) => {
    expect(holdsReference(text)).toBe(holds);
  });
});

describeWithArmTypes('the validator of ARM types', () => {
  test('knows the types of the version', () => {
    expect(armTypes()).toHaveLength(41);
  });

  test('finds nothing against what is right', () => {
    expect(armProblems(schedule())).toEqual([]);
  });

  const wrong: [string, (properties: Record<string, Record<string, unknown>>) => void, RegExp][] = [
    ['a misspelt property', (it) => { it.isEnabeld = true as never; }, /isEnabeld: no such property/],
    ['a misspelt property of a discriminated object', (it) => { it.trigger.expresion = '0'; }, /expresion: no such property/],
    ['a missing property', (it) => { delete it.trigger.expression; }, /trigger\.expression: is missing/],
    ['a read-only property', (it) => { it.provisioningState = 'Succeeded' as never; }, /provisioningState: is read-only/],
    ['a wrong type', (it) => { it.isEnabled = 'yes' as never; }, /isEnabled: "yes" is no boolean/],
    ['a discriminator that is none', (it) => { it.trigger.triggerType = 'Clock'; }, /triggerType: "Clock" is none of Cron, Recurrence/],
    ['a wrong value of an enumeration', (it) => { it.trigger = { triggerType: 'Recurrence', frequency: 'Fortnight', interval: 1 }; }, /frequency: "Fortnight" is none of Minute, Hour/],
    ['a text that does not match', (it) => { it.trigger.expression = '***'; }, /does not match/],
    ['a wrong value in a map', (it) => { (it.action.jobDefinition as { inputs: unknown }).inputs = { raw: { jobInputType: 'folder', uri: 'x' } }; }, /jobInputType: "folder" is none of/],
    ['an object that is a reference', (it) => { it.trigger = '${azapi_resource.x.output}' as never; }, /trigger: is a reference/],
  ];

  test.each(wrong)('fails on %s', (_title, change, message) => {
    expect(armProblems(schedule(change as never)).join('\n')).toMatch(message);
  });

  test('fails on a type that there is not', () => {
    expect(armProblems({ ...schedule(), type: `${WORKSPACES}/plans@2025-12-01` })).toEqual([`${WORKSPACES}/plans@2025-12-01: no such type`]);
  });
});
