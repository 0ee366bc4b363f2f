import type { Construct } from 'constructs';
import type { IWorkspace } from '../../workspace/workspace';
import type { BoundCode, Code } from '../code';
import type { BoundEnvironment, Environment } from '../environment';

/** Versions of code and environments below a pipeline or an endpoint, each made once however many steps use it. */
export class Bindings {
  private readonly codes = new Map<Code, BoundCode | undefined>();
  private readonly environments = new Map<Environment, BoundEnvironment>();

  constructor(private readonly scope: Construct, private readonly workspace: IWorkspace) {}

  public code(code: Code): BoundCode | undefined {
    if (!this.codes.has(code)) this.codes.set(code, code._bind(this.scope, this.workspace));
    return this.codes.get(code);
  }

  public environment(environment: Environment): BoundEnvironment {
    const bound = this.environments.get(environment) ?? environment._bind(this.scope, this.workspace);
    this.environments.set(environment, bound);
    return bound;
  }
}
