/** A parameter that nothing is known of. */
export const PARAM = { Ref: 'Param' };
export const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1';

/** What makes the subject of a table touch data of machine learning: a model that names it as its artifact, its key, its role and its image. */
export const USES = {
  Uses: {
    Type: 'AWS::SageMaker::Model',
    Properties: {
      PrimaryContainer: { ModelDataUrl: { 'Fn::Join': ['', ['s3://', { Ref: 'Subject' }, '/m.tgz']] }, Environment: { SUBJECT: { Ref: 'Subject' } } },
      VolumeKmsKeyId: { 'Fn::GetAtt': ['Subject', 'Arn'] },
    },
  },
};
