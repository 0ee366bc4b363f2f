import { PipelineVariable } from './private/variable';

/** What a pipeline run knows about itself; each is a token that string props take. */
export class ExecutionVariable {
  /** Id of the run, 12 letters and digits. */
  public static readonly EXECUTION_ID = ExecutionVariable.named('PipelineExecutionId');
  /** ARN of the run. */
  public static readonly EXECUTION_ARN = ExecutionVariable.named('PipelineExecutionArn');
  /** Name of the pipeline. */
  public static readonly PIPELINE_NAME = ExecutionVariable.named('PipelineName');
  /** ARN of the pipeline. */
  public static readonly PIPELINE_ARN = ExecutionVariable.named('PipelineArn');
  /** When the run began, ISO 8601. */
  public static readonly START_DATE_TIME = ExecutionVariable.named('StartDateTime');
  /** When the run was asked for, ISO 8601. */
  public static readonly CURRENT_DATE_TIME = ExecutionVariable.named('CurrentDateTime');

  private static named(name: string): string {
    return new PipelineVariable({ Get: `Execution.${name}` }).text;
  }

  private constructor() {}
}
