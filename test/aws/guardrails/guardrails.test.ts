import { App, AspectPriority, Aspects, CfnElement, CfnParameter, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Guardrails, GuardrailsProps, OrganizationGuardrails, OrganizationGuardrailsProps, Workspace } from '../../../lib/aws';
import { ComplianceProfile, Retention } from '../../../lib/policy';
import { RegulatedMLChecks } from '../../../lib/rules';
import { stockPacks, unwaived, waived } from '../../support/packs';
import { env, profile, workspaceStack } from '../../support/workspace';

interface Document { readonly Statement: { readonly Sid: string; readonly Condition?: Record<string, Record<string, unknown>> }[] }

const TARGETS = ['ou-ab12-cd34ef56'];

function guarded(props: Partial<GuardrailsProps> = {}): { stack: Stack; guardrails: Guardrails } {
  const stack = new Stack(new App(), 'Stack', { env });
  return { stack, guardrails: new Guardrails(stack, 'Guardrails', { profile, ...props }) };
}

function organization(props: Partial<OrganizationGuardrailsProps> = {}): { stack: Stack; guardrails: OrganizationGuardrails } {
  const stack = new Stack(new App(), 'Organization', { env });
  return { stack, guardrails: new OrganizationGuardrails(stack, 'Guardrails', { profile, targets: TARGETS, ...props }) };
}

const policiesOf = (stack: Stack) => Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'))
  .map(([id, { Properties }]) => ({ id, ...(Properties as { PolicyDocument: Document; Path: string; Roles?: unknown; Groups?: unknown }) }));

describe('the guardrails of an account', () => {
  test('are policies under a path that they guard themselves, attached to nobody', () => {
    const { stack } = guarded();
    const policies = policiesOf(stack);
    expect(policies.length).toBeGreaterThan(2);
    for (const { Path, Roles, Groups } of policies) expect([Path, Roles, Groups]).toEqual(['/regulated-ml/guardrails/', undefined, undefined]);
  });

  test('say in the template what they say as JSON', () => {
    const { stack, guardrails } = guarded();
    const sids = (documents: readonly string[]) => documents.map((text) => (JSON.parse(text) as Document).Statement.map(({ Sid }) => Sid));
    const deployed = policiesOf(stack).map(({ PolicyDocument }) => PolicyDocument.Statement.map(({ Sid }) => Sid));
    expect(deployed[0]).toEqual(sids([Guardrails.boundaryDocument(profile)])[0]);
    const companions = sids(Guardrails.companionDocuments(profile));
    expect(deployed.slice(1, 1 + companions.length)).toEqual(companions);
    // only an account has a boundary that new roles must have
    expect(deployed.slice(1 + companions.length).flat().filter((sid) => sid !== 'LeastPrivilegeNewRoles').sort()).toEqual(sids(Guardrails.denialDocuments(profile)).flat().sort());
    expect([guardrails.companions.length, guardrails.denials.length]).toEqual([companions.length, deployed.length - 1 - companions.length]);
  });

  test('hold jobs to the subnets, groups and keys of the workspaces', () => {
    const { stack, workspace } = workspaceStack();
    new Guardrails(stack, 'Guardrails', { profile, workspaces: [workspace] });
    const statements = policiesOf(stack).filter(({ id }) => id.startsWith('Guardrails')).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const condition = (sid: string) => statements.filter(({ Sid }) => Sid === sid).map(({ Condition }) => JSON.stringify(Condition));
    expect(condition('PrivateNetworkSubnets')).toHaveLength(3);
    expect(condition('PrivateNetworkSubnets')[0]).toContain('WorkspaceNetworkVpcIsolatedSubnet1');
    expect(condition('PrivateNetworkSecurityGroups')[0]).toContain('GroupId');
    expect(condition('EncryptionAtRestVolumeKeys')[0]).toContain('WorkspaceDataKey');
    expect(condition('EncryptionAtRestOutputKeys')[0]).toContain('WorkspaceModelsKey');
  });

  test('have new roles take the boundary', () => {
    const { stack, guardrails } = guarded();
    const [statement] = policiesOf(stack).flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(({ Sid }) => Sid === 'LeastPrivilegeNewRoles');
    expect(statement!.Condition!.StringNotEquals).toEqual({ 'iam:PermissionsBoundary': stack.resolve(guardrails.boundary.managedPolicyArn) as unknown });
  });

  test('hold the roles of an app, those of a workspace in the same stack too', () => {
    const { app, stack, workspace } = workspaceStack();
    const guardrails = new Guardrails(stack, 'Guardrails', { profile, workspaces: [workspace] });
    guardrails.hold(app);
    // later than all the other aspects
    Aspects.of(app).add({
      visit: (node) => {
        if (node instanceof iam.Role) node.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess'));
      },
    }, { priority: AspectPriority.READONLY + 1 });
    const arns = guardrails.companions.map(({ managedPolicyArn }) => stack.resolve(managedPolicyArn) as unknown);
    const later = new Stack(app, 'Later', { env });
    const role = new iam.Role(later, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), managedPolicies: [iam.ManagedPolicy.fromManagedPolicyArn(later, 'Own', 'arn:aws:iam::123456789012:policy/own')] });
    new CfnResource(stack, 'Raw', { type: 'AWS::IAM::Role', properties: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/own'] } });
    const template = Template.fromStack(stack);
    const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties as { PermissionsBoundary: unknown; ManagedPolicyArns: unknown[] });
    expect(roles.length).toBeGreaterThan(2);
    for (const { PermissionsBoundary, ManagedPolicyArns } of roles) {
      expect(PermissionsBoundary).toEqual(stack.resolve(guardrails.boundary.managedPolicyArn));
      expect(ManagedPolicyArns.slice(-arns.length)).toEqual(arns);
    }
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/own', ...arns] });
    expect((Template.fromStack(later).findResources('AWS::IAM::Role')[later.getLogicalId(role.node.defaultChild as CfnElement)]!.Properties as { ManagedPolicyArns: unknown[] }).ManagedPolicyArns).toHaveLength(2 + arns.length);
  });

  test('fail to hold a role whose policies come as one value', () => {
    const { stack, guardrails } = guarded();
    const parameter = new CfnParameter(stack, 'Policies', { type: 'CommaDelimitedList' });
    new CfnResource(stack, 'Raw', { type: 'AWS::IAM::Role', properties: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: { Ref: parameter.logicalId } } });
    guardrails.hold(stack);
    expect(() => Template.fromStack(stack)).toThrow('ManagedPolicyArns of Stack/Raw is one value and no list: give a list of its items');
  });

  test('watch what exists only where they are asked to', () => {
    Template.fromStack(guarded().stack).resourceCountIs('AWS::Config::ConformancePack', 0);
    Template.fromStack(guarded({ conformancePack: true }).stack).hasResourceProperties('AWS::Config::ConformancePack', {
      ConformancePackName: Match.stringLikeRegexp('^Stack-Guardrails-[0-9A-F]{8}$'), TemplateBody: Guardrails.conformancePackTemplate('eu-central-1'),
    });
  });

  test('fail without a profile, without a region, and outside the residency', () => {
    const app = new App();
    expect(() => new Guardrails(new Stack(app, 'A', { env }), 'Guardrails', {} as GuardrailsProps)).toThrow('guardrails \'A/Guardrails\' has no profile');
    expect(() => new Guardrails(new Stack(app, 'B'), 'Guardrails', { profile })).toThrow('has no region');
    expect(() => new Guardrails(new Stack(app, 'C', { env: { ...env, region: 'us-east-1' } }), 'Guardrails', { profile })).toThrow('outside the residency');
  });
});

