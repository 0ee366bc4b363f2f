import { createHash } from 'node:crypto';
import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shown } from '../../policy/given';

/** What Azure allows in the name of a kind of resource. */
interface NameRule {
  readonly form: RegExp;
  readonly longest: number;
  /** The form in words. */
  readonly words: string;
  /** Between words; none where only letters and digits are allowed. */
  readonly separator: '' | '-' | '_';
}

const DASHED = 'letters, digits and \'-\', beginning with a letter and ending with a letter or digit';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const RULES = {
  'resource group': rule(/^[A-Za-z0-9_][\w().-]{0,88}[\w()-]$/, 90, '2 to 90 letters, digits, \'-\', \'_\', \'.\' and parentheses, not ending with \'.\'', '-'),
  'storage account': rule(/^[a-z0-9]{3,24}$/, 24, '3 to 24 lowercase letters and digits', ''),
  'container': rule(/^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/, 63, '3 to 63 lowercase letters, digits and single \'-\' between them', '-'),
  'key vault': rule(/^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/, 24, `3 to 24 ${DASHED}, no two '-' in a row`, '-'),
  'managed HSM': rule(/^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/, 24, `3 to 24 ${DASHED}, no two '-' in a row`, '-'),
  'key': rule(/^[A-Za-z0-9-]{1,127}$/, 127, '1 to 127 letters, digits and \'-\'', '-'),
  'registry': rule(/^[A-Za-z0-9]{5,50}$/, 50, '5 to 50 letters and digits', ''),
  'workspace': rule(/^[A-Za-z0-9][A-Za-z0-9_-]{2,32}$/, 33, '3 to 33 letters, digits, \'-\' and \'_\', beginning with a letter or digit', '-'),
  'log workspace': rule(/^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/, 63, '4 to 63 letters, digits and \'-\' between them', '-'),
  'identity': rule(/^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/, 64, '3 to 128 letters, digits, \'-\' and \'_\', beginning with a letter or digit', '-'),
  'datastore': rule(/^[a-z0-9_]{1,255}$/, 64, '1 to 255 lowercase letters, digits and \'_\'', '_'),
  'Cosmos DB account': rule(/^[a-z0-9](?!.*--)[a-z0-9-]{1,42}[a-z0-9]$/, 44, '3 to 44 lowercase letters, digits and single \'-\' between them', '-'),
  'function app': rule(/^[A-Za-z0-9](?!.*--)[A-Za-z0-9-]{0,58}[A-Za-z0-9]$/, 32, '2 to 60 letters, digits and single \'-\' between them', '-'),
  // computes, online endpoints: what starts with a letter and is short
  'compute': rule(/^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,30}[A-Za-z0-9]$/, 24, `2 to 32 ${DASHED}`, '-'),
  'endpoint': rule(/^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,30}[A-Za-z0-9]$/, 32, `3 to 32 ${DASHED}`, '-'),
  'component': rule(/^[a-z][a-z0-9_]{0,254}$/, 64, '1 to 255 lowercase letters, digits and \'_\', beginning with a letter', '_'),
  // assets of Azure ML, and what has a resource group for its only peers
  'asset': rule(/^[A-Za-z0-9][A-Za-z0-9_-]{0,253}[A-Za-z0-9]?$/, 64, '1 to 255 letters, digits, \'-\' and \'_\', beginning with a letter or digit', '-'),
  'resource': rule(/^[A-Za-z0-9][\w.-]{0,78}\w$/, 64, '2 to 80 letters, digits, \'-\', \'_\' and \'.\', beginning with a letter or digit', '-'),
} as const;

/** A kind of resource, by what restricts its name. */
export type NameKind = keyof typeof RULES;

function rule(form: RegExp, longest: number, words: string, separator: NameRule['separator']): NameRule {
  return { form, longest, words, separator };
}

/** Key of the context by which a workspace tells its name to what stands in it. */
const STEM = 'cdk-regulated-ml:name';

/** Names of resources: valid, the same at each synth, and different for each construct. */
export class Names {
  /** Eight characters that tell one text from another. */
  public static hash(text: string): string {
    return createHash('sha256').update(text).digest('hex').slice(0, 8);
  }

  /** A UUID that tells one text from another. */
  public static uuid(text: string): string {
    const hex = createHash('sha256').update(text).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  }

  /** Gives the names of all that stands in a construct a beginning that people know. To be called before it has children. */
  public static begin(construct: IConstruct, stem: string): void {
    construct.node.setContext(STEM, stem);
  }

  /**
   * A name that was given.
   *
   * @param owner who was given it, such as `workspace 'Stack/Workspace'`
   * @throws an error with the value and the form when Azure would refuse it
   */
  public static check(owner: string, kind: NameKind, name: string): string {
    const { form, words } = RULES[kind];
    if (typeof name !== 'string' || (!Token.isUnresolved(name) && !form.test(name))) {
      throw new Error(`${owner}: ${shown(name)} is no name of a ${kind}: give ${words}, or leave it out for one made from the construct's path`);
    }
    return name;
  }
}

/**
 * A name for a construct's resource: what people know it by, and eight characters made from its path, so that no two constructs of an app have the
 * same. Storage accounts, vaults and registries share one space of names with all customers of Azure: there the name of the workspace, which is given,
 * tells organisations apart.
 *
 * @param child id of the child of the construct that it is for; the construct itself, when it is left out
 */
export function nameOf(construct: IConstruct, kind: NameKind, child?: string): string {
  const { longest, separator, form } = RULES[kind];
  const stem = construct.node.tryGetContext(STEM) as string | undefined;
  const path = child === undefined ? construct.node.path : `${construct.node.path}/${child}`;
  const own = path.split('/').filter((part) => part !== 'Resource' && part !== '');
  const words = [...new Set([...(stem ? [stem, ...own.slice(-1)] : own)])].join('-').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
  const hash = Names.hash(`${stem ?? ''}|${path}`);
  const room = longest - hash.length - separator.length;
  const readable = words.join(separator).slice(0, room).replace(/[-_]+$/, '').replace(/^[0-9_-]+/, '') || 'r';
  const name = `${readable}${separator}${hash}`;
  if (!form.test(name)) throw new Error(`'${path}' gives no name of a ${kind} ('${name}'): give one`);
  return name;
}
