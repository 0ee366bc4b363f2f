import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { stated } from './stated';

export default rule({
  name: 'SageMakerImageDescription',
  title: 'Studio images say what they are for',
  severity: 'warning',
  control: Control.ASSET_INVENTORY,
  resources: ['AWS::SageMaker::Image'],
  why: 'people choose an image by its name and description: without one they take whatever starts',
  fix: 'set ImageDescription',
  properties: ['ImageDescription'],
  sources: ['AWS Config sagemaker-image-description'],
  good: { ImageName: 'risk-notebook', ImageDescription: 'Notebooks of the readmission team: Python 3.12, scikit-learn' },
  bad: { ImageName: 'risk-notebook' },
  check: (image) => stated(image.at('ImageDescription')),
});
