import type { Evidence } from '../record';
import type { RegulatoryDocument } from '../report-format';
import { ccpaInventory } from './ccpa-inventory';
import type { RegulatoryText } from './document';
import { hipaaMapping } from './hipaa-mapping';
import { impactAssessment } from './impact-assessment';
import { modelCard } from './model-card';
import { recordOfProcessing } from './record-of-processing';

/** A document by its file's name, and the framework that asks for it. */
export const DOCUMENTS: Readonly<Record<`${RegulatoryDocument}`, { readonly make: (evidence: Evidence) => RegulatoryText; readonly framework?: string }>> = {
  'record-of-processing': { make: recordOfProcessing, framework: 'GDPR' },
  'impact-assessment': { make: impactAssessment, framework: 'GDPR' },
  'hipaa-mapping': { make: hipaaMapping, framework: 'HIPAA' },
  'ccpa-inventory': { make: ccpaInventory, framework: 'CCPA' },
  'model-card': { make: modelCard },
};
