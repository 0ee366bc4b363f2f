import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';
import { inParts } from '../../verdict';

export default rule({
  name: 'S3AccessPointPublicAccessBlock',
  title: 'Access points to ML data block all public access',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::S3::AccessPoint', 'AWS::S3::MultiRegionAccessPoint'],
  why: 'an access point has a policy of its own, and its block cannot be switched on once it is made',
  fix: 'leave PublicAccessBlockConfiguration out, which blocks, or set all four flags',
  properties: ['PublicAccessBlockConfiguration'],
  sources: ['Security Hub S3.19', 'Security Hub S3.24', 'AWS Config s3-access-point-public-access-blocks', 'Prowler s3_access_point_public_access_block', 'Prowler s3_multi_region_access_point_public_access_block'],
  good: { Bucket: 'data' },
  bad: { Bucket: 'data', PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: true, RestrictPublicBuckets: true } },
  check: (point) => ofMlData(point, () => {
    const block = point.at('PublicAccessBlockConfiguration');
    return inParts(block, ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map((flag) => block.at(flag).boolean(true, block.isAbsent)));
  }),
});
