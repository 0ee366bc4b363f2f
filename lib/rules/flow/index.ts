import type { Rule } from '../rule';
import deIdentification from './de-identification';
import deIdentificationPlan from './de-identification-plan';
import deIdentificationThresholds from './de-identification-thresholds';
import purpose from './purpose';
import residency from './residency';
import storeClassification from './store-classification';

/** Rules on the declared data flow, for every cloud. */
export const FLOW_RULES: readonly Rule[] = [deIdentification, deIdentificationPlan, deIdentificationThresholds, purpose, residency, storeClassification];
