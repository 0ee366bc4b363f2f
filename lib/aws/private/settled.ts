import { IResolvable, IResolveContext, Stack, Stage, Token, Tokenization } from 'aws-cdk-lib';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** How far the synth of a stage has come. */
interface Phase {
  /** Whether references between stacks are found, after which no value changes any more. */
  final: boolean;
  round: number;
  /** The synth that looks for references: what is read before one may change until then. */
  synth: number;
  preparing: boolean;
}

const PHASES = new WeakMap<IConstruct, Phase>();

/**
 * A property of one resource that the CDK need not work out five times over. While it looks for references it is shown each token once; what they
 * come to is then worked out once, for our validations, the template and the tree file.
 */
export function settled(scope: IConstruct, value: unknown): IResolvable {
  return new Settled(phaseOf(scope), () => value);
}

/** The same for JSON in text, of a value that is made when it is first needed, and anew where it was needed before synth. */
export function settledJson(scope: IConstruct, produce: () => unknown, check?: (resolved: unknown) => void): string {
  const stack = Stack.of(scope);
  return Token.asString(new Settled(phaseOf(scope), produce, (value) => stack.toJsonString(value), check));
}

class Settled implements IResolvable {
  public readonly creationStack: string[] = [];
  private made?: { readonly synth: number; readonly value: unknown };
  private found?: { readonly round: number; readonly value: unknown };

  constructor(
    private readonly phase: Phase,
    private readonly produce: () => unknown,
    private readonly written: (value: unknown) => unknown = (value) => value,
    private readonly check: (resolved: unknown) => void = () => {},
  ) {}

  public resolve(context: IResolveContext): unknown {
    const { phase } = this;
    if (context.preparing) {
      // each synth begins with this
      if (phase.final || !phase.preparing) phase.synth += 1;
      phase.preparing = true;
      phase.final = false;
      // an intrinsic, since resources look at the type of anything else
      return { 'Fn::Join': ['', tokensIn(this.value)] };
    }
    if (phase.final && this.found?.round === phase.round) return this.found.value;
    const value: unknown = Stack.of(context.scope).resolve(this.written(phase.final ? this.value : this.produce()));
    this.check(value);
    if (phase.final) this.found = { round: phase.round, value };
    return value;
  }

  public toString(): string {
    return Token.asString(this);
  }

  public toJSON(): unknown {
    return this.value;
  }

  private get value(): unknown {
    const { synth } = this.phase;
    if (this.made?.synth !== synth) this.made = { synth, value: this.produce() };
    return this.made.value;
  }
}

function phaseOf(scope: IConstruct): Phase {
  const stage = Stage.of(scope) ?? scope.node.root;
  const known = PHASES.get(stage);
  if (known) return known;
  const phase: Phase = { final: false, round: 0, synth: 0, preparing: false };
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

function tokensIn(value: unknown, found = new Set<IResolvable>()): IResolvable[] {
  if (typeof value === 'string') {
    if (Token.isUnresolved(value)) for (const token of Tokenization.reverseString(value).tokens) found.add(token);
  } else if (typeof value === 'number') {
    const token = Tokenization.reverseNumber(value);
    if (token) found.add(token);
  } else if (value instanceof PolicyDocument) {
    tokensIn(value.toJSON(), found);
  } else if (Tokenization.isResolvable(value)) {
    found.add(value);
  } else if (Array.isArray(value)) {
    const token = Token.isUnresolved(value) ? Tokenization.reverseList(value) : undefined;
    if (token) found.add(token);
    else for (const item of value) tokensIn(item, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      tokensIn(key, found);
      tokensIn(item, found);
    }
  }
  return [...found];
}
