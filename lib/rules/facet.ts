import { Control } from '../policy/control';

/** A side of a type of resource that a control can take hold of: what it is or has, as its properties let anybody see. */
export enum Facet {
  STORE = 'store',
  STORAGE = 'storage',
  IRREPLACEABLE = 'irreplaceable',
  OUTPUT = 'output',
  FIELDS = 'fields',
  CODE = 'code',
  SETTINGS = 'settings',
  PLATFORM = 'platform',
  MACHINE = 'machine',
  ISOLATION = 'isolation',
  SUBNET = 'subnet',
  TRAFFIC = 'traffic',
  GRANT = 'grant',
  PERMISSIONS = 'permissions',
  PRINCIPAL = 'principal',
  SIGN_IN = 'sign-in',
  INTERACTIVE = 'interactive',
  OPENABLE = 'openable',
  KEY = 'key',
  TRAIL = 'trail',
  SERVING = 'serving',
  MODEL = 'model',
  TRAINING = 'training',
  INTERRUPTIBLE = 'interruptible',
  AGGREGATE = 'aggregate',
  WATCH = 'watch',
  CAPTURE = 'capture',
  DISCOVERY = 'discovery',
  NOTIFIES = 'notifies',
  DESCRIPTION = 'description',
  TAGS = 'tags',
  FLOW = 'flow',
  WAIVER = 'waiver',
}

/** What a type with a facet does, so that `it` is the type. */
export const FACET_MEANS: Readonly<Record<Facet, string>> = {
  [Facet.STORE]: 'keeps data on purpose, beyond the run that wrote it',
  [Facet.STORAGE]: 'has storage of its own: a volume, a file system, layers',
  [Facet.IRREPLACEABLE]: 'holds what people and programs have put there, and goes with all of it',
  [Facet.OUTPUT]: 'writes to a place that it names',
  [Facet.FIELDS]: 'names the fields of data',
  [Facet.CODE]: 'runs or keeps code or images',
  [Facet.SETTINGS]: 'hands variables, hyperparameters or credentials to code',
  [Facet.PLATFORM]: 'names or holds software that its maker stops mending one day',
  [Facet.MACHINE]: 'takes machines that are paid by time, or says how many or how long',
  [Facet.ISOLATION]: 'has a switch that cuts it off from the network or the internet',
  [Facet.SUBNET]: 'names the network that it runs in or is reached through',
  [Facet.TRAFFIC]: 'leaves a choice whether what moves to it or inside it is encrypted',
  [Facet.GRANT]: 'gives permissions: a policy, an access list, a share',
  [Facet.PERMISSIONS]: 'says what an identity may do with anything',
  [Facet.PRINCIPAL]: 'is whom permissions are given to',
  [Facet.SIGN_IN]: 'is what people or programs sign in to',
  [Facet.INTERACTIVE]: 'lets a person work on it: a notebook, a shell, a debugger',
  [Facet.OPENABLE]: 'can be opened to other accounts or to everybody',
  [Facet.KEY]: 'is a key',
  [Facet.TRAIL]: 'is or keeps a record of what was done',
  [Facet.SERVING]: 'answers requests with predictions',
  [Facet.MODEL]: 'is a model, a version of one, or the paper of one',
  [Facet.TRAINING]: 'makes a model out of data',
  [Facet.INTERRUPTIBLE]: 'can fail or be taken away while it runs',
  [Facet.AGGREGATE]: 'gives out what is computed over data of people',
  [Facet.WATCH]: 'watches a model that serves',
  [Facet.CAPTURE]: 'copies what callers send to a place that it names',
  [Facet.DISCOVERY]: 'looks for sensitive data',
  [Facet.NOTIFIES]: 'says where word of its events goes',
  [Facet.DESCRIPTION]: 'describes processing',
  [Facet.TAGS]: 'takes tags',
  [Facet.FLOW]: 'is a node of the declared data flow',
  [Facet.WAIVER]: 'is a finding that was accepted',
};

/** To which types a control applies, and why to these. */
export interface Applicability {
  /** Any of these facets makes it apply; `all` where each type is meant. */
  readonly facets: readonly Facet[] | 'all';
  readonly because: string;
}

