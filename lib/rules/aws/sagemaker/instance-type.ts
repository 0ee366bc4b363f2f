// families whose volumes are local NVMe although no `d` among their attributes says so
const LOCAL = /^(p5[a-z]*|p6[a-z0-9-]*|g5|g6|g6e|g7e?|gr6|trn1n?|trn2u?|dl1|i[34][a-z]*)$/;

/**
 * Whether the disks of an instance type are local NVMe: encrypted by the hardware, and SageMaker rejects a volume key for them.
 *
 * @param type such as `ml.g5.2xlarge`
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
 */
export function hasLocalStorage(type: string): boolean {
  const family = type.replace(/^ml\./, '').split('.')[0] ?? '';
  const attributes = /^[a-z]+\d+([a-z]*)/.exec(family)?.[1] ?? '';
  return attributes.includes('d') || LOCAL.test(family);
}
