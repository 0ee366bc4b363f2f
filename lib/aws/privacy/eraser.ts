import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { having, requireProps } from '../../policy/required';
import type { IDataStore } from '../storage/data-store';
import type { ConsentRegistry } from './consent-registry';
import { bindConsent } from './erasers/consent';
import { bindFeatureGroup, checkFeatureGroup } from './erasers/feature-group';
import { bindFunction } from './erasers/function';
import { bindModels, checkModels } from './erasers/models';
import { bindObjects } from './erasers/objects';
import { bindVault } from './erasers/vault';
import { CapturesEraserProps, ConsentEraserProps, EraserProps, FeatureGroupEraserProps, ModelsEraserProps, ObjectsEraserProps } from './eraser-props';
import { RecordLayout } from './record-layout';
import type { BoundEraser, RightsGround } from './rights-ground';
import type { TokenVault } from './token-vault';

const LAYOUT = { is: having('_setting'), give: "a layout, such as RecordLayout.onePerson('patients/{subject}/')" };
const STORE = having('bucket', 'classification', 'zone');

/** How what a store holds of one person is deleted, and copied for them. */
export class Eraser {
  /**
   * Objects of a store: each version of them, of its replica too.
   *
   * @throws an error when the layout is missing
   */
  public static objects(store: IDataStore, props: ObjectsEraserProps): Eraser {
    checkStore('objects', store);
    requireProps('Eraser.objects', props, { layout: LAYOUT });
    return new Eraser(store.node.id, props, (scope, ground) => bindObjects(scope, ground, store, props.layout, props));
  }

  /**
   * Requests and answers that an endpoint has captured into a store (`endpoint.captures`). They say whose they are only where callers gave an inference
   * id: the person, or the person, `#` and anything. What has none is counted, and leaves the request open until captures expire.
   */
  public static captures(store: IDataStore, props: CapturesEraserProps = {}): Eraser {
    checkStore('captures', store);
    const layout = RecordLayout._captures(props.prefix ?? 'captures/');
    return new Eraser(store.node.id, props, (scope, ground) => bindObjects(scope, ground, store, layout, props));
  }

  /**
   * A feature group: the record of the online store, and every row of an offline store in the Iceberg format.
   *
   * @throws an error for an offline store in the Glue format, from which nobody can be erased
   */
  public static featureGroup(props: FeatureGroupEraserProps): Eraser {
    checkFeatureGroup(props);
    return new Eraser(Token.isUnresolved(props.featureGroupName) ? 'FeatureGroup' : props.featureGroupName, props, (scope, ground) => bindFeatureGroup(scope, ground, props));
  }

  /** The keys of a person in a token vault, after which no random token of theirs opens. It goes last: tokens are how other stores know people. */
  public static tokenVault(vault: TokenVault, props: EraserProps = {}): Eraser {
    if (!having('shredFunction', 'purposes')(vault)) throw new Error('Eraser.tokenVault: give a TokenVault');
    if (!vault._hasRandomFields) throw new Error(`Eraser.tokenVault: no field of vault '${vault.node.path}' has keys of people, so that there is nothing to erase: its tokens are worked out of values; leave the eraser out`);
    return new Eraser(vault.node.id, props, (scope, ground) => bindVault(scope, ground, vault, props));
  }

  /**
   * What people said in a registry of consent, which is copied for whoever asks: the purposes, what holds, each thing that was said, and when. Nothing is
   * erased, since it is the proof of consent (GDPR Art. 7(1) and 17(3)(e)), and each erasure is answered with that conflict, `kept-as-proof`.
   *
   * @param registry a registry of this app
   * @throws an error for one that was imported, whose table is not known
   */
  public static consent(registry: ConsentRegistry, props: ConsentEraserProps = {}): Eraser {
    if (!having('_records', '_allowAsking')(registry)) throw new Error('Eraser.consent: give a ConsentRegistry of this app: of one that was imported the table is not known, so its own app has to copy what people said');
    return new Eraser(registry.node.id, props, (scope, ground) => bindConsent(scope, ground, registry, props));
  }

  /** Models that may have learned from people: who decides whether they are trained again is put on record, and nothing is done to them. */
  public static models(props: ModelsEraserProps): Eraser {
    checkModels(props);
    return new Eraser(props.group.node.id, props, (scope, ground) => bindModels(scope, ground, props));
  }

  /**
   * A function of yours, for a store that none of the others can erase from. It is asked and answers as lib/aws/privacy/README.md says, and may be
   * asked the same again.
   */
  public static byFunction(store: IDataStore, eraser: lambda.IFunction, props: EraserProps = {}): Eraser {
    checkStore('byFunction', store);
    if (!having('functionArn', 'grantInvoke')(eraser)) throw new Error('Eraser.byFunction: give the function that erases');
    return new Eraser(store.node.id, props, (scope, ground) => bindFunction(scope, ground, store, eraser, props));
  }

  private constructor(
    /** @internal What its constructs are called by. */
    public readonly _name: string,
    props: EraserProps,
    /** @internal */
    public readonly _bind: (scope: Construct, ground: RightsGround) => BoundEraser,
  ) {
    requireProps('an eraser', props, {
      identifiedBy: { is: (value) => typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(value), give: "1 to 64 letters, digits or '_', such as 'pseudonym'", optional: true },
      purposes: { is: having('name', 'isSame'), give: "a purpose, such as Purpose.of('care')", list: true, optional: true },
    });
  }
}

function checkStore(kind: string, store: IDataStore): void {
  if (!STORE(store)) throw new Error(`Eraser.${kind}: give the store that it erases from, such as workspace.addStore('Raw', { classification })`);
}
