import { Construct, type IConstruct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { DataFlow } from '../../policy/flow';
import type { Purpose } from '../../policy/purpose';
import { Retention } from '../../policy/retention';
import { callersFor } from '../../policy/tokenization/callers';
import { tradeOfTokens } from '../../policy/tokenization/checks';
import type { AzapiResource } from '../azapi';
import { Duration } from '../duration';
import { type PipelineStep, StepType } from '../pipeline/step';
import { Names } from '../private/names';
import { ownGroundOf } from '../private/order';
import { assignRole, Role } from '../private/roles';
import type { IIdentity } from '../workspace/identity';
import { secondsAfterPlan } from '../workspace/plan-day';
import { key, VAULT_KEY } from '../workspace/vault';
import type { IWorkspace } from '../workspace/workspace';
import { AuditTable } from './audit-table';
import type { AppRole, DetokenizeGrant, TokenVaultProps } from './token-vault-props';
import { principalOf } from './principal';
import { ACCESS, type VaultFunction, type WrappingKey } from './vault-access';
import { checkVault } from './vault-checks';
import { audienceOf, type CallerGrant, VaultFunctionApp } from './vault-function-app';
import { VaultReach } from './vault-reach';
import { VaultStore } from './vault-store';

const ROLES: Record<VaultFunction, readonly [value: string, description: string]> = {
  tokenize: ['Tokenize', 'Gives tokens for values'], detokenize: ['Detokenize', 'Turns tokens back into values, for purposes that were granted'], shred: ['Shred', 'Erases subjects of a vault'],
};
const TRAINING: readonly StepType[] = [StepType.TRAINING, StepType.TUNING, StepType.AUTO_ML];
const [ITEMS_PER_MINUTE, CONCURRENCY] = [6_000, 10];
/** Versions of a key open what they wrapped after their end, too: https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-operations */
const [ROTATE_AFTER, EXPIRE_AFTER] = [Retention.days(180), Retention.days(365)];

/**
 * Tokens in place of personal values: separate function apps give tokens, turn them back for a purpose, and erase a subject. Nobody may call any of them
 * until it is granted, and nobody may be granted both directions.
 *
 * Each answer is on record before it is given, with who asked as Entra ID says it, for which purpose as it was granted, and hashes of the tokens.
 */
export class TokenVault extends Construct {
  /** Roles that the registration has to define, as its manifest has them (`appRoles`). A caller has to have one, beside its grant here. */
  public static readonly APP_ROLES: readonly AppRole[] = Object.values(ROLES).map(([value, description]) => ({
    id: Names.uuid(`regulated-ml.token-vault.${value}`), value, displayName: value, description, allowedMemberTypes: ['Application', 'User'], isEnabled: true,
  }));

  /** Id of the Cosmos DB account. */
  public readonly accountId: string;
  /** Name of the table of the log workspace that every request is in, answered or refused. */
  public readonly auditTableName: string;
  /** What tokens may be turned back for. */
  public readonly purposes: Purpose[];
  /** Where values become tokens: `POST` with a token for the application. */
  public readonly tokenizeUrl: string;
  /** Where subjects are erased, and tokens found in the audit log. */
  public readonly shredUrl: string;

  private readonly apps: Record<VaultFunction, VaultFunctionApp>;
  /** By principal: the same identity can be imported several times. */
  private readonly granted = new Map<string, VaultFunction>();
  /** By function and principal. */
  private readonly callers = new Map<string, CallerGrant>();
  /** Workspaces whose managed network leads to the function that tokenizes. */
  private readonly reached = new WeakSet<IWorkspace>();

  constructor(scope: Construct, id: string, private readonly props: TokenVaultProps) {
    super(scope, id);
    checkVault(this, props);
    const { workspace, recoveryPeriod = Duration.days(7), deletable = false } = props;
    this.purposes = [...props.purposes];

    const keys = Object.fromEntries((['index', 'audit', 'values'] as const).map((name) => [name, this.newKey(name, deletable)])) as Record<WrappingKey, AzapiResource>;
    const store = new VaultStore(this, 'Store', { workspace, recoveryPeriod, deletable });
    const audit = new AuditTable(this, 'Audit', { workspace, dataCollectionEndpointId: props.dataCollectionEndpointId, deletable });
    this.accountId = store.accountId;
    this.auditTableName = audit.tableName;

    const subnetId = props.subnetId ?? ownGroundOf(workspace)!.functionSubnetId()!;
    const newApp = (name: VaultFunction): VaultFunctionApp => {
      const app = new VaultFunctionApp(this, ROLES[name][0], {
        workspace, application: props.application, job: `${name}-http`, role: ROLES[name][0], subnetId, concurrency: props.concurrency ?? CONCURRENCY, deletable,
      });
      store.admit(name, app.identity);
      audit.admit(app.identity);
      for (const used of ACCESS[name].keys) assignRole(this, { identity: app.identity, role: Role.KEY_USER, targetId: keys[used].id });
      Object.assign(app.variables, {
        VAULT: this.settings(name, recoveryPeriod), COSMOS_ENDPOINT: store.endpoint, AUDIT_LOG: JSON.stringify(audit.route()),
        WRAPPING_KEYS: JSON.stringify(Object.fromEntries(Object.entries(keys).map(([use, made]) => [use, made.output('properties.keyUri')]))),
      });
      return app;
    };
    this.apps = { tokenize: newApp('tokenize'), detokenize: newApp('detokenize'), shred: newApp('shred') };
    this.tokenizeUrl = tokenizeAt(this.apps.tokenize.host);
    this.shredUrl = `https://${this.apps.shred.host}/api/shred`;
    this.node.addValidation({ validate: () => this.trainers() });
    this.declare();
  }

  /** Lets somebody turn values into tokens. */
  public grantTokenize(identity: IIdentity): void {
    this.grant(identity, 'tokenize');
  }

  /**
   * Lets somebody turn tokens back, for these purposes and no others.
   *
   * @throws an error for a purpose that the vault does not have, and for who may tokenize
   */
  public grantDetokenize(identity: IIdentity, grant: DetokenizeGrant): void {
    if (!Array.isArray(grant?.purposes) || grant.purposes.length === 0) {
      throw new Error(`detokenizing from vault '${this.node.path}' takes a purpose: give some of ${this.purposes.join(', ')}`);
    }
    this.grant(identity, 'detokenize', grant.purposes.map((purpose) => this.checkPurpose(purpose).name));
  }

  /** Lets somebody erase subjects, and look for tokens in the audit log. */
  public grantShred(identity: IIdentity): void {
    this.grant(identity, 'shred');
  }

  /**
   * Where tokens are turned back for a purpose.
   *
   * @throws an error for a purpose that the vault does not have
   */
  public detokenizeUrl(purpose: Purpose): string {
    return `https://${this.apps.detokenize.host}/api/detokenize/${this.checkPurpose(purpose).name}`;
  }

  /** @internal How the job of a step asks for tokens in batches: whom, as whom, within which budget, with how many requests at a time. */
  public _batchArguments(identity: IIdentity): string[] {
    const { application, itemsPerMinute, concurrency } = { itemsPerMinute: ITEMS_PER_MINUTE, concurrency: CONCURRENCY, ...this.props };
    return [
      // written out: the stack of the vault waits for that of the step, whose identity it lets in
      `--token-vault ${tokenizeAt(`${this.apps.tokenize.siteName}.azurewebsites.net`)} --token-audience ${audienceOf(application)} --token-client-id ${identity.clientId}`,
      `--token-budget ${itemsPerMinute} --token-callers ${callersFor(itemsPerMinute, concurrency)}`,
    ];
  }

  /** @internal The names of its fields. */
  public get _fieldNames(): string[] {
    return Object.keys(this.props.fields);
  }

  /** @internal Lets the job of a step ask for tokens: its identity, and the network that it runs in. */
  public _serve(step: PipelineStep): void {
    this.grantTokenize(step.identity);
    const { workspace } = step.pipeline;
    if (this.reached.has(workspace)) return;
    this.reached.add(workspace);
    const { siteId, siteName } = this.apps.tokenize;
    const id = workspace === this.props.workspace ? 'Reach' : `Reach-${Names.hash(workspace.node.path)}`;
    new VaultReach(this, id, workspace, { siteId, siteName, groupId: this.props.workspace.resourceGroupId });
  }

  private newKey(name: WrappingKey, deletable: boolean): AzapiResource {
    const rotation = { rotateAfter: ROTATE_AFTER, expireAfter: EXPIRE_AFTER, firstExpires: secondsAfterPlan(EXPIRE_AFTER.inDays) };
    return key(this, `Key-${name}`, VAULT_KEY, this.props.workspace.keyVaultId, rotation, deletable);
  }

  /** What a function is told, as lib/runtime/token-vault/settings.ts reads it. */
  private settings(name: VaultFunction, recoveryPeriod: Duration): string {
    const { tenant, fields, itemsPerMinute = ITEMS_PER_MINUTE } = this.props;
    return JSON.stringify({
      tenant, fields: Object.fromEntries(Object.entries(fields).map(([field, kind]) => [field, kind._setting()])),
      purposes: name === 'detokenize' ? Object.fromEntries(this.purposes.map((purpose) => [purpose.name, purpose.name])) : {},
      itemsPerMinute, recoveryDays: recoveryPeriod.inSeconds / 86_400,
    });
  }

  private checkPurpose(purpose: Purpose): Purpose {
    const found = this.purposes.find(({ name }) => name === purpose?.name);
    if (!found) throw new Error(`vault '${this.node.path}' gives nothing back for purpose '${purpose?.name}': it has ${this.purposes.join(', ')}; add it to the purposes of the vault, if the record of processing has it`);
    return found;
  }

  private grant(identity: IIdentity, name: VaultFunction, purposes?: string[]): void {
    if (typeof identity?.principalId !== 'string') throw new Error(`vault '${this.node.path}' is to let in '${String(identity)}': give an identity, such as new Identity(…) or Identity.fromAttributes(…)`);
    const principal = principalOf(identity);
    const other = this.granted.get(principal);
    const apart = name === 'detokenize' ? 'tokenize' : name === 'tokenize' ? 'detokenize' : undefined;
    if (apart && other === apart) {
      throw new Error(`'${identity.node.path}' may ${apart} with vault '${this.node.path}', and one identity that is stolen must not hold both directions: give each an identity of its own`);
    }
    if (apart) this.granted.set(principal, name);
    const before = this.callers.get(`${name} ${principal}`);
    const grant = { principal: before?.principal ?? identity.principalId, ...(purposes ? { purposes: [...new Set([...before?.purposes ?? [], ...purposes])] } : {}) };
    this.callers.set(`${name} ${principal}`, grant);
    const { grants } = this.apps[name];
    grants.splice(before ? grants.indexOf(before) : grants.length, before ? 1 : 0, grant);
  }

  /** Steps that train act as nobody who may use the vault: a model has no use for the values behind tokens, nor for the vault. */
  private trainers(): string[] {
    return this.node.root.node.findAll().filter(isTraining).filter(({ identity }) => this.granted.has(principalOf(identity))).map((step) => (
      `'${step.node.path}' trains, and acts as an identity that vault '${this.node.path}' lets in: let a step before it do what it needs, with an identity of its own`));
  }

  private declare(): void {
    const { workspace, fields } = this.props;
    DataFlow.of(this).add({
      id: this.node.path, kind: 'store', name: this.node.id, detail: 'vault', region: workspace.location,
      classification: this.props.classification ?? workspace.outputs.classification,
    });
    declareChoice(this, tradeOfTokens(fields));
  }
}

function tokenizeAt(host: string): string {
  return `https://${host}/api/tokenize`;
}

/** A step whose output is a model. */
interface TrainingStep extends IConstruct {
  readonly identity: IIdentity;
}

function isTraining(construct: IConstruct): construct is TrainingStep {
  const { identity, stepType, _outputs: outputs } = construct as unknown as { identity?: IIdentity; stepType?: StepType; _outputs?: readonly { readonly isModel?: boolean }[] };
  if (identity === undefined || !Array.isArray(outputs)) return false;
  // what trains need not declare its output as a model, and what declares one may say that it does not train
  return TRAINING.includes(stepType!) || outputs.some(({ isModel }) => isModel === true);
}
