/**
 * Regions that the inference profiles of a geography send requests to, by the prefix of their ids. `global` profiles send them anywhere.
 *
 * A profile that comes to reach further than this list is stopped all the same: Bedrock asks for each destination, and the statement on
 * regions answers.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export const INFERENCE_PROFILES: Readonly<Record<string, readonly string[]>> = {
  'apac': [
    'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-4',
  ],
  'au': ['ap-southeast-2', 'ap-southeast-4'],
  'eu': ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  'jp': ['ap-northeast-1', 'ap-northeast-3'],
  'us': ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  'us-gov': ['us-gov-east-1', 'us-gov-west-1'],
};
