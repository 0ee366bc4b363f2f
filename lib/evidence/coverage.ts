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
  [Control.AUTHENTICATION]: 'how people sign in, with which factors, and who still may',
  [Control.SUPPORTED_SOFTWARE]: 'what is installed inside an image, and whether its fixes are applied',
  [Control.ASSET_INVENTORY]: 'what exists outside the app, and whether its tags are true',
  [Control.EXCEPTION_GOVERNANCE]: 'whether the reason of a waiver holds, and whether whoever approved it may',
  [Control.CONSENT]: 'whether people were asked, what they answered, and whether a withdrawal reaches the data',
  [Control.PRIVACY_LOSS_LIMIT]: 'whether the job keeps to what it is told, and what else is computed from the same people',
};
