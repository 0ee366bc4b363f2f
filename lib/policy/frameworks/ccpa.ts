import { Control } from '../control';
import type { FrameworkProps, Requirement } from '../framework';
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
  // 24 months hold for the records of consumer requests alone; no section gives a number for personal information or logs.
  retentionLimits: [{ record: RecordKind.REQUESTS, citation: 'Cal. Code Regs. tit. 11, § 7101(a)', minimum: Retention.years(2) }],
  requirements: [
    statute('1798.100(a)(3)', 'personal information is kept no longer than the disclosed purpose needs', [Control.RETENTION_LIMIT]),
    statute('1798.100(c)', 'collection, use, retention and sharing are necessary and proportionate to the purpose', [
      Control.PURPOSE_LIMITATION, Control.DE_IDENTIFICATION, Control.RETENTION_LIMIT,
    ]),
    statute('1798.100(d)', 'agreements with third parties, service providers and contractors', []),
    statute('1798.100(e)', 'reasonable security procedures', [
      Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT, Control.NO_PUBLIC_ACCESS, Control.LEAST_PRIVILEGE,
      Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK, Control.ARTIFACT_INTEGRITY, Control.AUDIT_LOGGING, Control.INCIDENT_ALERTING,
    ]),
    statute('1798.105(a)', 'deletion on request', [Control.ERASURE]),
    statute('1798.105(c)(1)', 'deletion reaches service providers, contractors and third parties', [Control.ERASURE, Control.RECORD_OF_PROCESSING]),
    statute('1798.106(a)', 'correction on request', []),
    statute('1798.110(a)', 'consumers learn what is collected, from where, for what purpose and for whom', [
      Control.RECORD_OF_PROCESSING, Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION,
    ]),
    statute('1798.115(a)', 'consumers learn what is sold or shared and to whom', []),
    statute('1798.120(a)', 'opt-out of sale and sharing', []),
    statute('1798.121(a)', 'use of sensitive personal information can be limited', [
      Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION, Control.SENSITIVE_DATA_DISCOVERY,
    ]),
    statute('1798.125(a)', 'no retaliation for the exercise of rights', []),
    statute('1798.130(a)(2)', 'requests are answered within 45 days', []),
    statute('1798.140(m)', 'what counts as deidentified', [Control.DE_IDENTIFICATION]),
    statute('1798.140(aa)', 'what counts as pseudonymised', [Control.DE_IDENTIFICATION, Control.LEAST_PRIVILEGE]),
    statute('1798.148(a)', 'deidentified patient information is not re-identified', []),
    statute('1798.150(a)(1)', 'liability for theft of personal information that was neither encrypted nor redacted', [
      Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT, Control.DE_IDENTIFICATION,
    ]),
    statute('1798.185(a)', 'rules on security audits, risk assessments and automated decisions', []),
    regulation('7002', 'purposes are those a consumer expects or was told of', [Control.PURPOSE_LIMITATION]),
    regulation('7051', 'contracts with service providers and contractors', []),
    regulation('7100', 'training of those who answer requests', []),
    regulation('7101(a)', 'records of consumer requests are kept for 24 months', []),
    regulation('7123', 'what a cybersecurity audit assesses', [
      Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.LEAST_PRIVILEGE, Control.DATA_CLASSIFICATION,
      Control.AUDIT_LOGGING, Control.RETENTION_LIMIT, Control.INCIDENT_ALERTING, Control.AVAILABILITY,
    ]),
    regulation('7152', 'what a risk assessment describes', [Control.RECORD_OF_PROCESSING, Control.PURPOSE_LIMITATION, Control.BIAS_ASSESSMENT]),
    regulation('7221', 'opt-out of automated decisions', []),
    regulation('7222', 'access to the logic and outcome of automated decisions', [Control.EXPLAINABILITY]),
  ],
};
