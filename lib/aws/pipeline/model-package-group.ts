import { ArnFormat, Fn, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct, IConstruct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import { granted } from '../private/granted';
import { DataInput } from '../storage/data-input';
import type { IDataStore } from '../storage/data-store';
import { ContainerImage } from './images';

/** Versions of a model, waiting for a person to approve them. */
export interface IModelPackageGroup extends IConstruct {
  /** Its name. */
  readonly modelPackageGroupName: string;
  /** Its ARN. */
  readonly modelPackageGroupArn: string;
  /** Images that its versions are known to run in. */
  readonly images: ContainerImage[];
  /** Artifacts that its versions are known to hold. */
  readonly artifacts: DataInput[];
  /** Where the checks of its versions are known to leave baselines. */
  readonly baselines: DataInput[];
  /** Grants looking at versions. */
  grantRead(grantee: iam.IGrantable): iam.Grant;
  /** Grants approving and rejecting versions. Registering is not part of it: nobody approves their own. */
  grantApprove(grantee: iam.IGrantable): iam.Grant;
}

/** What a model package group is made from. */
export interface ModelPackageGroupProps {
  /**
   * Its name: 1 to 63 letters, digits or `-`. It is taken as it is, and a retained group keeps it: before the stack is created again,
   * delete the group, import it, or name another. Accounts that it is shared with need a name they can write down.
   *
   * @default - made from the path, and new each time the stack is created
   */
  readonly groupName?: string;
  /**
   * What becomes of it when it leaves the stack. A group with versions cannot be deleted: with `DESTROY` a deletion fails until somebody
   * has deleted them.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * What its models are for.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * Accounts that may use its versions, by their 12 digits.
   *
   * @default - this account only
   */
  readonly sharedWith?: string[];
  /**
   * The store with the artifacts of its versions; accounts that the group is shared with may read it.
   *
   * @default - the accounts are not given the artifacts
   */
  readonly artifactStore?: IDataStore;
  /**
   * What of the store holds artifacts of this group, such as `<pipeline name>/`.
   *
   * @default - all of it
   */
  readonly artifactPrefix?: string;
}

/** What a model package group that exists is described by. */
export interface ModelPackageGroupAttributes {
  /** Its ARN, of this account or another. */
  readonly modelPackageGroupArn: string;
  /**
   * Images that its versions run in.
   *
   * @default - not known
   */
  readonly images?: ContainerImage[];
  /**
   * Artifacts that its versions hold.
   *
   * @default - not known
   */
  readonly artifacts?: DataInput[];
  /**
   * Where the checks of its versions leave baselines.
   *
   * @default - not known
   */
  readonly baselines?: DataInput[];
}

abstract class GrantableGroup extends Construct implements IModelPackageGroup {
  public abstract readonly modelPackageGroupName: string;
  public abstract readonly modelPackageGroupArn: string;
  public readonly images: ContainerImage[] = [];
  public readonly artifacts: DataInput[] = [];
  public readonly baselines: DataInput[] = [];

  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['sagemaker:DescribeModelPackage', 'sagemaker:DescribeModelPackageGroup', 'sagemaker:ListModelPackages']);
  }

  public grantApprove(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['sagemaker:DescribeModelPackage', 'sagemaker:DescribeModelPackageGroup', 'sagemaker:ListModelPackages', 'sagemaker:UpdateModelPackage']);
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return granted(this, { grantee, actions, resourceArns: [this.modelPackageGroupArn, packagesOf(this.modelPackageGroupArn)] });
  }
}

/** A group of model versions. A version is used after a person has approved it, unless its registration says otherwise. */
export class ModelPackageGroup extends GrantableGroup {
  /** A group that exists, in this account or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: ModelPackageGroupAttributes): IModelPackageGroup {
    return new ImportedGroup(scope, id, attrs);
  }

  /** Its name. */
  public readonly modelPackageGroupName: string;
  /** Its ARN. */
  public readonly modelPackageGroupArn: string;

  constructor(scope: Construct, id: string, props: ModelPackageGroupProps = {}) {
    super(scope, id);
    const { groupName, sharedWith = [] } = props;
    if (groupName !== undefined && !Token.isUnresolved(groupName) && !/^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$/.test(groupName)) {
      throw new Error(`${this.node.path}: groupName '${groupName}' is not usable: give 1 to 63 letters, digits or '-', beginning and ending with a letter or digit`);
    }
    const wrong = sharedWith.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
    if (wrong !== undefined) throw new Error(`${this.node.path}: '${wrong}' is no account: share with accounts by their 12 digits; the public and organisations cannot be named`);
    this.modelPackageGroupName = groupName ?? this.newName();
    this.modelPackageGroupArn = Stack.of(this).formatArn({ service: 'sagemaker', resource: 'model-package-group', resourceName: this.modelPackageGroupName });
    const resource = new sagemaker.CfnModelPackageGroup(this, 'Resource', {
      modelPackageGroupName: this.modelPackageGroupName,
      modelPackageGroupDescription: props.description,
      modelPackageGroupPolicy: sharedWith.length > 0 ? this.policyFor(sharedWith) : undefined,
    });
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    for (const account of sharedWith) props.artifactStore?.shareWith(account, props.artifactPrefix);
    DataFlow.of(this).add({ id: this.node.path, kind: 'model', name: groupName ?? this.node.id, detail: 'model packages' });
  }

  private newName(): string {
    const name = Names.uniqueResourceName(this, { maxLength: 54, separator: '-', allowedSpecialCharacters: '-' }).toLowerCase().replace(/^-+|-+$/g, '');
    // The group outlives its stack under its name, so that a stack of the same name has to call its group otherwise.
    return `${name}-${Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Stack.of(this).stackId))))}`;
  }

  private policyFor(accounts: string[]): unknown {
    return new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({
        sid: 'NamedAccountsUseVersions',
        principals: accounts.map((account) => new iam.AccountPrincipal(account)),
        actions: ['sagemaker:DescribeModelPackage', 'sagemaker:DescribeModelPackageGroup', 'sagemaker:ListModelPackages', 'sagemaker:CreateModel'],
        resources: [this.modelPackageGroupArn, packagesOf(this.modelPackageGroupArn)],
      })],
    });
  }
}

class ImportedGroup extends GrantableGroup {
  public readonly modelPackageGroupName: string;
  public readonly modelPackageGroupArn: string;

  constructor(scope: Construct, id: string, attrs: ModelPackageGroupAttributes) {
    super(scope, id);
    const { modelPackageGroupArn: arn } = attrs;
    if (!Token.isUnresolved(arn) && !/^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package-group\/[A-Za-z0-9-]+$/.test(arn)) {
      throw new Error(`${this.node.path}: '${arn}' is no ARN of a model package group: it looks like 'arn:aws:sagemaker:eu-central-1:123456789012:model-package-group/readmission'`);
    }
    this.modelPackageGroupArn = arn;
    this.modelPackageGroupName = Stack.of(this).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    this.images.push(...attrs.images ?? []);
    this.artifacts.push(...attrs.artifacts ?? []);
    this.baselines.push(...attrs.baselines ?? []);
    DataFlow.of(this).add({ id: this.node.path, kind: 'model', name: this.node.id, detail: 'model packages' });
  }
}

function packagesOf(groupArn: string): string {
  if (!Token.isUnresolved(groupArn) || groupArn.includes(':model-package-group/')) return `${groupArn.replace(':model-package-group/', ':model-package/')}/*`;
  throw new Error('the ARN of the model package group is not known at synth: write it out');
}
