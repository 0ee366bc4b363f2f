import type { IIdentity } from '../workspace/identity';

/** What an input of a job is made of. */
export interface DataInputProps {
  /** `azureml:` URI: of a folder or a file of a datastore; or an expression of the pipeline that stands for one. */
  readonly uri: string;
  /** Name of the input. */
  readonly name: string;
  /**
   * What it is, as Azure ML calls it: `uri_folder`, `uri_file`, `mltable`, `custom_model` or `mlflow_model`.
   *
   * @default - a file where the URI ends in a name with a dot, otherwise a folder
   */
  readonly type?: string;
  /** Id (construct path) of the node of the data flow that gives the data. */
  readonly sourceId: string;
  /** Lets an identity read it. */
  readonly grantRead: (identity: IIdentity) => void;
}

/**
 * Data that a step reads: it knows where it lies, what gave it (so that the flow is known) and how to be granted.
 * Made by `store.input()` and `step.output()`.
 */
export class DataInput {
  /** An input from its parts; `store.input()` and `step.output()` do this. */
  public static of(props: DataInputProps): DataInput {
    return new DataInput(props);
  }

  /** `azureml:` URI, or an expression of the pipeline. */
  public readonly uri: string;
  /** Name of the input. */
  public readonly name: string;
  /** What it is, as Azure ML calls it. */
  public readonly type: string;
  /** Id of the node of the data flow that gives the data. */
  public readonly sourceId: string;

  private constructor(private readonly props: DataInputProps) {
    this.uri = props.uri;
    this.name = props.name;
    this.type = props.type ?? (/\.[A-Za-z0-9]+$/.test(props.uri) ? 'uri_file' : 'uri_folder');
    this.sourceId = props.sourceId;
  }

  /** The same data as something else, such as a folder with an `MLTable` file in it as `mltable`. */
  public ofType(type: string): DataInput {
    return new DataInput({ ...this.props, type });
  }

  /** The same data under another name. */
  public as(name: string): DataInput {
    return new DataInput({ ...this.props, name });
  }

  /** Lets an identity read it. */
  public grantRead(identity: IIdentity): void {
    this.props.grantRead(identity);
  }
}
