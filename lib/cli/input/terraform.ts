import { isPlan } from '../../rules/azure/plan';
import { isObject } from '../../rules/resolve';

/** Whether this is a configuration (`*.tf.json`, what CDK for Terraform writes), or a plan or state as `terraform show -json` prints it. */
export function isTerraform(content: unknown): boolean {
  return isPlan(content) || isConfiguration(content);
}

/** Whether a text is the manifest of CDK for Terraform, which names stacks where that of the CDK names artifacts. */
export function isTerraformManifest(text: string): boolean {
  try {
    const content: unknown = JSON.parse(text);
    return isObject(content) && isObject(content.stacks) && Object.values(content.stacks).some((stack) => isObject(stack) && typeof stack.synthesizedStackPath === 'string');
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isConfiguration(content: unknown): boolean {
  const isBlock = (block: unknown) => isObject(block) || (Array.isArray(block) && block.every(isObject));
  return isObject(content) && content.Resources === undefined && [content.terraform, content.provider, content.resource].some(isBlock);
}
