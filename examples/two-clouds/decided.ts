import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';

/** What the hospital decided, once for both clouds: regions of AWS and of Azure lie in one residency. */
export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR],
  residency: Residency.within(Jurisdiction.EU),
  retention: { data: Retention.years(10) },
});
export const purpose = Purpose.of('readmission-risk');
export const admissions = { classification: Classification.PHI, purpose };
