import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { IConstruct } from 'constructs';

/** The stock packs, new for each run: a pack remembers. */
export function stockPacks(): NagPack[] {
  return [new AwsSolutionsChecks(), new HIPAASecurityChecks(), new NIST80053R5Checks(), new PCIDSS321Checks()];
}

/**
 * Findings of the stock packs that no qualified acknowledgement accepts, as `<pack>::<rule> <construct path>`. A short acknowledgement
 * is not honoured: it hides the finding from the report. Synthesizes the app, since waivers are computed then.
 *
 * @throws an error when the packs do not find a violation planted beside the app: then an empty answer would mean nothing
 */
export function unwaived(app: App, packs: NagPack[] = stockPacks()): string[] {
  const planted = plant();
  for (const pack of packs) {
    if (pack.validateScope(planted).violations.length === 0) throw new Error(`${pack.name} found nothing in a bucket without any protection`);
  }
  app.synth();
  return packs.flatMap((pack) => rawFindings(app, pack)
    .filter(({ rule, node }) => !acknowledged(node, `${pack.name}::${rule}`))
    .map(({ rule, node }) => `${pack.name}::${rule} ${node.node.path}`));
}

/** Accepted findings with their reasons, as `<pack>::<rule> <construct path>: <reason>`. */
export function waived(app: App, packs: NagPack[] = stockPacks()): string[] {
  app.synth();
  return packs.flatMap((pack) => rawFindings(app, pack).flatMap(({ rule, node }) => {
    const reason = acknowledged(node, `${pack.name}::${rule}`);
    return reason ? [`${pack.name}::${rule} ${node.node.path}: ${reason}`] : [];
  }));
}

/** All findings, whatever was acknowledged. */
function rawFindings(app: IConstruct, pack: NagPack): { rule: string; node: IConstruct }[] {
  const places = new Map<string, IConstruct>();
  for (const construct of app.node.findAll()) {
    const { path } = construct.node;
    // the resource at a path, or the construct
    if (!places.has(path) || (CfnResource.isCfnResource(construct) && !CfnResource.isCfnResource(places.get(path)))) places.set(path, construct);
  }
  return pack.validateScope(app).violations.flatMap((violation) => violation.violatingResources.map((resource) => ({ rule: violation.ruleName, node: constructAt(places, resource.constructPath) })));
}

/** What stands at a path, or the one above it: a finding of the data flow is about no resource, and a part of a step is no construct. */
function constructAt(places: ReadonlyMap<string, IConstruct>, path: string | undefined): IConstruct {
  const node = path === undefined ? undefined : places.get(path);
  if (node) return node;
  if (!path?.includes('/')) throw new Error(`there is no construct '${path}'`);
  return constructAt(places, path.slice(0, path.lastIndexOf('/')));
}

function acknowledged(node: IConstruct, id: string): string | undefined {
  for (const scope of [...node.node.scopes].reverse()) {
    for (const entry of scope.node.metadata) {
      if (entry.type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
      const reason = (entry.data as Record<string, string>)[id];
      if (reason) return reason;
    }
  }
  return undefined;
}

function plant(): IConstruct {
  const stack = new Stack(new App(), 'Planted');
  new s3.CfnBucket(stack, 'Open');
  return stack;
}
