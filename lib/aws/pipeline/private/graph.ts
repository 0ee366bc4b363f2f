import { DataFlow } from '../../../policy/flow';
import type { PipelineStep } from '../step';
import { ConditionStep } from '../steps/condition';
import { PipelineVariable, VariableOwner } from './variable';
import { renderVariables } from './render';

/** The steps of a pipeline and what waits for what. */
export class PipelineGraph {
  private readonly byPath: Map<string, PipelineStep>;
  private readonly parents = new Map<PipelineStep, PipelineStep>();
  private readonly argumentsOf = new Map<PipelineStep, { value: unknown; variables: PipelineVariable[] }>();
  private readonly problems: string[] = [];
  /** The steps that privacy is reserved for, by the step that reserves it. */
  private readonly reservedFor = new Map<PipelineStep, PipelineStep>();

  constructor(private readonly owner: VariableOwner, private readonly steps: PipelineStep[]) {
    this.byPath = new Map(steps.map((step) => [step.node.path, step]));
    for (const step of steps) {
      if (step._reservation) this.reservedFor.set(step._reservation.reserve, step);
      for (const branch of withCompanions(step._branches())) {
        const other = this.parents.get(branch);
        if (other) this.problems.push(`${branch.node.path}: stands in the branches of '${other.stepName}' and of '${step.stepName}': put it in one`);
        if (branch === step) this.problems.push(`${step.node.path}: is its own branch: name other steps`);
        else this.parents.set(branch, step);
      }
    }
    for (const step of steps) this.argumentsOf.set(step, renderVariables(step, { ...step._fields(), Arguments: step._arguments() }));
  }

  /** The steps of the outermost level, rendered. */
  public render(): Record<string, unknown>[] {
    return this.steps.filter((step) => !this.parents.has(step)).map((step) => this.renderStep(step));
  }

  public renderStep(step: PipelineStep): Record<string, unknown> {
    const { Arguments, ...fields } = this.argumentsOf.get(step)!.value as Record<string, object>;
    const branches = step instanceof ConditionStep
      ? { IfSteps: this.renderBranch(step._ifTrue), ElseSteps: this.renderBranch(step._ifFalse) }
      : {};
    return { ...step._base(this.explicitDependencies(step).map((other) => other.stepName)), ...fields, Arguments: { ...Arguments, ...branches } };
  }

  /** Foreign steps are left to the validation. */
  private renderBranch(steps: PipelineStep[]): Record<string, unknown>[] {
    return withCompanions(steps).filter((step) => this.argumentsOf.has(step)).map((step) => this.renderStep(step));
  }

  /** What is wrong with the graph: each message begins with the path of a construct. */
  public validate(): string[] {
    return [
      ...this.problems,
      ...this.duplicateNames(),
      ...this.steps.flatMap((step) => [...step._problems().map((problem) => `${step.node.path}: ${problem}`), ...this.references(step)]),
      ...this.cycles(),
    ];
  }

  private duplicateNames(): string[] {
    const first = new Map<string, PipelineStep>();
    return this.steps.flatMap((step) => {
      const other = first.get(step.stepName);
      if (!other) first.set(step.stepName, step);
      return other ? [`${step.node.path}: step name '${step.stepName}' is taken by ${other.node.path}: give another stepName`] : [];
    });
  }

