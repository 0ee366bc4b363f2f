import type { FlowNode } from '../../policy/flow';
import type { Relations } from '../relations';
import type { Resource } from '../resource';

/** Paths of the steps that bound what they reveal, as they are deployed; worked out once. */
export type PrivateSteps = (relations: Relations) => ReadonlySet<string>;

/** Why a step that learns has to bound what its model reveals, as the end of a sentence; undefined where nothing asks for it. */
export function revealing({ path, relations }: Resource, privateSteps: PrivateSteps): string | undefined {
  const flow = relations.flow!;
  const identifying = flow.sourcesOf(path).find((source) => flow.classificationOf(source)?.isIdentifying);
  if (identifying !== undefined) return `learns from ${flow.classificationOf(identifying)} data of '${flow.node(identifying)?.name ?? identifying}'`;
  const store = budgetBehind(path, relations, privateSteps);
  return store ? `learns from '${store.name}', whose privacy budget it spends,` : undefined;
}

// what a private training gives out costs nothing more, so its sources are not looked for
function budgetBehind(path: string, relations: Relations, privateSteps: PrivateSteps): FlowNode | undefined {
  const flow = relations.flow!;
  const isPrivate = relations.once(privateSteps);
  const seen = new Set<string>();
  const waiting = [...flow.sourcesOf(path)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = flow.node(next);
    if (node?.hasPrivacyBudget) return node;
    if (seen.has(next)) continue;
    seen.add(next);
    if (!isPrivate.has(next)) waiting.push(...flow.sourcesOf(next));
  }
  return undefined;
}
