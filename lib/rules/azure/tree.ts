import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { TerraformElement, TerraformStack, type App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import type { Acknowledged } from '../accept';
import { isByLibrary, userFrame } from '../../policy/frames';
import { digestOf } from '../record';
import { isObject } from '../resolved';
import type { Origin } from '../resource';
import type { ReadTerraform } from './terraform-record';

/** Key of the metadata by which a construct says that a finding on it is accepted. */
export const ACKNOWLEDGED = 'regulated-ml:acknowledged';

/** The stacks of an app as synth has written them, with where each resource was declared. */
export function filesOf(app: App): ReadTerraform[] {
  const steps = stepsOf(app);
  return stacksOf(app).map((stack) => {
    const { synthesizedStackPath } = app.manifest.forStack(stack);
    const bytes = readFileSync(join(app.outdir, synthesizedStackPath), 'utf8');
    const origins = new Map<string, IConstruct>(stack.node.findAll().filter((node) => TerraformElement.isTerraformElement(node)).map((node) => [node.node.path, node]));
    return {
      stackName: stack.node.id,
      path: stack.node.path,
      template: synthesizedStackPath.split(sep).join('/'),
      digest: digestOf(bytes),
      // HCL is written from the same tree
      content: app.hclOutput ? stack.toTerraform() as unknown : JSON.parse(bytes) as unknown,
      origin: (path) => {
        const element = origins.get(path);
        return element && originOf(element);
      },
      stepPath: steps,
    };
  });
}

/** The stacks of an app. */
export function stacksOf(app: App): TerraformStack[] {
  return app.node.findAll().filter((node): node is TerraformStack => TerraformStack.isStack(node));
}

/** All acknowledgements of an app. */
export function acknowledgementsOf(app: App): Acknowledged[] {
  return app.node.findAll().flatMap((node) => node.node.metadata.filter(({ type, data }) => type === ACKNOWLEDGED && isObject(data)).map(({ data, trace }): Acknowledged => {
    const { id, reason } = data as { readonly id?: unknown; readonly reason?: unknown };
    const byLibrary = isByLibrary(trace);
    const source = byLibrary ? undefined : userFrame(trace);
    return { id: String(id ?? ''), reason: String(reason ?? ''), at: node.node.path, ...(source ? { source } : {}), ...(byLibrary ? { byLibrary } : {}) };
  }));
}

/** Where a node of the declared flow was written. */
export function flowOriginsOf(app: App): (id: string) => Origin | undefined {
  const constructs = new Map(app.node.findAll().map((node) => [node.node.path, node]));
  return (id) => {
    const construct = constructs.get(id);
    return construct && originOf(construct);
  };
}

function originOf(construct: IConstruct): Origin {
  const source = sourceOf(construct);
  return { path: construct.node.path, ...(source ? { source } : {}) };
}

/**
 * Where a construct, or the nearest above that says so, was written. CDK for Terraform keeps no trace of a resource: one is known where a
 * construct of this library noted something with a trace.
 */
export function sourceOf(construct: IConstruct): string | undefined {
  for (const node of [...construct.node.scopes].reverse()) {
    if (TerraformStack.isStack(node)) return undefined;
    for (const { trace } of node.node.metadata) {
      const source = userFrame(trace);
      if (source) return source;
    }
  }
  return undefined;
}

// a job of a pipeline is named as its step is
function stepsOf(app: App): NonNullable<ReadTerraform['stepPath']> {
  const origins = flowOriginsOf(app);
  const byName = new Map<string, string[]>();
  for (const { kind, name, id } of DataFlow.of(app).nodes) if (kind === 'step') byName.set(name, [...(byName.get(name) ?? []), id]);
  return (pipelinePath, step) => {
    const declared = byName.get(step) ?? [];
    const above = pipelinePath.slice(0, pipelinePath.lastIndexOf('/') + 1);
    const id = declared.find((path) => path.startsWith(above)) ?? (declared.length === 1 ? declared[0] : undefined);
    return id === undefined ? undefined : origins(id);
  };
}
