import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { pinned } from '../sagemaker/image';

export default rule({
  name: 'EmrServerlessImage',
  title: 'EMR Serverless applications name a fixed version of their images',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::EMRServerless::Application'],
  why: 'an image behind a moving tag is not the image that was reviewed',
  fix: 'name ImageUri by digest (@sha256:...), or by a version tag in a repository with immutable tags, or leave it out for the image of the release',
  properties: ['ImageConfiguration', 'WorkerTypeSpecifications'],
  sources: ['AIA SM-43', 'https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-custom-image.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', ImageConfiguration: { ImageUri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/spark@sha256:${'0'.repeat(64)}` } },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', ImageConfiguration: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/spark:latest' } },
  check: (application) => {
    const workers = application.at('WorkerTypeSpecifications').entries.map(([, worker]) => worker.at('ImageConfiguration.ImageUri'));
    return [application.at('ImageConfiguration.ImageUri'), ...workers].map(pinned);
  },
});
