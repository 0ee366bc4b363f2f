import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Condition, MLPipeline, ModelCard, Objective, Output, Range, RetryOn, RetryPolicy, RiskRating, TrainingStep, TuningStrategy } from '../../../lib/aws/pipeline';
import { PrivacyLedger } from '../../../lib/aws/privacy';
import { DataStore } from '../../../lib/aws/storage';
import { Workspace } from '../../../lib/aws/workspace';
import { Classification, PrivacyBudget, PrivacyUnit, PrivateSelection, Purpose } from '../../../lib/policy';
import { RegulatedMLChecks } from '../../../lib/rules';
import { declaredBy } from '../../../lib/rules/declared';
import { unwaived, waived } from '../../support/packs';
import { env, profile, workspaceStack } from '../../support/workspace';
import { code, ground as plainGround } from '../pipeline/fixture';
import { BUDGET, Budgeted, dpSgd, ground, stepOf, stepsOf, train, tune } from './ledger-fixture';

/** A ground with a training that spends. */
const trained = () => {
  const base = ground();
  train(base, 'Train');
  return base;
};

const problemsOf = (app: App): string => {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the ledger', () => {
  const { stack, people } = trained();
  const template = Template.fromStack(stack);

  test('is a table that is encrypted with a key of ours, can be restored, and outlives its stack', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST', DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      },
    });
    template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true, Description: 'Stack/Ledger: privacy budgets' } });
  });

  test('is written by its functions alone, and nothing in it is deleted by anybody', () => {
    const [{ Properties }] = Object.values(template.findResources('AWS::DynamoDB::Table')) as { Properties: { ResourcePolicy: { PolicyDocument: { Statement: object[] } } } }[];
    expect(Properties.ResourcePolicy.PolicyDocument.Statement).toEqual([
      { Sid: 'NobodyElseWrites', Effect: 'Deny', Principal: { AWS: '*' }, Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'], Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': [
        { 'Fn::GetAtt': [expect.stringMatching(/^LedgerRunsRole/), 'Arn'] }, { 'Fn::GetAtt': [expect.stringMatching(/^LedgerBudgetsRole/), 'Arn'] },
      ] } } },
      { Sid: 'NobodyDeletes', Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*', Action: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'] },
    ]);
  });

  test('has the budgets of the stores of its workspace stated to it, whichever was there first', () => {
    const base = trained();
    base.workspace.addStore('Later', { classification: Classification.PHI, privacyBudget: PrivacyBudget.perDays(30, { epsilon: 1, delta: 1e-7, records: 100, unit: PrivacyUnit.PERSON }) });
    base.workspace.addStore('Without', { classification: Classification.PHI });
    const budgets = Object.values(Template.fromStack(base.stack).findResources('Custom::PrivacyBudget')).map(({ Properties }) => Properties as Record<string, unknown>);
    expect(budgets).toEqual([
      {
        ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^LedgerBudgets/), 'Arn'] }, ServiceTimeout: '300', DataSet: { Ref: base.stack.getLogicalId(people.bucket.node.defaultChild as never) },
        Name: 'Stack/Workspace/People', Epsilon: '8', Delta: '0.00001', Unit: 'record', Records: '30000', PeriodInDays: '366', CalendarYear: 'true',
      },
      expect.objectContaining({ Name: 'Stack/Workspace/Later', Epsilon: '1', Delta: '1e-7', Unit: 'person', PeriodInDays: '30', CalendarYear: 'false' }),
    ]);
  });

  test('has no finding in any pack that is not accepted with a reason', () => {
    const base = trained();
    tune(base, 'Tune', { maxTrainings: 2 });
    base.pipeline.addRegistration('Register', { training: base.pipeline.node.findChild('Train') as TrainingStep });
    expect(unwaived(base.app)).toEqual([]);
    const ours = unwaived(base.app, [new RegulatedMLChecks(base.app, { profile })]);
    // it is live: the plain data that is trained on here is a finding of its owner
    expect(ours).toContain('RegulatedML::RegulatedML-FlowDeIdentification Stack/Pipeline/Train');
    expect(ours.filter((finding) => /Ledger|Reserve|Settle|PrivacyBudget/.test(finding))).toEqual([]);
  });

  test('accepts one finding of its own: it is in no backup plan', () => {
    const base = trained();
    const own = waived(base.app).filter((line) => line.includes(' Stack/Ledger/Resource'));
    expect(own.map((line) => line.split(' ')[0])).toEqual(['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => `${pack}::${pack}-DynamoDBInBackupPlan`).filter((id) => own.some((line) => line.startsWith(id))));
    expect(own.length).toBeGreaterThan(0);
  });

  test('stands in the statement of a store, and in what a record says of it', () => {
    const base = trained();
    const { statement } = base.people.node.metadata.find(({ type }) => type === 'regulated-ml:privacy')!.data as { statement: { ledger: string; assumptions: string[] } };
    expect(statement.ledger).toBe('Stack/Ledger');
    expect(statement.assumptions).toContainEqual(expect.stringMatching(/reserve what they spend from ledger 'Stack\/Ledger', which stops those that would go beyond the budget/));
    expect(statement.assumptions).not.toContain('no run is started beyond those that are counted here');
    expect(declaredBy(base.stack.node.findAll(), () => undefined).privacy).toEqual([expect.objectContaining({ dataSet: 'Stack/Workspace/People', ledger: 'Stack/Ledger' })]);
  });
});

