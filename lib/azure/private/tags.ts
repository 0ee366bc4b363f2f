import type { IConstruct } from 'constructs';
import { isRecord, shown } from '../../policy/given';

const TAGS = 'cdk-regulated-ml:tags';

/** Gives all that stands in a construct these tags. To be called before it has children. */
export function tagAll(construct: IConstruct, tags: Readonly<Record<string, string>>): void {
  if (!isRecord(tags)) throw new Error(`the tags of '${construct.node.path}' are ${shown(tags)}: give an object of texts, such as { 'cost-centre': '4711' }`);
  for (const [name, value] of Object.entries(tags)) {
    // https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations; 128 is the limit of storage accounts
    if (!/^[^<>%&\\?/]{1,128}$/.test(name) || /^(azure|microsoft|windows)/i.test(name)) {
      throw new Error(`the tags of '${construct.node.path}' have one named ${shown(name)}: give up to 128 characters without < > % & \\ ? /, not beginning with azure, microsoft or windows`);
    }
    if (typeof value !== 'string' || value.length > 256) {
      throw new Error(`tag ${shown(name)} of '${construct.node.path}' is ${shown(value)}: give a text of at most 256 characters`);
    }
  }
  construct.node.setContext(TAGS, tags);
}

/**
 * The tags of a resource: those of the workspace it belongs to, and its own.
 *
 * @param construct the workspace, or what stands in it
 */
export function tagsOf(construct: IConstruct, own: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = construct.node.tryGetContext(TAGS) as Record<string, string> | undefined;
  return { ...given, ...own };
}
