/**
 * The closed vocabulary between law and cloud: a requirement asks for controls, a rule or a construct provides one.
 *
 * Framework → requirement → *control* ← rule, construct default, evidence row. A rule never names a framework.
 */
export enum Control {
  /** Data is encrypted where it rests, with a key of the controller's own. */
  ENCRYPTION_AT_REST = 'encryption-at-rest',
  /** Data is encrypted while it moves, between containers of one job too. */
  ENCRYPTION_IN_TRANSIT = 'encryption-in-transit',
  /** Keys are the customer's, rotated, in one region, and usable by named principals only. */
  KEY_MANAGEMENT = 'key-management',
  /** Workloads run without a route to the internet. */
  NETWORK_ISOLATION = 'network-isolation',
  /** Jobs, models and endpoints run inside the user's network, behind its endpoints. */
  PRIVATE_NETWORK = 'private-network',
  /** Nothing that holds data can be read by the public. */
  NO_PUBLIC_ACCESS = 'no-public-access',
  /** An identity may do what its task needs and nothing else. */
  LEAST_PRIVILEGE = 'least-privilege',
  /** Data, models, images and keys stay in the regions of the residency. */
  DATA_RESIDENCY = 'data-residency',
  /** Each store says how sensitive its content is. */
  DATA_CLASSIFICATION = 'data-classification',
  /** Each store and step says what its data may be used for. */
  PURPOSE_LIMITATION = 'purpose-limitation',
  /** Personal data is de-identified before it is used to train. */
  DE_IDENTIFICATION = 'de-identification',
  /** Data is kept for a stated time and then deleted. */
  RETENTION_LIMIT = 'retention-limit',
  /** Data of one person can be found and erased. */
  ERASURE = 'erasure',
  /** Data and models survive deletion, corruption and the loss of a zone. */
  AVAILABILITY = 'availability',
  /** Who did what to which data is recorded, and the record cannot be changed. */
  AUDIT_LOGGING = 'audit-logging',
  /** Sensitive data that lies where it should not is found. */
  SENSITIVE_DATA_DISCOVERY = 'sensitive-data-discovery',
  /** What serves in production was approved by a person. */
  HUMAN_APPROVAL = 'human-approval',
  /** Bias is measured before a model serves. */
  BIAS_ASSESSMENT = 'bias-assessment',
  /** What a model decides can be explained: which of its inputs moved it, and how far. */
  EXPLAINABILITY = 'explainability',
  /** A model that serves is watched for drift of data, quality, bias and explanation. */
  MODEL_MONITORING = 'model-monitoring',
  /** Code, images and models are what was reviewed. */
  ARTIFACT_INTEGRITY = 'artifact-integrity',
  /** Incidents and failures reach a person. */
  INCIDENT_ALERTING = 'incident-alerting',
  /** What resources may cost or run for is bounded. */
  RESOURCE_LIMIT = 'resource-limit',
  /** The processing can be described: inputs, outputs, purposes, recipients. */
  RECORD_OF_PROCESSING = 'record-of-processing',
  /** Who signs in is a known person or role: single sign-on, short-lived credentials, no shared keys. */
  AUTHENTICATION = 'authentication',
  /** Platforms and runtimes are those that their maker still mends. */
  SUPPORTED_SOFTWARE = 'supported-software',
  /** What exists is named, tagged and owned. */
  ASSET_INVENTORY = 'asset-inventory',
  /** A finding that is accepted has a reason, an approver and an end. */
  EXCEPTION_GOVERNANCE = 'exception-governance',
  /** Data of a person is used only while their consent, or another basis that was recorded, covers the purpose. */
  CONSENT = 'consent',
  /** What a trained model can reveal of one person is bounded and added up. */
  PRIVACY_LOSS_LIMIT = 'privacy-loss-limit',
}
