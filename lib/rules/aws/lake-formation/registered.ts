import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { MlData } from '../ml-data';

export default rule({
  name: 'LakeFormationRegistered',
  title: 'Raw stores of an app with a data lake are registered with it',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::LakeFormation::DataLakeSettings'],
  why: 'filters of rows and columns hold for registered locations; what is not registered is read through IAM, whole',
  fix: 'add an AWS::LakeFormation::Resource with the bucket of the store as ResourceArn',
  properties: ['Admins'],
  sources: ['https://docs.aws.amazon.com/lake-formation/latest/dg/register-data-lake.html'],
  good: 'a Resource whose ResourceArn is the bucket of each store of zone raw that holds personal data',
  bad: 'DataLakeSettings beside such a store that no Resource registers',
  check: (settings) => {
    const registered = settings.relations.once(locations);
    const data = MlData.of(settings.relations);
    const missing = data.buckets.filter((bucket) => {
      const store = data.storeOf(bucket);
      return store?.detail === 'raw' && store.classification?.isPersonal && !registered.has(bucket);
    });
    return missing.length === 0 ? COMPLIANT : missing.map((bucket) => nonCompliant(`'${bucket.path}' is not registered`));
  },
});

function locations(relations: Relations): Set<Resource> {
  return new Set(relations.ofType('AWS::LakeFormation::Resource').flatMap((location) => {
    const arn = location.at('ResourceArn');
    const names = arn.texts.map((text) => /^arn:[^:]*:s3:::([^/]+)/.exec(text)?.[1]).filter((name) => name !== undefined);
    return [...relations.targets(arn), ...names.flatMap((name) => relations.called(name, 'AWS::S3::Bucket', 'BucketName'))];
  }));
}
