import { judged, ruleNamed, template } from '../support';

const addressed = { Type: 'AWS::EC2::Subnet', Properties: { VpcId: 'vpc-1', MapPublicIpOnLaunch: true } };
const associated = (RouteTableId: unknown) => ({ Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: { SubnetId: { Ref: 'Subnet' }, RouteTableId } });
const route = (gateway: unknown) => ({ Type: 'AWS::EC2::Route', Properties: { RouteTableId: { Ref: 'Table' }, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway } });
const table = { Table: { Type: 'AWS::EC2::RouteTable', Properties: {} }, Association: associated({ Ref: 'Table' }) };

/** What is said of a model in a subnet that stands beside these. */
function said(beside: Record<string, unknown>): string | undefined {
  const config = { Subnets: [{ Ref: 'Subnet' }], SecurityGroupIds: ['sg-1'] };
  const resources = { Subnet: addressed, ...beside, Model: { Type: 'AWS::SageMaker::Model', Properties: { VpcConfig: config } } };
  const [found] = judged([template(resources, { Parameters: { Given: { Type: 'String' } } })], [ruleNamed('SageMakerModelVpc')]);
  return found!.finding.detail;
}

const ROUTED = 'subnet Subnet is public: its routes lead to an internet gateway';
const GUESSED = 'subnet Subnet is public: MapPublicIpOnLaunch gives its machines public addresses, and where its routes lead is not known';

test.each([
  ['its table of the app leads to no gateway', table, undefined],
  ['its table of the app leads to a gateway of the app', { ...table, Gateway: { Type: 'AWS::EC2::InternetGateway', Properties: {} }, Route: route({ Ref: 'Gateway' }) }, ROUTED],
  ['its table of the app leads to a gateway that is named', { ...table, Route: route('igw-1') }, ROUTED],
  ['its table of the app leads to a virtual private gateway', { ...table, Route: route('vgw-1') }, undefined],
  ['its table of the app leads to a gateway that is given', { ...table, Route: route({ Ref: 'Given' }) }, GUESSED],
  ['its table is given', { Association: associated({ Ref: 'Given' }) }, GUESSED],
  ['it has no table, in a network of another app', {}, GUESSED],
  ['it has no table, in a network of the app', { Vpc: { Type: 'AWS::EC2::VPC', Properties: {} }, Subnet: { ...addressed, Properties: { ...addressed.Properties, VpcId: { Ref: 'Vpc' } } } }, undefined],
  ['it has no table and gives no addresses', { Subnet: { ...addressed, Properties: {} } }, undefined],
])('whether a subnet is public is what its routes say: %s', (_what, beside, detail) => {
  expect(said(beside)).toBe(detail);
});
