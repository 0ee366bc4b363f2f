import { App, CfnParameter, CfnResource } from 'aws-cdk-lib';
import { Answer, type ComplianceProfile } from '../../lib/policy';
import type { Judgement } from '../../lib/rules/ruling';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { readApp } from '../../lib/rules/aws/tree';
import { judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from './support';

type Properties = Record<string, unknown>;

/** Cases of one rule. */
export interface Table {
  /** CloudFormation type; a `step` instead for what stands inside a pipeline. */
  readonly type?: string;
  /** Type of the pipeline's step; properties are its arguments. */
  readonly step?: string;
  /** Action of a state machine's task, such as `sagemaker:createLabelingJob`; properties are its parameters. */
  readonly action?: string;
  readonly compliant: readonly Properties[];
  readonly nonCompliant: readonly Properties[];
  readonly unknown: readonly Properties[];
  readonly notApplicable?: readonly Properties[];
  /** An override that breaks the first compliant case, by a path as `addPropertyOverride` takes it. */
  readonly override?: { readonly path: string; readonly to: unknown };
  /**
   * What a token in place of the override is answered with, where it is not unknown.
   *
   * @default Answer.UNKNOWN
   */
  readonly tokenAnswer?: string;
  /** Resources that stand beside. */
  readonly around?: Record<string, unknown>;
  /**
   * The profile that is judged under.
   *
   * @default - HIPAA and GDPR, within the EU
   */
  readonly profile?: ComplianceProfile;
}

const WORDS: Record<Exclude<keyof Table, 'type' | 'step' | 'action' | 'override' | 'tokenAnswer' | 'around' | 'profile'>, Answer | undefined> = {
  compliant: Answer.COMPLIANT, nonCompliant: Answer.NON_COMPLIANT, unknown: Answer.UNKNOWN, notApplicable: undefined,
};

/** Every table that was run or, in a test on tables, only read: in the order of the files. */
export const TABLES: (readonly [string, Table])[] = [];

/** Runs a rule over the cases of its table, as templates, raw `CfnResource`s, overrides and tokens. */
export function ruleTable(name: string, table: Table): void {
  const rule = ruleNamed(name);
  TABLES.push([name, table]);
  const answers = (found: readonly Judgement[]) => worst(found.filter(({ resource }) => resource.logicalId === 'Subject').map(({ finding }) => finding.answer));

  describe(name, () => {
    for (const [word, answer] of Object.entries(WORDS)) {
      const cases = table[word as keyof typeof WORDS] ?? [];
      if (cases.length === 0) continue;
      test.each(cases.map((properties): [string, Properties] => [JSON.stringify(properties), properties]))(`${word}: %s`, (_text, properties) => {
        const parameters = { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } };
        expect(answers(judged([template({ ...table.around, Subject: resourceOf(table, properties) }, parameters)], [rule], table.profile))).toBe(answer);
      });
    }

    // the same over a construct tree: a raw resource, an override that breaks it, a token in the same place
    const [first] = table.compliant;
    if (!first) return;
    const inTree = (change: (subject: CfnResource, parameter: CfnParameter) => void) => {
      const app = new App();
      const stack = stackIn(app);
      const parameter = new CfnParameter(stack, 'Param');
      for (const [id, around] of Object.entries(table.around ?? {})) {
        const { Type: type, Properties: properties } = around as { Type: string; Properties: Properties };
        new CfnResource(stack, id, { type, properties }).overrideLogicalId(id);
      }
      const subject = new CfnResource(stack, 'Subject', table.action
        ? { type: 'AWS::StepFunctions::StateMachine', properties: { Definition: machineOf(table.action, first) } }
        : table.step
          ? { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: definitionOf(table.step, first) } } }
          : { type: table.type!, properties: structuredClone(first) });
      change(subject, parameter);
      return answers(judgementsOf({ view: readApp(app, false).view, rules: [rule], profile: table.profile ?? PROFILE, pack: 'RegulatedML' }));
    };
    const broken = table.override;
    const above = table.action ? 'Definition.States.Task.Parameters.' : table.step ? 'PipelineDefinition.PipelineDefinitionBody.Steps.0.Arguments.' : '';
    const at = broken ? `${above}${broken.path}` : '';

    test('a raw resource is judged like any other', () => {
      expect(inTree(() => undefined)).toBe(Answer.COMPLIANT);
    });
    if (!broken) return;
    test('an override that breaks it is seen', () => {
      expect(inTree((subject) => override(subject, at, broken.to))).toBe(Answer.NON_COMPLIANT);
    });
    const token = 'tokenAnswer' in table ? table.tokenAnswer : Answer.UNKNOWN;
    test(`a token in the same place is ${token ?? 'nothing that names a place'}`, () => {
      expect(inTree((subject, parameter) => override(subject, at, { Ref: parameter.logicalId }))).toBe(token);
    });
  });
}

