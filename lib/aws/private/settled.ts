import { IResolvable, IResolveContext, Stack, Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** How far the synth of a stage has come. */
interface Phase {
  /** Whether references between stacks are found, after which no value changes any more. */
  final: boolean;
  round: number;
}

const PHASES = new WeakMap<IConstruct, Phase>();

/**
 * A value of one resource, worked out once for all that read it in the end: our validations, the template and the tree file. The CDK works it out
 * for each of them.
 */
export function settled(scope: IConstruct, value: unknown): IResolvable {
  return new Settled(value, phaseOf(scope));
}

/** The same for text. */
export function settledText(scope: IConstruct, value: string): string {
  return Token.asString(settled(scope, value));
}

class Settled implements IResolvable {
  public readonly creationStack: string[] = [];
  private found?: { readonly round: number; readonly value: unknown };

  constructor(private readonly value: unknown, private readonly phase: Phase) {}

  public resolve(context: IResolveContext): unknown {
    // each synth begins with this
    if (context.preparing) this.phase.final = false;
    if (!this.phase.final) return this.value;
    if (this.found?.round !== this.phase.round) this.found = { round: this.phase.round, value: Stack.of(context.scope).resolve(this.value) };
    return this.found.value;
  }

  public toString(): string {
    return Token.asString(this);
  }

  public toJSON(): unknown {
    return this.value;
  }
}

function phaseOf(scope: IConstruct): Phase {
  const stage = Stage.of(scope) ?? scope.node.root;
  const known = PHASES.get(stage);
  if (known) return known;
  const phase: Phase = { final: false, round: 0 };
  PHASES.set(stage, phase);
  // the CDK validates when it has found the references, and the stage before all that stands in it
  stage.node.addValidation({
    validate: () => {
      phase.final = true;
      phase.round += 1;
      return [];
    },
  });
  return phase;
}
