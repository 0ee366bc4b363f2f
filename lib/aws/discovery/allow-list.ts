import { Token } from 'aws-cdk-lib';
import * as macie from 'aws-cdk-lib/aws-macie';
import { Construct } from 'constructs';
import { IDataStore } from '../storage/data-store';
import { checkMacieRegex } from './regex';

/** Of an object's key in S3. */
const KEY_LIMIT = 1024;

/**
 * What Macie is to pass over, although it looks sensitive: the hospital's own telephone number, the identities of a test data set.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/allow-lists.html
 */
export class AllowList {
  /**
   * Passes over what matches a pattern.
   *
   * @param name 1 to 128 characters
   * @param regex as for data identifiers: no capturing groups, no look-around, no back-references
   * @throws an error that names the value and the limit when Macie would not take it
   */
  public static regex(name: string, regex: string): AllowList {
    if (!Token.isUnresolved(regex)) checkMacieRegex(regex, `allow list '${name}'`);
    return new AllowList(name, { regex });
  }

  /**
   * Passes over the words of a plain text file, one a line, in a store.
   *
   * @param name 1 to 128 characters
   * @param store holds the file; Macie must be able to read it
   * @param key of the file in the store, such as `allow/test-patients.txt`
   * @throws an error that names the value and the limit when Macie would not take it
   */
  public static words(name: string, store: IDataStore, key: string): AllowList {
    if (!Token.isUnresolved(key) && (key.length === 0 || key.length > KEY_LIMIT || key.startsWith('/') || key.endsWith('/'))) {
      throw new Error(`allow list '${name}' has the key '${key}': give the key of a text file, such as 'allow/test-patients.txt'`);
    }
    return new AllowList(name, { s3WordsList: { bucketName: store.bucket.bucketName, objectKey: key } });
  }

  private constructor(
    /** Name of the list. */
    public readonly name: string,
    private readonly criteria: macie.CfnAllowList.CriteriaProperty,
  ) {
    if (!Token.isUnresolved(name) && (name.length === 0 || name.length > 128)) {
      throw new Error(`the name of allow list '${name}' has ${name.length} characters: Macie takes 1 to 128`);
    }
  }

  /** @internal */
  public _render(scope: Construct, id: string): macie.CfnAllowList {
    return new macie.CfnAllowList(scope, id, { name: this.name, criteria: this.criteria });
  }
}
