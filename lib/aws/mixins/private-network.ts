import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { onProcessing } from './processing';
import { isInReach } from './reach';
import { isAbsent, Settable } from './settable';
import { variantsOf } from './variants';

/** Where things are to run. A workspace is one. */
export interface PrivateNetworkProps {
  /** The network. */
  readonly vpc: ec2.IVpc;
  /**
   * The subnets of the network.
   *
   * @default - the isolated ones
   */
  readonly subnets?: ec2.SubnetSelection;
  /** The security group. */
  readonly securityGroup: ec2.ISecurityGroup;
}

/**
 * Puts what has no network of its own into yours: models, endpoints of inference components, processing jobs, monitors, notebooks, Studio domains; and takes SageMaker's own
 * way to the internet from notebooks and Studio domains. What stands in a network stays there.
 *
 * The execution roles need the permissions of EC2 that attach a job to subnets.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html
 */
export class PrivateNetwork extends ControlMixin {
  public readonly control = Control.PRIVATE_NETWORK;
  /** @internal */
  protected readonly _settings: Settings;

  /** Into this network. */
  constructor(network: PrivateNetworkProps) {
    super();
    const subnets = network.vpc.selectSubnets(network.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }).subnetIds;
    const groups = [network.securityGroup.securityGroupId];
    if (subnets.length === 0) throw new Error(`network '${network.vpc.node.path}' has no isolated subnets: say which to use with subnets`);
    const into = (resource: Settable, path: string) => {
      if (isInReach(resource, network.vpc, 'network')) resource.setIfAbsent(path, { Subnets: subnets, SecurityGroupIds: groups });
    };
    this._settings = {
      'AWS::SageMaker::Model': (model) => into(model, 'VpcConfig'),
      'AWS::SageMaker::EndpointConfig': (config) => {
        if (variantsOf(config).some(({ forComponents }) => forComponents)) into(config, 'VpcConfig');
      },
      ...onProcessing((resource, job) => into(resource, `${job.network}.VpcConfig`)),
      'AWS::SageMaker::NotebookInstance': (notebook) => {
        if (isInReach(notebook, network.vpc, 'network')) {
          notebook.setIfAbsent('SubnetId', subnets[0]);
          notebook.setIfAbsent('SecurityGroupIds', groups);
        }
        notebook.ensure('DirectInternetAccess', 'Disabled');
      },
      'AWS::SageMaker::Domain': (domain) => {
        domain.ensure('AppNetworkAccessType', 'VpcOnly');
        if (!isInReach(domain, network.vpc, 'network')) return;
        // subnets of one network in another are refused
        if (isAbsent(domain.at('VpcId')) && isAbsent(domain.at('SubnetIds'))) {
          domain.set('VpcId', network.vpc.vpcId);
          domain.set('SubnetIds', subnets);
        }
        // without the internet a domain needs a group; SageMaker refuses it otherwise
        domain.setIfAbsent('DefaultUserSettings.SecurityGroups', groups);
      },
    };
  }
}
