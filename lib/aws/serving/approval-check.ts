import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { requireServices, wayOut } from '../private/endpoint-services';
import { RuntimeFunction } from '../private/runtime-function';
import type { IWorkspace } from '../workspace/workspace';

/** Fails the deployment of a package that nobody has approved. */
export class ApprovalCheck extends Construct {
  constructor(scope: Construct, id: string, props: { readonly workspace: IWorkspace; readonly packageArn: string }) {
    super(scope, id);
    const { workspace, packageArn } = props;
    requireServices(workspace, ['sagemaker.api'], `'${this.node.path}'`);
    const check = new RuntimeFunction(this, 'Function', {
      job: 'approval-check', workspace, logsKey: workspace.logsKey, description: 'Asks the registry whether a model package is approved', reservedConcurrency: 1,
    });
    check.role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeModelPackage'], resources: [packageArn] }));
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: check.function.functionArn,
      resourceType: 'Custom::ModelApproval',
      serviceTimeout: Duration.minutes(5),
      properties: { PackageArn: packageArn, Account: Stack.of(this).account },
    });
    resource.node.addDependency(check, ...wayOut(workspace));
  }
}