describe('a private training', () => {
  test('reserves before and settles after, with all that its loss depends on', () => {
    const base = ground();
    train(base, 'Train');
    expect(problemsOf(base.app)).toBe('');
    const { pipeline } = base;
    const answers = ['reservation', 'epsilon', 'delta', 'verdict'].map((OutputName) => ({ OutputName, OutputType: 'String' }));
    expect(stepOf(pipeline, 'TrainReserve')).toMatchObject({
      Type: 'Lambda', OutputParameters: answers, Arguments: {
        action: 'reserve', execution: { Get: 'Execution.PipelineExecutionArn' }, step: 'Train', started: { Get: 'Execution.StartDateTime' }, unit: 'record', delta: '0.000001',
        drawing: 'poisson', sampleRate: '0.01', noiseMultiplier: '1.1', steps: '1000', passes: '1000', trainings: '1', dataSets: expect.stringContaining('WorkspacePeople'),
      },
    });
    expect(stepOf(pipeline, 'TrainReserve').DependsOn).toBeUndefined();
    expect(stepOf(pipeline, 'TrainSettle').Arguments).toEqual({
      action: 'settle', execution: { Get: 'Execution.PipelineExecutionArn' }, step: 'Train', kind: 'training',
      reservation: { Get: 'Steps.TrainReserve.OutputParameters[\'reservation\']' }, job: { Get: 'Steps.Train.TrainingJobName' },
    });
    // so that it cannot begin before, and the job can be told from others
    expect(stepOf(pipeline, 'Train').Arguments.HyperParameters).toMatchObject({ dp_steps: '1000', dp_reservation: { Get: 'Steps.TrainReserve.OutputParameters[\'reservation\']' } });
    expect((stepOf(pipeline, 'Train').Arguments.AlgorithmSpecification as { MetricDefinitions: object[] }).MetricDefinitions).toEqual(['dp_steps', 'dp_sample_rate', 'dp_noise_multiplier'].map((Name) => ({ Name, Regex: `${Name}=([0-9.eE+-]+)` })));
  });

  test('reserves last of all, and nobody uses its model before it is settled', () => {
    const base = ground();
    const { pipeline, image, people } = base;
    const clean = pipeline.addProcessing('Clean', { image, code, inputs: [people.input()], outputs: Output.named('train') });
    const model = train(base, 'Train', { inputs: [clean.output('train')], metrics: { auc: 'auc=(.*)' } });
    const registered = pipeline.addRegistration('Register', { training: model });
    const evaluated = pipeline.addProcessing('Evaluate', { image, code, inputs: [model.model.mountedAt('/opt/ml/processing/model')], outputs: Output.named('scores') });
    pipeline.addCondition('Good', { conditions: [Condition.greaterThan(model.metric('auc'), 0.7)], ifTrue: [registered], ifFalse: [pipeline.addFail('Bad', { message: 'the model is too weak' })] });
    expect(problemsOf(base.app)).toBe('');
    expect(stepOf(pipeline, 'TrainReserve').DependsOn).toEqual(['Clean']);
    expect(stepOf(pipeline, 'Evaluate').DependsOn).toContain('TrainSettle');
    expect(stepOf(pipeline, 'Good').DependsOn).toContain('TrainSettle');
    expect(stepOf(pipeline, 'TrainSettle').DependsOn).toBeUndefined();
    expect(evaluated.stepName).toBe('Evaluate');
  });

  test('takes both steps along into a branch', () => {
    const base = ground();
    const model = train(base, 'Train');
    base.pipeline.addCondition('Sometimes', { conditions: [Condition.equalTo(base.pipeline.addString('When', { defaultValue: 'now' }).valueAsString, 'now')], ifTrue: [model] });
    expect(problemsOf(base.app)).toBe('');
    expect(stepsOf(base.pipeline).map(({ Name }) => Name)).toEqual(['Sometimes']);
    expect(stepOf(base.pipeline, 'Sometimes').Arguments.IfSteps!.map(({ Name }) => Name)).toEqual(['TrainReserve', 'TrainSettle', 'Train']);
  });

  test('registers what it has spent, beside what it reserved', () => {
    const base = ground();
    const model = train(base, 'Train');
    base.pipeline.addRegistration('Register', { training: model, metadata: { team: 'a' } });
    const answer = (name: string) => ({ Get: `Steps.TrainSettle.OutputParameters['${name}']` });
    expect(stepOf(base.pipeline, 'Register').Arguments.CustomerMetadataProperties).toEqual({
      'team': 'a', 'privacy-epsilon': answer('epsilon'), 'privacy-epsilon-reserved': String(dpSgd().guarantee.epsilon), 'privacy-delta': '0.000001', 'privacy-unit': 'record',
      'privacy-verdict': answer('verdict'), 'privacy-reservation': answer('reservation'),
    });
    expect(problemsOf(base.app)).toBe('');
  });

  test('spends from all data sets behind it, and a model made from its model from none', () => {
    const base = ground();
    const { pipeline, workspace, people, image } = base;
    const letters = workspace.addStore('Letters', { classification: Classification.PHI, privacyBudget: BUDGET });
    train(base, 'Train', { inputs: [people.input(), letters.input()] });
    expect(String(stepOf(pipeline, 'TrainReserve').Arguments.dataSets)).toMatch(/WorkspacePeople.*,.*WorkspaceLetters/);
    pipeline.addTraining('Plain', { image, code, inputs: [base.raw.input()] });
    expect(stepsOf(pipeline).map(({ Name }) => Name).sort()).toEqual(['Plain', 'Train', 'TrainReserve', 'TrainSettle']);
  });

  test('states its privacy in the card of the model', () => {
    const base = ground();
    new ModelCard(base.stack, 'Card', {
      workspace: base.workspace, description: 'Finds who comes back', purpose: Purpose.of('readmission-risk'), intendedUses: 'Discharge planning', risk: RiskRating.HIGH, riskReason: 'Health',
      training: train(base, 'Train'),
    });
    Template.fromStack(base.stack).hasResourceProperties('AWS::SageMaker::ModelCard', { Content: { AdditionalInformation: { CustomDetails: {
      'privacy-epsilon': String(dpSgd().guarantee.epsilon), 'privacy-delta': '0.000001', 'privacy-unit': 'record', 'privacy-mechanism': 'DP-SGD with σ = 1.1, q = 0.01, 1000 steps',
      'privacy-ledger': 'what a run really spent is in the metadata of its version, as privacy-epsilon',
    } } } });
  });

  test.each<[string, (base: Budgeted) => unknown, RegExp]>([
    ['a retry after a job that has begun', (base) => train(base, 'Train', { retries: [RetryPolicy.transient()] }), /^Stack\/Pipeline\/Train: is retried after an internal error of its job, which has spent privacy by then/],
    ['a second ledger', ({ stack, workspace }) => new PrivacyLedger(stack, 'Other', { workspace }), /^Stack\/Other: workspace 'Stack\/Workspace' has the ledger 'Stack\/Ledger' already/],
    ['a store without a budget', ({ stack, raw }) => new PrivacyLedger(stack, 'Other', { workspace: new Workspace(stack, 'Second', { profile }), stores: [raw] }), /^Stack\/Other: store 'Stack\/Workspace\/Raw' has no privacyBudget to hold/],
    ['a budget in two ledgers', ({ stack, people }) => new PrivacyLedger(stack, 'Other', { workspace: new Workspace(stack, 'Second', { profile }), stores: [people] }), /^Stack\/Other: the budget of store 'Stack\/Workspace\/People' is held by the ledger 'Stack\/Ledger' already/],
    ['no workspace', ({ stack }) => new PrivacyLedger(stack, 'Other', {} as never), /^Stack\/Other: workspace is missing: give a Workspace$/],
    ['an ARN that is none', ({ stack, workspace }) => PrivacyLedger.fromAttributes(stack, 'Other', { workspace, ledgerFunctionArn: 'ledger', budgetFunctionArn: 'budget' }), /^Stack\/Other: ledgerFunctionArn is 'ledger': give the ARN of the function/],
    ['a ledger of another region', ({ stack, workspace }) => PrivacyLedger.fromAttributes(stack, 'Other', { workspace, ledgerFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:a', budgetFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:b' }), /ledgerFunctionArn is of region 'eu-west-1', and the workspace is in 'eu-central-1'/],
  ])('fails for %s', (_, make, message) => {
    expect(() => make(ground())).toThrow(message);
  });

  test('is retried where no job has begun', () => {
    const base = ground();
    train(base, 'Train', { retries: [RetryPolicy.on([RetryOn.CAPACITY_ERROR, RetryOn.THROTTLING])] });
    expect(problemsOf(base.app)).toBe('');
  });

  test('fails for a ledger that comes after it', () => {
    const base = plainGround();
    const people = base.workspace.addStore('People', { classification: Classification.PHI, privacyBudget: BUDGET });
    base.pipeline.addTraining('Train', { image: base.image, code, inputs: [people.input()], privacy: dpSgd() });
    expect(() => new PrivacyLedger(base.stack, 'Ledger', { workspace: base.workspace })).toThrow('Stack/Ledger: \'Stack/Pipeline/Train\' was made before the ledger of its workspace and reserves nothing: make the ledger right after the workspace');
  });

  test('fails for a model that is taken over from an earlier run', () => {
    const base = ground();
    train(base, 'Train', { cache: Duration.days(7) });
    expect(problemsOf(base.app)).toMatch(/Stack\/Pipeline\/Train: takes over earlier models \(cache\)/);
  });

  test('fails for a store whose budget its ledger does not hold', () => {
    const base = ground();
    const imported = DataStore.fromAttributes(base.stack, 'Imported', { bucketName: 'imported', classification: Classification.PHI, privacyBudget: BUDGET });
    train(base, 'Train', { inputs: [imported.input()] });
    expect(problemsOf(base.app)).toMatch(/Stack\/Pipeline\/Train: spends from store 'Stack\/Imported', whose budget is not in ledger 'Stack\/Ledger': name the store in stores of the ledger/);
  });

  test('takes a store that is imported and named', () => {
    const base = plainGround();
    const imported = DataStore.fromAttributes(base.stack, 'Imported', { bucketName: 'imported', classification: Classification.PHI, privacyBudget: BUDGET });
    new PrivacyLedger(base.stack, 'Ledger', { workspace: base.workspace, stores: [imported] });
    base.pipeline.addTraining('Train', { image: base.image, code, inputs: [imported.input()], privacy: dpSgd() });
    expect(problemsOf(base.app)).toBe('');
    expect(stepOf(base.pipeline, 'TrainReserve').Arguments.dataSets).toBe('imported');
  });

  test('fails in a workspace without a ledger where another holds the budget', () => {
    const base = ground();
    const second = new Workspace(base.stack, 'Second', { profile });
    const pipeline = new MLPipeline(base.stack, 'Uncounted', { workspace: second });
    pipeline.addTraining('Train', { image: base.image, code, inputs: [base.people.input()], privacy: dpSgd() });
    expect(problemsOf(base.app)).toMatch(/Stack\/Uncounted\/Train: spends from store 'Stack\/Workspace\/People', whose budget ledger 'Stack\/Ledger' holds, in a workspace that has none: give the workspace the same/);
  });

  test('of another workspace counts in the same ledger', () => {
    const base = trained();
    const second = new Workspace(base.stack, 'Second', { profile });
    PrivacyLedger.fromAttributes(base.stack, 'Same', { workspace: second, ledgerFunctionArn: base.ledger.ledgerFunctionArn, budgetFunctionArn: base.ledger.budgetFunctionArn });
    const pipeline = new MLPipeline(base.stack, 'Counted', { workspace: second });
    pipeline.addTraining('Train', { image: base.image, code, inputs: [base.people.input()], privacy: dpSgd() });
    expect(problemsOf(base.app)).toBe('');
    expect(stepsOf(pipeline).map(({ Name }) => Name)).toContain('TrainReserve');
  });
});

