import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

export default rule({
  name: 'EmrServerlessImage',
  title: 'EMR Serverless applications name their images by digest',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::EMRServerless::Application'],
  why: 'an image behind a moving tag is not the image that was reviewed',
  fix: 'name ImageUri by digest (@sha256:...), or leave it out for the image of the release',
  properties: ['ImageConfiguration', 'WorkerTypeSpecifications'],
  sources: ['AIA SM-43', 'https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-custom-image.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', ImageConfiguration: { ImageUri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/spark@sha256:${'0'.repeat(64)}` } },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', ImageConfiguration: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/spark:latest' } },
  check: (application) => {
    const workers = application.at('WorkerTypeSpecifications').entries.map(([, worker]) => worker.at('ImageConfiguration.ImageUri'));
    return [application.at('ImageConfiguration.ImageUri'), ...workers].map(pinned);
  },
});

function pinned(image: Value): Verdict {
  return all(...image.alternatives.map((one): Verdict => {
    if (one === undefined || one === null) return NOT_APPLICABLE;
    const text = one instanceof Unknown ? one.pattern : scalarText(one);
    if (text.includes('@sha256:')) return COMPLIANT;
    // what a token stands for may end in a digest
    return one instanceof Unknown && text.endsWith('?') ? unknown(`${image.name} is ${one.reason}`, image.location) : nonCompliant(`${image.name} is '${text}', without a digest`, image.location);
  }));
}
