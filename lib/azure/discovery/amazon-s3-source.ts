import { Token } from 'cdktf';
import { shown } from '../../policy/given';

/** A bucket on AWS, and how Purview reads it. */
export interface AmazonS3SourceProps {
  /** Name of the bucket. */
  readonly bucketName: string;
  /** Region of the bucket, by name; it must lie within the residency. */
  readonly region: string;
  /** ARN of the role that Purview assumes; its trust policy names Microsoft's account and the external id of the Purview account. */
  readonly roleArn: string;
}

/**
 * A bucket of Amazon S3 that Purview scans as well, so that one Data Map knows both halves. What leaves AWS is metadata: names, schemas and what kinds of
 * data were found. Purview reads the objects in AWS.
 *
 * @see https://learn.microsoft.com/purview/register-scan-amazon-s3
 */
export class AmazonS3Source {
  /**
   * A bucket.
   *
   * @throws an error that names the value and the form when it has another
   */
  public static bucket(props: AmazonS3SourceProps): AmazonS3Source {
    const { bucketName, region, roleArn } = props ?? {};
    if (typeof bucketName !== 'string' || (!Token.isUnresolved(bucketName) && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucketName))) {
      throw new Error(`${shown(bucketName)} is no name of a bucket of Amazon S3: give 3 to 63 lowercase letters, digits, '.' and '-'`);
    }
    if (typeof roleArn !== 'string' || (!Token.isUnresolved(roleArn) && !/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn))) {
      throw new Error(`the role for bucket ${shown(bucketName)} is ${shown(roleArn)}: give its ARN, such as 'arn:aws:iam::123456789012:role/purview'`);
    }
    return new AmazonS3Source(bucketName, region, roleArn);
  }

  private constructor(
    /** Name of the bucket. */
    public readonly bucketName: string,
    /** Region of the bucket. */
    public readonly region: string,
    /** ARN of the role that Purview assumes. */
    public readonly roleArn: string,
  ) {}
}