/** A control applies where a type has a side that the control is about; elsewhere there is nothing that a rule could judge. */
export const APPLIES_TO: Readonly<Record<Control, Applicability>> = {
  [Control.ENCRYPTION_AT_REST]: {
    facets: [Facet.STORE, Facet.STORAGE, Facet.OUTPUT, Facet.MODEL, Facet.TRAIL],
    because: 'bytes rest where data, models and records are kept or written; what only names a place is judged at that place',
  },
  [Control.ENCRYPTION_IN_TRANSIT]: { facets: [Facet.TRAFFIC], because: 'where the cloud encrypts in any case there is nothing to choose' },
  [Control.KEY_MANAGEMENT]: {
    facets: [Facet.KEY, Facet.PERMISSIONS],
    because: 'rotation belongs to the key, and who uses it to its policy and to permissions; which key a resource takes is encryption at rest',
  },
  [Control.NETWORK_ISOLATION]: { facets: [Facet.ISOLATION], because: 'only what has the switch can be cut off' },
  [Control.PRIVATE_NETWORK]: { facets: [Facet.SUBNET], because: 'only what takes subnets or endpoints can be inside the user\'s network' },
  [Control.NO_PUBLIC_ACCESS]: { facets: [Facet.OPENABLE], because: 'what cannot be opened needs no rule that it is closed' },
  [Control.LEAST_PRIVILEGE]: {
    facets: [Facet.GRANT, Facet.PRINCIPAL, Facet.INTERACTIVE],
    because: 'privilege is given by a policy, held by a principal, and taken by whoever works on a machine; what only takes a role is judged by its role',
  },
  [Control.DATA_RESIDENCY]: { facets: 'all', because: 'anything can name a place outside the residency' },
  [Control.DATA_CLASSIFICATION]: { facets: [Facet.FLOW], because: 'stores declare it and the flow carries it along; no property of a resource says it' },
  [Control.PURPOSE_LIMITATION]: { facets: [Facet.FLOW, Facet.AGGREGATE], because: 'stores and steps declare it and the flow carries it along; an analysis is allowed or not' },
  [Control.DE_IDENTIFICATION]: {
    facets: [Facet.FLOW, Facet.FIELDS, Facet.AGGREGATE], because: 'steps declare it, names of fields show where it is missing, and results show people or groups',
  },
  [Control.RETENTION_LIMIT]: { facets: [Facet.STORE, Facet.TRAIL], because: 'what is kept needs an end; storage of a run ends with the run' },
  [Control.ERASURE]: { facets: [Facet.STORE, Facet.FLOW], because: 'one person\'s data is erased where data is kept on purpose, and the flow says where its copies are' },
  [Control.AVAILABILITY]: {
    facets: [Facet.STORE, Facet.IRREPLACEABLE, Facet.KEY, Facet.SERVING, Facet.INTERRUPTIBLE],
    because: 'a store can lose data, a key all that it encrypts, an endpoint its zone, a job its work; what is made anew from its template loses nothing',
  },
  [Control.AUDIT_LOGGING]: {
    facets: [Facet.TRAIL, Facet.STORE, Facet.SIGN_IN, Facet.AGGREGATE],
    because: 'records have to be whole, and to say who read, who signed in and who asked',
  },
  [Control.SENSITIVE_DATA_DISCOVERY]: {
    facets: [Facet.DISCOVERY, Facet.CAPTURE, Facet.FLOW], because: 'what looks is judged, and captures and the stores of the flow that nothing looks into',
  },
  [Control.HUMAN_APPROVAL]: { facets: [Facet.MODEL], because: 'a model is what a person approves; what serves names a model' },
  [Control.BIAS_ASSESSMENT]: { facets: [Facet.MODEL], because: 'the measurement is kept with the model that it is of' },
  [Control.EXPLAINABILITY]: { facets: [Facet.MODEL, Facet.SERVING], because: 'explanations are kept with a model, or given with its answers' },
  [Control.MODEL_MONITORING]: { facets: [Facet.SERVING, Facet.WATCH], because: 'what answers is to be watched, and the watch has to run' },
  [Control.ARTIFACT_INTEGRITY]: { facets: [Facet.CODE, Facet.MODEL], because: 'code, images and models are what can be swapped' },
  [Control.INCIDENT_ALERTING]: { facets: [Facet.NOTIFIES, Facet.SERVING], because: 'word goes out from what has an address for it, and is missed first where people wait for answers' },
  [Control.RESOURCE_LIMIT]: { facets: [Facet.MACHINE], because: 'machines are what runs up a bill' },
  [Control.RECORD_OF_PROCESSING]: { facets: [Facet.DESCRIPTION, Facet.FLOW], because: 'the record is made of what describes processing' },
  [Control.AUTHENTICATION]: {
    facets: [Facet.SIGN_IN, Facet.PRINCIPAL, Facet.SETTINGS],
    because: 'who signs in is known at the door, by the principal, or by a credential that lies in a setting',
  },
  [Control.SUPPORTED_SOFTWARE]: { facets: [Facet.PLATFORM], because: 'where no version is named the cloud chooses and mends' },
  [Control.ASSET_INVENTORY]: { facets: [Facet.TAGS], because: 'tags say what a thing is and whose' },
  [Control.EXCEPTION_GOVERNANCE]: { facets: [Facet.WAIVER], because: 'it is about findings that were accepted, and about no resource' },
  [Control.CONSENT]: { facets: [Facet.FLOW], because: 'consent covers a purpose, and purposes are in the flow' },
  [Control.PRIVACY_LOSS_LIMIT]: { facets: [Facet.TRAINING, Facet.AGGREGATE], because: 'a model and a statistic are what reveals the people behind them' },
};

/** Whether a control applies to a type with these facets. */
export function applies(control: Control, facets: readonly Facet[]): boolean {
  const { facets: any } = APPLIES_TO[control];
  return any === 'all' || any.some((facet) => facets.includes(facet));
}

/** Why a control does not apply to types without its facets. */
export function reasonAgainst(control: Control): string {
  const { facets, because } = APPLIES_TO[control];
  return facets === 'all' ? because : `nothing here ${facets.map((facet) => FACET_MEANS[facet]).join(', or ')}: ${because}`;
}
