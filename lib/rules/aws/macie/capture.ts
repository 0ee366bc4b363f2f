import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, NOT_APPLICABLE, type Verdict } from '../../verdict';
import { MlData } from '../ml-data';
import { meantBy } from '../named';
import { covered, coverageOf } from './coverage';

export default rule({
  name: 'MacieCapture',
  title: 'Macie looks at what endpoints and experiments capture',
  severity: 'error',
  byDeclaration: true,
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: ['AWS::SageMaker::EndpointConfig', 'AWS::SageMaker::InferenceExperiment'],
  why: 'a capture holds what callers send, whatever they were meant to send: nobody classified it. Asked once an app holds anything of Macie: it is switched on once an account, often by another app, which no file of this one tells',
  fix: 'let a job of Macie look at the bucket of the captures, or switch automated discovery on',
  properties: ['DataCaptureConfig.DestinationS3Uri', 'DataStorageConfig.Destination'],
  sources: ['Security Hub Macie.2', 'https://docs.aws.amazon.com/macie/latest/user/discovery-jobs.html'],
  good: 'an endpoint configuration that captures to a bucket, beside a job of Macie on that bucket',
  bad: 'the same endpoint configuration, beside a session of Macie without a job on that bucket',
  check: (resource) => {
    const place = placeOf(resource);
    if (!place) return NOT_APPLICABLE;
    const { relations } = resource;
    // Macie is switched on once an account: where an app holds nothing of it, this is assessed elsewhere or not at all
    if (!coverageOf(relations).isManaged) return NOT_APPLICABLE;
    const data = MlData.of(relations);
    return all(...[...place.texts, ...place.unknowns].map((one): Verdict => {
      const buckets = meantBy(one, '', relations).filter(({ type }) => type === 'AWS::S3::Bucket');
      // what the flow declares is judged there
      if (buckets.some((bucket) => data.storeOf(bucket)) || (buckets.length === 0 && isDeclared(resource))) return NOT_APPLICABLE;
      const verdict = covered(buckets, relations, prefixIn(one));
      return verdict.answer === Answer.COMPLIANT ? verdict : { ...verdict, detail: `${place.name}: ${verdict.detail}`, location: place.location };
    }));
  },
});

// SageMaker puts what it captures into folders below, and the address is known up to a gap
function prefixIn(place: string | Unknown): string {
  const [, key = ''] = /^[^:]*:\/\/[^/]*\/(.*)$/.exec(place instanceof Unknown ? place.pattern : place) ?? [];
  return key.includes('?') ? key.slice(0, key.indexOf('?')) : key.replace(/\/*$/, key === '' ? '' : '/');
}

function isDeclared({ path, relations }: Resource): boolean {
  return (relations.flow?.nodes ?? []).some(({ id, kind }) => kind === 'endpoint' && path.startsWith(`${id}/`));
}

function placeOf(resource: Resource): Value | undefined {
  if (resource.type === 'AWS::SageMaker::InferenceExperiment') return resource.at('DataStorageConfig').isAbsent ? undefined : resource.at('DataStorageConfig.Destination');
  const capture = resource.at('DataCaptureConfig');
  return capture.isAbsent || capture.at('EnableCapture').boolean(false).answer === Answer.COMPLIANT ? undefined : capture.at('DestinationS3Uri');
}