/** A case as a template holds it: properties of a resource, of a pipeline's step, of a state machine's task. */
export function resourceOf({ type, step, action }: Table, properties: Properties): Properties {
  if (action) return { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: asText(machineOf(action, properties)) } };
  return step
    ? { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineName: 'p', PipelineDefinition: { PipelineDefinitionBody: asText(definitionOf(step, properties)) } } }
    : { Type: type, Properties: properties };
}

/** The same with definitions as objects. */
export function subjectOf({ type, step, action }: Table, properties: Properties): Properties {
  if (action) return { Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition: machineOf(action, properties) } };
  return step ? { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: definitionOf(step, properties) } } } : { Type: type, Properties: properties };
}

/** Names of all rules that have a table are checked against this list. */
export const RULE_NAMES = AWS_RULES.map(({ name }) => name).sort();

function override(subject: CfnResource, path: string, value: unknown): void {
  // lists take no overrides by index, so the list is replaced as a whole
  const list = /^(.*?)\.0\.(.*)$/.exec(path);
  if (!list) {
    subject.addPropertyOverride(path, value);
    return;
  }
  const own = (subject as unknown as { _cfnProperties: Properties })._cfnProperties;
  const items = structuredClone(list[1]!.split('.').reduce<unknown>((object, key) => (object as Properties)[key], own)) as Properties[];
  set(items[0]!, list[2]!.split('.'), value);
  subject.addPropertyOverride(list[1]!, items);
}

function set(object: Properties, [key, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete object[key!];
    else object[key!] = value;
    return;
  }
  object[key!] ??= {};
  set(object[key!] as Properties, rest, value);
}

function definitionOf(step: string, args: Properties): Properties {
  return structuredClone({
    Version: '2020-12-01', Parameters: [{ Name: 'Known', Type: 'String', DefaultValue: 'ml.m5.xlarge' }, { Name: 'Open', Type: 'String' }],
    Steps: [{ Name: 'Step', Type: step, Arguments: args }],
  });
}

function machineOf(action: string, parameters: Properties): Properties {
  return structuredClone({ StartAt: 'Task', States: { Task: { Type: 'Task', End: true, Resource: `arn:aws:states:::aws-sdk:${action}`, Parameters: parameters } } });
}

// as the CDK writes it: a join of texts and intrinsics
function asText(definition: Properties): unknown {
  const intrinsics: unknown[] = [];
  const text = JSON.stringify(definition, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1 || !/^(Ref|Fn::.*)$/.test(Object.keys(value)[0]!)) return value;
    intrinsics.push(value);
    return `@@${intrinsics.length - 1}@@`;
  });
  return { 'Fn::Join': ['', text.split(/@@(\d+)@@/).map((part, index) => (index % 2 === 0 ? part : intrinsics[Number(part)]))] };
}

function worst(found: readonly Answer[]): Answer | undefined {
  return [Answer.NON_COMPLIANT, Answer.UNKNOWN, Answer.COMPLIANT].find((answer) => found.includes(answer));
}