describe('a private tuning', () => {
  test('reserves all of its trainings', () => {
    const base = ground();
    tune(base, 'Tune', { maxTrainings: 4 });
    expect(problemsOf(base.app)).toBe('');
    expect(stepOf(base.pipeline, 'TuneReserve').Arguments).toMatchObject({ trainings: '4', step: 'Tune' });
    expect(stepOf(base.pipeline, 'TuneSettle').Arguments).toMatchObject({ kind: 'tuning', job: { Get: 'Steps.Tune.HyperParameterTuningJobName' } });
    expect(stepOf(base.pipeline, 'Tune').Arguments).toMatchObject({ TrainingJobDefinition: { StaticHyperParameters: { dp_reservation: { Get: 'Steps.TuneReserve.OutputParameters[\'reservation\']' } } } });
  });

  test('in private reserves before it draws how many, also in a branch', () => {
    const base = ground();
    const tuned = tune(base, 'Tune', { privateSelection: PrivateSelection.poisson(10), strategy: TuningStrategy.RANDOM });
    base.pipeline.addCondition('Sometimes', { conditions: [Condition.equalTo(base.pipeline.addString('When', { defaultValue: 'now' }).valueAsString, 'now')], ifTrue: [tuned] });
    expect(problemsOf(base.app)).toBe('');
    const steps = stepOf(base.pipeline, 'Sometimes').Arguments.IfSteps!;
    expect(steps.map(({ Name }) => Name).sort()).toEqual(['Tune', 'TuneReserve', 'TuneSettle', 'TuneTrials']);
    expect(steps.find(({ Name }) => Name === 'TuneTrials')!.DependsOn).toEqual(['TuneReserve']);
    expect(steps.find(({ Name }) => Name === 'TuneReserve')).toMatchObject({ Arguments: { trainings: '{"kind":"poisson","mean":10}' } });
    expect(steps.find(({ Name }) => Name === 'TuneReserve')!.DependsOn).toBeUndefined();
  });
});

