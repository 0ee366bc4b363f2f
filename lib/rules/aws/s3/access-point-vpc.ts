import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'S3AccessPointVpc',
  title: 'Access points to ML data are reached from a VPC',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::S3::AccessPoint', 'AWS::S3Express::AccessPoint'],
  why: 'an access point of internet origin is a way to the data past the endpoints of the network',
  fix: 'set VpcConfiguration.VpcId; the origin of an access point cannot be changed later',
  properties: ['VpcConfiguration'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html'],
  good: { Bucket: 'data', VpcConfiguration: { VpcId: 'vpc-1' } },
  bad: { Bucket: 'data' },
  check: (point) => ofMlData(point, () => point.at('VpcConfiguration').present()),
});
