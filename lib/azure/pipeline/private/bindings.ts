import type { Construct } from 'constructs';
import type { IWorkspace } from '../../workspace/workspace';
import type { BoundCode, Code } from '../code';
import type { BoundEnvironment, Environment } from '../environment';

/** Versions of code and environments below a pipeline or an endpoint, each made once however many steps use it. */
export class Bindings {
  private readonly codes = new Map<string, BoundCode>();
  private readonly environments = new Map<string, BoundEnvironment>();

  constructor(
    /** What they stand below. */
    public readonly scope: Construct,
    public readonly workspace: IWorkspace,
  ) {}

  /** The version of code; undefined when the image has it all. */
  public code(code: Code): BoundCode | undefined {
    const known = this.codes.get(code._key);
    if (known) return known;
    const bound = code._bind(this);
    if (bound) this.codes.set(code._key, bound);
    return bound;
  }

  public environment(environment: Environment): BoundEnvironment {
    const bound = this.environments.get(environment._key) ?? environment._bind(this);
    this.environments.set(environment._key, bound);
    return bound;
  }
}
