import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { shown } from '../../policy/given';
import { having } from '../../policy/required';
import { DataInput } from '../storage/data-input';

/**
 * The key of pseudonyms and date shifts: at least 32 random bytes. The job keeps it out of plans, logs and reports and records an id that is derived from it.
 * Whoever reads the key can tell who is who: its store is classified as what the key opens, in the zone `CURATED`, and holds nothing else. It holds data of
 * nobody, so that no eraser and no consent filter is asked for it. A new key gives new pseudonyms.
 *
 * @example
 * import { DataStore, MLPipeline, PseudonymKey } from 'cdk-regulated-ml/aws';
 * import { Deidentification } from 'cdk-regulated-ml/policy';
 *
 * declare const pipeline: MLPipeline;
 * declare const raw: DataStore;
 * declare const rejected: DataStore;
 * declare const keys: DataStore;
 * declare const plan: Deidentification;
 *
 * // made by a person: openssl rand 32 > pseudonym.key, and put into the store below readmission/
 * const key = PseudonymKey.fromFile(keys.input('readmission/'));
 * pipeline.addDeidentification('Deidentify', { plan, input: raw.input('admissions/'), quarantine: rejected, key });
 */
export class PseudonymKey {
  /**
   * A file of a store. A processing job is given it without a network.
   *
   * @param folder the prefix it lies under, `input()` of a store that nobody else reads and neither the data nor the result lies in
   * @param file its name, whose bytes are the key
   */
  public static fromFile(folder: DataInput, file: string = 'pseudonym.key'): PseudonymKey {
    if (!having('uri', 'grantRead')(folder)) throw new Error(`the folder of a pseudonym key is ${shown(folder)}: give input() of a store`);
    if (typeof file !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(file)) throw new Error(`the file of a pseudonym key is ${shown(file)}: give a name in the folder, such as 'pseudonym.key'`);
    return new PseudonymKey(file, folder);
  }

  /**
   * A secret of Secrets Manager, whose binary or whole text is the key. The job has to reach Secrets Manager through its
   * network: on EMR Serverless it has one; a container of SageMaker is given one with `withoutNetworkIsolation`, which the rule SageMakerJobNetworkIsolation reports as
   * an error until somebody acknowledges it. A file needs neither.
   *
   * @param secret encrypted with a key of yours
   */
  public static fromSecret(secret: secretsmanager.ISecret): PseudonymKey {
    if (!having('secretArn', 'grantRead')(secret)) throw new Error(`the secret of a pseudonym key is ${shown(secret)}: give a secretsmanager.Secret`);
    return new PseudonymKey('', undefined, secret);
  }

  private constructor(
    /** @internal */
    public readonly _file: string,
    /** @internal */
    public readonly _folder?: DataInput,
    /** @internal */
    public readonly _secret?: secretsmanager.ISecret,
  ) {}

  /** Lets a job read it. */
  public grantRead(grantee: iam.IGrantable): void {
    this._folder?.grantRead(grantee);
    this._secret?.grantRead(grantee);
  }
}
