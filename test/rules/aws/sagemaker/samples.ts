/** Values that tables of the rules on SageMaker share. */
export const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const VPC = { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] };
/** A parameter without a default. */
export const PARAM = { Ref: 'Param' };
export const OWN = { 'Fn::GetAtt': ['Key', 'Arn'] };
/** A key of the app, which `OWN` refers to. */
export const around = { Key: { Type: 'AWS::KMS::Key', Properties: {} } };
/** A key that is named but is the cloud's. */
export const CLOUD_KEY = 'arn:aws:kms:eu-central-1:123456789012:alias/aws/sagemaker';
export const CLARIFY = '017069133835.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-clarify-processing:1.0';

/** Subnets of the app: public by their route or addresses, or inside, or behind a NAT gateway. */
export const subnets = {
  Gateway: { Type: 'AWS::EC2::InternetGateway', Properties: {} },
  Nat: { Type: 'AWS::EC2::NatGateway', Properties: {} },
  Inside: { Type: 'AWS::EC2::Subnet', Properties: { MapPublicIpOnLaunch: false } },
  Addressed: { Type: 'AWS::EC2::Subnet', Properties: { MapPublicIpOnLaunch: true } },
  ...Object.fromEntries([
    ['Routed', { GatewayId: { Ref: 'Gateway' } }], ['Behind', { NatGatewayId: { Ref: 'Nat' } }], ['Named', { GatewayId: 'igw-1' }],
  ].flatMap(([name, route]) => [
    [name, { Type: 'AWS::EC2::Subnet', Properties: {} }],
    [`${String(name)}Table`, { Type: 'AWS::EC2::RouteTable', Properties: {} }],
    [`${String(name)}Route`, { Type: 'AWS::EC2::Route', Properties: { RouteTableId: { Ref: `${String(name)}Table` }, DestinationCidrBlock: '0.0.0.0/0', ...(route as object) } }],
    [`${String(name)}Association`, { Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: { SubnetId: { Ref: name }, RouteTableId: { Ref: `${String(name)}Table` } } }],
  ])),
};
