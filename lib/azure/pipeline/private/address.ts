import type { TerraformResource } from 'cdktf';

/** The address of a resource, as the few arguments of Terraform take it that are no expressions. */
export function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
