import { Control } from '../policy/control';

/**
 * Controls of which the rules check a part only, and what they leave open: a requirement that rests on one is never more
 * than supported in part.
 */
export const LEFT_OPEN: Partial<Record<Control, string>> = {
  [Control.KEY_MANAGEMENT]: 'who uses the keys, and how they are kept',
  [Control.LEAST_PRIVILEGE]: 'whether a permission is needed',
  [Control.DATA_CLASSIFICATION]: 'whether the data is what its store is declared to hold',
  [Control.PURPOSE_LIMITATION]: 'whether the data was collected for the purpose that is declared',
  [Control.DE_IDENTIFICATION]: 'whether a step de-identifies as it declares',
  [Control.RETENTION_LIMIT]: 'whether the period is the right one',
  [Control.ERASURE]: 'whether the data of one person is found and erased',
  [Control.AVAILABILITY]: 'backups, their restoration and disaster recovery',
  [Control.AUDIT_LOGGING]: 'whether anybody reviews the logs',
  [Control.HUMAN_APPROVAL]: 'what the person who approves looks at',
  [Control.BIAS_ASSESSMENT]: 'whether what was measured is fair',
  [Control.EXPLAINABILITY]: 'whether the explanation reaches those whom it concerns',
  [Control.MODEL_MONITORING]: 'whether anybody acts on an alarm',
  [Control.ARTIFACT_INTEGRITY]: 'who made the image, and whether it was reviewed',
  [Control.INCIDENT_ALERTING]: 'whether anybody answers',
  [Control.RESOURCE_LIMIT]: 'what the resources cost',
  [Control.RECORD_OF_PROCESSING]: 'recipients, data subjects, contacts and all that no template holds',
};
