import { join } from 'node:path';
import { runPython } from '../support/python';

/** An error of a definition or a request. */
export interface ConformanceError {
  /** Name of the step, or operation of the request; null for the definition itself. */
  readonly step: string | null;
  readonly path: string;
  readonly message: string;
}

/** A request to an API of AWS. */
export interface ApiRequest {
  /** As botocore names it, such as `sagemaker`. */
  readonly service: string;
  /** Such as `CreateEndpointConfig`. */
  readonly operation: string;
  readonly parameters: unknown;
}

const VALIDATOR = join(__dirname, 'validate_definition.py');

/** What SageMaker's own request shapes say against a definition, as `parseBody` gives it. */
export function definitionErrors(definition: unknown): ConformanceError[] {
  return runPython<ConformanceError[]>(VALIDATOR, definition);
}

/** The same for many definitions at once, which loads the shapes once. */
export function allDefinitionErrors(definitions: unknown[]): ConformanceError[][] {
  return runPython<ConformanceError[][]>(VALIDATOR, { definitions });
}

/** What the request shapes of AWS say against requests. */
export function requestErrors(...requests: ApiRequest[]): ConformanceError[] {
  return runPython<ConformanceError[]>(VALIDATOR, { requests });
}