describe('the guardrails of an organisation', () => {
  test('are policies on principals and on resources, one after the other', () => {
    const { stack, guardrails } = organization();
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Organizations::Policy', guardrails.serviceControlPolicies.length + guardrails.resourceControlPolicies.length);
    template.hasResourceProperties('AWS::Organizations::Policy', {
      Name: Match.stringLikeRegexp('^Organization-Guardrails-[0-9A-F]{8}-Scp1$'), Type: 'SERVICE_CONTROL_POLICY', TargetIds: TARGETS, Content: JSON.parse(Guardrails.scpDocuments(profile)[0]!) as object,
    });
    template.hasResourceProperties('AWS::Organizations::Policy', { Type: 'RESOURCE_CONTROL_POLICY', Content: JSON.parse(Guardrails.rcpDocuments(profile)[0]!) as object });
    const policies = Object.entries(template.findResources('AWS::Organizations::Policy')) as [string, { DependsOn?: string[] }][];
    expect(policies.map(([, { DependsOn }]) => DependsOn)).toEqual([undefined, ...policies.slice(0, -1).map(([id]) => [id])]);
  });

  test('have Control Tower deny regions where they are asked to', () => {
    Template.fromStack(organization().stack).resourceCountIs('AWS::ControlTower::EnabledControl', 0);
    const target = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cd34ef56';
    Template.fromStack(organization({ controlTowerTargets: [target], regions: ['eu-central-1'] }).stack).hasResourceProperties('AWS::ControlTower::EnabledControl', {
      TargetIdentifier: target, ControlIdentifier: Match.stringLikeRegexp('^arn:aws:controlcatalog:::control/'), Parameters: [{ Key: 'AllowedRegions', Value: ['eu-central-1'] }],
    });
  });

  test.each<[Partial<OrganizationGuardrailsProps>, string]>([
    [{ targets: [] }, 'have no target'],
    [{ targets: ['production'] }, 'targets[0] is \'production\''],
    [{ targets: 'ou-ab12-cd34ef56' as unknown as string[] }, 'targets is \'ou-ab12-cd34ef56\': give a list'],
    [{ controlTowerTargets: ['ou-ab12-cd34ef56'] }, 'controlTowerTargets[0] is \'ou-ab12-cd34ef56\''],
  ])('fail for %j', (props, message) => {
    expect(() => organization(props)).toThrow(message);
  });
});

describe('the packs', () => {

  // how long data is kept is for whoever decides a profile
  const decided = ComplianceProfile.of({ frameworks: profile.frameworks, residency: profile.residency, retention: { data: Retention.years(2) } });
  function complete(): App {
    const app = new App({ context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
    const stack = new Stack(app, 'Stack', { env });
    const workspace = new Workspace(stack, 'Workspace', { profile: decided });
    const guardrails = new Guardrails(stack, 'Guardrails', { profile, workspaces: [workspace], conformancePack: true });
    guardrails.hold(app);
    new OrganizationGuardrails(new Stack(app, 'Organization', { env }), 'Guardrails', { profile, targets: TARGETS });
    return app;
  }

  test('have no finding that is not waived', () => {
    expect(unwaived(complete())).toEqual([]);
    expect(unwaived(complete(), stockPacks())).toEqual([]);
  });

  test('of our own have none at all', () => {
    const app = complete();
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: decided }));
    expect(new RegulatedMLChecks(app, { profile: decided }).validateScope(app).violations).toEqual([]);
  });

  test('waive nothing but what a boundary allows at most', () => {
    const waivers = waived(complete()).filter((line) => line.includes('Guardrails')).map((line) => line.split(': ')[0]!.replace(/^[^:]+::/, ''));
    expect(new Set(waivers)).toEqual(new Set(['AwsSolutions-IAM5 Stack/Guardrails/Boundary/Resource']));
  });
});
