/**
 * Types of a pipeline's steps that are known here; another type is an unknown. A notebook job stands in a definition as a training.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
 */
export const STEP_TYPES: ReadonlySet<string> = new Set([
  'AutoML', 'Callback', 'ClarifyCheck', 'Condition', 'EMR', 'EMRServerless', 'Endpoint', 'EndpointConfig', 'Fail', 'Lambda', 'Model', 'Processing', 'QualityCheck',
  'RegisterModel', 'Training', 'Transform', 'Tuning',
]);
