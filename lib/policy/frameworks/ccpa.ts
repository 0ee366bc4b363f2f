import { Control } from '../control';
import type { FrameworkProps, Requirement } from '../framework';
import { RequestKind } from '../request-deadline';
import { RecordKind, Retention } from '../retention';

function statute(number: string, title: string, controls: Control[]): Requirement {
  return {
    id: number,
    citation: `Cal. Civ. Code § ${number}`,
    title,
    controls,
    url: `https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=CIV&sectionNum=${number.split('(')[0]}.`,
  };
}

function regulation(number: string, title: string, controls: Control[]): Requirement {
  return {
    id: `Regs.${number}`,
    citation: `Cal. Code Regs. tit. 11, § ${number}`,
    title,
    controls,
    url: 'https://cppa.ca.gov/regulations/',
  };
}

export const CCPA: FrameworkProps = {
  name: 'CCPA',
  title: 'California Consumer Privacy Act of 2018 as amended by the California Privacy Rights Act, with its regulations',
  url: 'https://leginfo.legislature.ca.gov/faces/codes_displayText.xhtml?division=3.&part=4.&lawCode=CIV&title=1.81.5',
  erasureDuty: true,
  // It can be 45 days longer where that is said within the first; nothing here counts on that.
  requestDeadlines: [RequestKind.ERASURE, RequestKind.ACCESS].map((request) => ({ request, citation: 'Cal. Civ. Code § 1798.130(a)(2)(A)', days: 45 })),
  // 24 months hold for the records of consumer requests alone; no section gives a number for personal information or logs.
  retentionLimits: [{ record: RecordKind.REQUESTS, citation: 'Cal. Code Regs. tit. 11, § 7101(a)', minimum: Retention.years(2) }],
  get requirements() {
    return [
      statute('1798.100(a)(1)', 'consumers are told what is collected and for what', []),
      statute('1798.100(a)(2)', 'consumers are told what sensitive information is collected and for what', []),
      statute('1798.100(a)(3)', 'personal information is kept no longer than the disclosed purpose needs', [Control.RETENTION_LIMIT]),
      statute('1798.100(c)', 'collection, use, retention and sharing are necessary and proportionate to the purpose', [
        Control.PURPOSE_LIMITATION, Control.DE_IDENTIFICATION, Control.RETENTION_LIMIT,
      ]),
      statute('1798.100(d)', 'agreements with third parties, service providers and contractors', []),
      statute('1798.100(e)', 'reasonable security procedures', [
        Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT, Control.NO_PUBLIC_ACCESS, Control.LEAST_PRIVILEGE,
        Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK, Control.ARTIFACT_INTEGRITY, Control.AUDIT_LOGGING, Control.INCIDENT_ALERTING,
        Control.AUTHENTICATION, Control.SUPPORTED_SOFTWARE,
      ]),
      statute('1798.105(a)', 'deletion on request', [Control.ERASURE]),
      statute('1798.105(c)(1)', 'deletion reaches service providers, contractors and third parties', [Control.ERASURE, Control.RECORD_OF_PROCESSING]),
      statute('1798.105(c)(3)', 'service providers and contractors delete and pass deletion on', [Control.ERASURE]),
      statute('1798.105(d)', 'grounds on which deletion may be refused', []),
      statute('1798.106(a)', 'correction on request', []),
      statute('1798.110(a)', 'consumers learn what is collected, from where, for what purpose and for whom', [
        Control.RECORD_OF_PROCESSING, Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION,
      ]),
      statute('1798.115(a)', 'consumers learn what is sold or shared and to whom', []),
      statute('1798.120(a)', 'opt-out of sale and sharing', []),
      statute('1798.120(c)', 'information of those under 16 is sold or shared only with consent', [Control.CONSENT]),
      statute('1798.120(d)', 'no sale or sharing after an opt-out, unless consent follows', [Control.CONSENT]),
      statute('1798.121(a)', 'use of sensitive personal information can be limited', [
        Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION, Control.SENSITIVE_DATA_DISCOVERY,
      ]),
      statute('1798.121(b)', 'after a limit is set, sensitive information is used otherwise only with consent', [Control.CONSENT, Control.PURPOSE_LIMITATION]),
      statute('1798.125(a)', 'no retaliation for the exercise of rights', []),
      statute('1798.130(a)(2)', 'requests are answered within 45 days', []),
      statute('1798.130(a)(5)', 'a privacy policy that is updated every twelve months', []),
      statute('1798.135(a)', 'links to opt out and to limit', []),
      statute('1798.140(h)', 'what counts as consent', [Control.CONSENT]),
      statute('1798.140(m)', 'what counts as deidentified: no inference about a consumer', [Control.DE_IDENTIFICATION, Control.PRIVACY_LOSS_LIMIT]),
      statute('1798.140(aa)', 'what counts as pseudonymised', [Control.DE_IDENTIFICATION, Control.LEAST_PRIVILEGE]),
      statute('1798.148(a)', 'deidentified patient information is not re-identified', []),
      statute('1798.150(a)(1)', 'liability for theft of personal information that was neither encrypted nor redacted', [
        Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT, Control.DE_IDENTIFICATION,
      ]),
      statute('1798.185(a)', 'rules on security audits, risk assessments and automated decisions', []),
      regulation('7002(a)', 'purposes are those a consumer expects, or compatible ones', [Control.PURPOSE_LIMITATION]),
      regulation('7002(e)', 'consent before a use that was not told of and is not compatible', [Control.CONSENT, Control.PURPOSE_LIMITATION]),
      regulation('7004', 'how consent is asked for', []),
      regulation('7022(b)', 'deletion from existing systems, and word of it to service providers', [Control.ERASURE]),
      regulation('7023', 'correction', []),
      regulation('7051', 'contracts with service providers and contractors', []),
      regulation('7053', 'contracts with third parties', []),
      regulation('7100', 'training of those who answer requests', []),
      regulation('7101(a)', 'records of consumer requests are kept for 24 months', []),
      regulation('7122', 'who audits, and how independent they are', []),
      // a component that a template can show part of, or none
      regulation('7123(c)(1)', 'audit: authentication', [Control.AUTHENTICATION]),
      regulation('7123(c)(2)', 'audit: encryption at rest and in transit', [Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT]),
      regulation('7123(c)(3)', 'audit: accounts and access', [Control.LEAST_PRIVILEGE, Control.NO_PUBLIC_ACCESS]),
      regulation('7123(c)(4)', 'audit: inventory of personal information and systems, classification and tags', [
        Control.ASSET_INVENTORY, Control.DATA_CLASSIFICATION, Control.RECORD_OF_PROCESSING, Control.SENSITIVE_DATA_DISCOVERY,
      ]),
      regulation('7123(c)(5)', 'audit: secure configuration, patches, changes and masking', [Control.SUPPORTED_SOFTWARE, Control.DE_IDENTIFICATION]),
      regulation('7123(c)(6)', 'audit: vulnerability scans and penetration tests', [Control.SUPPORTED_SOFTWARE]),
      regulation('7123(c)(7)', 'audit: audit logs', [Control.AUDIT_LOGGING]),
      regulation('7123(c)(8)', 'audit: network monitoring and defences', [Control.INCIDENT_ALERTING]),
      regulation('7123(c)(9)', 'audit: antivirus', []),
      regulation('7123(c)(10)', 'audit: segmentation', [Control.PRIVATE_NETWORK, Control.NETWORK_ISOLATION]),
      regulation('7123(c)(11)', 'audit: ports, services and protocols', []),
      regulation('7123(c)(12)', 'audit: awareness', []),
      regulation('7123(c)(13)', 'audit: training', []),
      regulation('7123(c)(14)', 'audit: development and code reviews', [Control.ARTIFACT_INTEGRITY]),
      regulation('7123(c)(15)', 'audit: oversight of service providers', []),
      regulation('7123(c)(16)', 'audit: retention schedules and disposal', [Control.RETENTION_LIMIT]),
      regulation('7123(c)(17)', 'audit: response to incidents', [Control.INCIDENT_ALERTING]),
      regulation('7123(c)(18)', 'audit: continuity and recovery', [Control.AVAILABILITY]),
      regulation('7123(e)', 'the audit report names gaps and the plan to address them', [Control.EXCEPTION_GOVERNANCE]),
      regulation('7150(b)', 'processing that needs a risk assessment, training of automated decisions among it', []),
      regulation('7152(a)', 'what a risk assessment describes', [Control.RECORD_OF_PROCESSING, Control.PURPOSE_LIMITATION, Control.BIAS_ASSESSMENT]),
      regulation('7155(c)', 'risk assessments are kept as long as the processing lasts, at least five years', []),
      regulation('7220', 'notice before automated decisions', []),
      regulation('7221', 'opt-out of automated decisions', []),
      regulation('7222', 'access to the logic and outcome of automated decisions', [Control.EXPLAINABILITY]),
    ];
  },
};
