import { Token } from 'aws-cdk-lib';
import { IGrantable } from 'aws-cdk-lib/aws-iam';

/** What an input of a job is made of. */
export interface DataInputProps {
  /** S3 URI: of a prefix that ends in `/`, or of an object. May be or hold a token, a pipeline variable too. */
  readonly uri: string;
  /** Name of the input or channel, and by default the last folder of the path it is mounted at. */
  readonly name: string;
  /** Id (construct path) of the node of the data flow that gives the data. */
  readonly sourceId: string;
  /** Lets a job read it. */
  readonly reader: IDataReader;
}

/** What can let a job read its data. */
export interface IDataReader {
  /** Grants reading the data, and using the key it is encrypted with. */
  grantReadTo(grantee: IGrantable): void;
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

  /** S3 URI; may be or hold a token. */
  public readonly uri: string;
  /** Name of the input or channel. */
  public readonly name: string;
  /** Id of the node of the data flow that gives the data. */
  public readonly sourceId: string;
  /**
   * Where a processing job mounts it.
   *
   * @default - `/opt/ml/processing/input/<name>`
   */
  public readonly path?: string;
  private readonly reader: IDataReader;

  private constructor(props: DataInputProps, path?: string) {
    this.uri = props.uri;
    this.name = props.name;
    this.sourceId = props.sourceId;
    this.reader = props.reader;
    this.path = path;
  }

  /**
   * The same data under another name, so the name of the channel or of the folder it is mounted in.
   *
   * @param name 1 to 64 letters, digits, `.`, `-` or `_`
   */
  public as(name: string): DataInput {
    return new DataInput({ uri: this.uri, name, sourceId: this.sourceId, reader: this.reader }, this.path);
  }

  /**
   * The same data mounted elsewhere in a processing container.
   *
   * @param path absolute, such as `/opt/ml/processing/model`
   */
  public mountedAt(path: string): DataInput {
    return new DataInput({ uri: this.uri, name: this.name, sourceId: this.sourceId, reader: this.reader }, path);
  }

  /** @internal What the keys of it begin with, where its address says so before anything runs. */
  public get _prefix(): string | undefined {
    const keys = /^s3:\/\/[^/]+\/(.*)$/s.exec(this.uri)?.[1];
    return keys === undefined || Token.isUnresolved(keys) ? undefined : keys;
  }

  /** Lets a job read it. */
  public grantRead(grantee: IGrantable): void {
    this.reader.grantReadTo(grantee);
  }
}