describe('stacks', () => {
  test.each([['with the workspace', false], ['apart', true]])('deploy in one order, with the ledger %s', (_, apart) => {
    const { app, stack, workspace } = workspaceStack();
    workspace.addStore('People', { classification: Classification.PHI, privacyBudget: BUDGET });
    const ledger = new PrivacyLedger(apart ? new Stack(app, 'Ledger', { env }) : stack, 'Ledger', { workspace });
    const pipelines = new Stack(app, 'Pipelines', { env });
    const own = new DataStore(pipelines, 'Own', { workspace, classification: Classification.PHI, privacyBudget: BUDGET });
    const base = plainGround();
    const pipeline = new MLPipeline(pipelines, 'Pipeline', { workspace });
    pipeline.addTuning('Tune', { image: base.image, code, inputs: [own.input()], privacy: dpSgd(), objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) }, maxTrainings: 2 });
    expect(problemsOf(app)).toBe('');
    expect(Object.keys(Template.fromStack(pipelines).findResources('Custom::PrivacyBudget'))).toHaveLength(1);
    expect(ledger.node.path).toBe(apart ? 'Ledger/Ledger' : 'Stack/Ledger');
  });
});

test('an operator may be let settle', () => {
  const base = trained();
  base.ledger.grantSettlement(new iam.Role(base.stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));
  Template.fromStack(base.stack).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LedgerBudgets'), 'Arn'] } }] } });
});
