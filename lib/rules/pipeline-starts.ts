import { append } from './relations';
import { wholeOf, type Scope } from './resolve';
import { Unknown, type Resolved } from './resolved';
import type { Resource } from './resource';
import type { Value } from './value';

/** What parameters of a pipeline are given when the app starts it: the values by name. */
export type GivenParameters = (name: string) => readonly Resolved[];

/** A start of a pipeline: where it happens, and what it gives. */
interface Start {
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** The list of names and values. */
  readonly parameters: Value;
}

const ARN = /^arn:[^:]*:sagemaker:([^:]*):([^:]*):pipeline\/(.+)$/;

/**
 * Who starts which pipeline with which values: rules of EventBridge, schedules, pipes, and requests to start one. What a pipeline is given there, and not
 * its default, is what its steps run with. Read once, and only when a pipeline has parameters.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameters.html
 */
export class PipelineStarts {
  private byReference?: Map<Scope, Map<string, Start[]>>;
  private readonly byName = new Map<string, Start[]>();

  constructor(private readonly resources: readonly Resource[]) {}

  /** What a pipeline is given. */
  public givenTo(pipeline: Resource): GivenParameters {
    let starts: readonly Start[] | undefined;
    return (name) => {
      starts ??= this.startsOf(pipeline);
      return starts.flatMap(({ parameters }) => valuesOf(parameters, name));
    };
  }

  private startsOf(pipeline: Resource): readonly Start[] {
    this.byReference ??= this.index();
    const own = pipeline.within ? undefined : this.byReference.get(wholeOf(pipeline.scope))?.get(pipeline.logicalId);
    const { region, account } = pipeline.scope;
    // the ARN of a pipeline is in small letters
    const named = pipeline.at('PipelineName').texts.flatMap((name) => this.byName.get(name.toLowerCase()) ?? [])
      .filter((start) => mayBe(start.region, region) && mayBe(start.account, account));
    return [...own ?? [], ...named];
  }

  private index(): Map<Scope, Map<string, Start[]>> {
    const byReference = new Map<Scope, Map<string, Start[]>>();
    for (const resource of this.resources) {
      for (const [pipeline, parameters] of startedBy(resource)) {
        if (parameters.isAbsent) continue;
        for (const one of pipeline.alternatives) {
          const { region, account } = resource.scope;
          for (const { target } of one instanceof Unknown ? one.leaves : []) {
            if (!target) continue;
            const inScope = byReference.get(target.scope) ?? new Map<string, Start[]>();
            append(inScope, target.logicalId, { region, account, parameters });
            byReference.set(target.scope, inScope);
          }
          const text = one instanceof Unknown ? one.pattern : one;
          if (typeof text !== 'string') continue;
          const [, ofRegion, ofAccount, name = text] = ARN.exec(text) ?? [];
          append(this.byName, name.toLowerCase(), { region: ofRegion ?? region, account: ofAccount ?? account, parameters });
        }
      }
    }
    return byReference;
  }
}

function startedBy(resource: Resource): (readonly [pipeline: Value, parameters: Value])[] {
  switch (resource.type) {
    case 'AWS::Events::Rule': return resource.at('Targets').items.map(targeted);
    case 'AWS::Scheduler::Schedule': return [targeted(resource.at('Target'))];
    case 'AWS::Pipes::Pipe': return [[resource.at('Target'), resource.at('TargetParameters.SageMakerPipelineParameters.PipelineParameterList')]];
    default: return resource.within?.kind === 'startPipelineExecution' ? [[resource.at('PipelineName'), resource.at('PipelineParameters')]] : [];
  }
}

function targeted(target: Value): readonly [pipeline: Value, parameters: Value] {
  return [target.at('Arn'), target.at('SageMakerPipelineParameters.PipelineParameterList')];
}

// a list, or a name in it, that is not known may give any parameter
function valuesOf(parameters: Value, name: string): Resolved[] {
  return parameters.items.flatMap((item): Resolved[] => {
    const [open] = [...item.unknowns, ...item.at('Name').unknowns];
    if (open) return [new Unknown(open.kind, `given when it is started: ${open.reason}`)];
    return item.at('Name').texts.includes(name) ? item.at('Value').given.alternatives.map((value) => (isPath(value) ? new Unknown('opaque', `taken from ${value} when it is started`) : value)) : [];
  });
}

// EventBridge fills in what a path finds in the event
function isPath(value: Resolved): value is string {
  return typeof value === 'string' && /^<?\$[.[]/.test(value);
}

function mayBe(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one.includes('?') || one === '' || one === other;
}