  private references(step: PipelineStep): string[] {
    const flow = DataFlow.of(step);
    const messages: string[] = [];
    for (const source of step._sources) {
      const node = flow.node(source);
      if (!node) messages.push(`reads from '${source}', which is no store and no step of this app: take the input from a store or from output() of a step`);
      else if (node.kind === 'step' && !this.byPath.has(source)) messages.push(`reads the output of '${source}', a step of another pipeline: hand the data over through a store`);
    }
    for (const source of step._sources) {
      const { purpose } = flow.node(source) ?? {};
      const own = step.pipeline._purpose;
      if (own && purpose && !own.isSame(purpose)) messages.push(`reads from '${source}', whose data is for '${purpose.name}', in a pipeline for '${own.name}': take data collected for that purpose, or state the purpose it was collected for`);
    }
    for (const variable of this.argumentsOf.get(step)!.variables) {
      const { owner } = variable;
      if (owner && owner !== this.owner && !this.byPath.has(owner.node.path)) messages.push(`uses a value of '${owner.node.path}', which is not part of this pipeline: pass it as a parameter`);
    }
    for (const other of step._dependencies) {
      if (this.byPath.get(other.node.path) !== other) messages.push(`depends on '${other.node.path}', a step of another pipeline: depend on steps of ${this.owner.node.path}`);
    }
    for (const branch of step._branches()) {
      if (this.byPath.get(branch.node.path) !== branch) messages.push(`branches to '${branch.node.path}', a step of another pipeline: use steps of ${this.owner.node.path}`);
    }
    for (const other of this.needed(step)) {
      const hidden = this.enclosing(other).find((parent) => parent !== step && !this.enclosing(step).includes(parent));
      if (hidden) messages.push(`uses '${other.stepName}', which runs only in a branch of '${hidden.stepName}': move it into that branch, or take '${other.stepName}' out of it`);
    }
    return [...new Set(messages)].map((message) => `${step.node.path}: ${message}`);
  }

  /** The condition steps around a step. */
  private enclosing(step: PipelineStep): PipelineStep[] {
    const parents: PipelineStep[] = [];
    for (let at = this.parents.get(step); at && !parents.includes(at); at = this.parents.get(at)) parents.push(at);
    return parents;
  }

  /** The steps whose variables stand in the arguments: SageMaker infers these. */
  private inferred(step: PipelineStep): PipelineStep[] {
    return this.argumentsOf.get(step)!.variables
      .map((variable) => variable.owner && this.byPath.get(variable.owner.node.path))
      .filter((other): other is PipelineStep => other !== undefined && other !== step);
  }

  private explicitDependencies(step: PipelineStep): PipelineStep[] {
    const inferred = new Set(this.inferred(step));
    const sources = step._sources.map((source) => this.byPath.get(source)).filter((other): other is PipelineStep => other !== undefined);
    const given = [...step._dependencies, ...sources, ...this.beforeReserving(step)];
    // what a training gave is not to be used before it is known what it spent
    const settled = [...inferred, ...given].flatMap((other) => other._reservation?.settle ?? []);
    return [...new Set([...given, ...settled])].filter((other) => other !== step && !inferred.has(other));
  }

  /** What a training waits for: privacy is reserved last, so that nothing is charged when that fails. */
  private beforeReserving(step: PipelineStep): PipelineStep[] {
    const training = this.reservedFor.get(step);
    return training ? this.needed(training).filter((other) => other !== step && !other._dependencies.includes(step)) : [];
  }

  private needed(step: PipelineStep): PipelineStep[] {
    const own = [...new Set([...this.inferred(step), ...this.explicitDependencies(step)])];
    return own.filter((other) => this.byPath.has(other.node.path));
  }

  private cycles(): string[] {
    const done = new Set<PipelineStep>();
    const walk = (step: PipelineStep, trail: PipelineStep[]): string[] => {
      const at = trail.indexOf(step);
      if (at >= 0) {
        const circle = [...trail.slice(at), step].map((one) => one.stepName).join(' → ');
        return [`${step.node.path}: waits for itself (${circle}): remove one of the dependencies or inputs`];
      }
      if (done.has(step)) return [];
      const parent = this.parents.get(step);
      const found = [...this.needed(step), ...(step._dependencies.includes(step) ? [step] : []), ...(parent ? [parent] : [])]
        .flatMap((other) => walk(other, [...trail, step]));
      done.add(step);
      return found;
    };
    return this.steps.flatMap((step) => walk(step, [])).slice(0, 1);
  }
}

function withCompanions(steps: PipelineStep[]): PipelineStep[] {
  return steps.flatMap((step) => [...step._companions, step]);
}
