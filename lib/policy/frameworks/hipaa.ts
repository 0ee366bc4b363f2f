import { Control } from '../control';
import type { FrameworkProps, Requirement } from '../framework';
import { RecordKind, Retention } from '../retention';

function section(number: string, title: string, controls: Control[]): Requirement {
  return {
    id: number,
    citation: `45 CFR ${number}`,
    title,
    controls,
    url: `https://www.ecfr.gov/current/title-45/section-${number.split('(')[0]}`,
  };
}

export const HIPAA: FrameworkProps = {
  name: 'HIPAA',
  title: 'Health Insurance Portability and Accountability Act: Security Rule, with the de-identification, minimum-necessary and breach provisions (45 CFR Part 164)',
  url: 'https://www.ecfr.gov/current/title-45/part-164',
  // Documentation that the Security Rule demands is kept for six years from its making or its last day in effect; medical
  // records themselves have no period here, state law gives them one.
  retentionLimits: [{ record: RecordKind.AUDIT, citation: '45 CFR 164.316(b)(2)(i)', minimum: Retention.years(6) }],
  // A finding cites what it is mapped to, so a requirement has only controls that its text asks for. Where data may be, no section says; those
  // on devices and media (164.310(d)) and on plans for emergencies are about hardware and procedures.
  requirements: [
    section('164.306(a)(1)', 'confidentiality, integrity and availability of all ePHI', [Control.AVAILABILITY]),
    section('164.308(a)(1)(ii)(A)', 'risk analysis', [Control.DATA_CLASSIFICATION, Control.RECORD_OF_PROCESSING, Control.SENSITIVE_DATA_DISCOVERY]),
    section('164.308(a)(1)(ii)(B)', 'risk management', [
      Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK, Control.NO_PUBLIC_ACCESS, Control.LEAST_PRIVILEGE,
    ]),
    section('164.308(a)(1)(ii)(C)', 'sanction policy', []),
    section('164.308(a)(1)(ii)(D)', 'information system activity review', [Control.AUDIT_LOGGING]),
    section('164.308(a)(2)', 'an official responsible for security', []),
    section('164.308(a)(3)(i)', 'workforce members have the access their role needs and no other', [Control.LEAST_PRIVILEGE]),
    section('164.308(a)(3)(ii)(A)', 'authorisation and supervision of the workforce', [Control.LEAST_PRIVILEGE]),
    section('164.308(a)(3)(ii)(B)', 'workforce clearance', []),
    section('164.308(a)(3)(ii)(C)', 'access ends with employment', []),
    section('164.308(a)(4)(i)', 'information access management', [Control.LEAST_PRIVILEGE, Control.NO_PUBLIC_ACCESS]),
    section('164.308(a)(4)(ii)(B)', 'access authorisation', [Control.LEAST_PRIVILEGE]),
    section('164.308(a)(4)(ii)(C)', 'access establishment and modification', [Control.LEAST_PRIVILEGE, Control.AUDIT_LOGGING]),
    section('164.308(a)(5)(i)', 'security awareness and training', []),
    section('164.308(a)(5)(ii)(B)', 'protection from malicious software', [Control.ARTIFACT_INTEGRITY]),
    section('164.308(a)(5)(ii)(C)', 'log-in monitoring', [Control.AUDIT_LOGGING]),
    section('164.308(a)(6)(ii)', 'security incidents are identified, answered and documented', [Control.INCIDENT_ALERTING, Control.AUDIT_LOGGING]),
    section('164.308(a)(7)(ii)(A)', 'data backup plan', []),
    section('164.308(a)(7)(ii)(B)', 'disaster recovery plan', []),
    section('164.308(a)(7)(ii)(C)', 'emergency mode operation plan', []),
    section('164.308(a)(7)(ii)(D)', 'contingency plans are tested and revised', []),
    section('164.308(a)(7)(ii)(E)', 'criticality of applications and data', [Control.DATA_CLASSIFICATION]),
    section('164.308(a)(8)', 'periodic technical and nontechnical evaluation', [Control.SENSITIVE_DATA_DISCOVERY]),
    section('164.308(b)(1)', 'contracts with business associates', []),
    section('164.310(a)(1)', 'facility access', []),
    section('164.310(d)(1)', 'receipt, movement and removal of hardware and media', []),
    section('164.310(d)(2)(i)', 'final disposal of ePHI, and of the hardware it is stored on', [Control.RETENTION_LIMIT]),
    section('164.310(d)(2)(ii)', 'media are cleared before re-use', []),
    section('164.310(d)(2)(iii)', 'accountability for movements of hardware and media', []),
    section('164.310(d)(2)(iv)', 'a retrievable copy of ePHI before equipment is moved', []),
    section('164.312(a)(1)', 'access control', [
      Control.LEAST_PRIVILEGE, Control.NO_PUBLIC_ACCESS, Control.PRIVATE_NETWORK, Control.NETWORK_ISOLATION,
    ]),
    section('164.312(a)(2)(i)', 'unique user identification', [Control.AUDIT_LOGGING]),
    section('164.312(a)(2)(ii)', 'emergency access', []),
    section('164.312(a)(2)(iii)', 'automatic logoff', []),
    section('164.312(a)(2)(iv)', 'encryption and decryption of ePHI', [Control.ENCRYPTION_AT_REST, Control.KEY_MANAGEMENT]),
    section('164.312(b)', 'audit controls', [Control.AUDIT_LOGGING]),
    section('164.312(c)(1)', 'ePHI is not altered or destroyed improperly', [Control.ARTIFACT_INTEGRITY]),
    section('164.312(c)(2)', 'ePHI can be shown to be unaltered', [Control.ARTIFACT_INTEGRITY, Control.AUDIT_LOGGING]),
    section('164.312(d)', 'person or entity authentication', []),
    section('164.312(e)(1)', 'transmission security', [Control.ENCRYPTION_IN_TRANSIT, Control.PRIVATE_NETWORK]),
    section('164.312(e)(2)(i)', 'integrity of what is transmitted', [Control.ENCRYPTION_IN_TRANSIT]),
    section('164.312(e)(2)(ii)', 'encryption of what is transmitted', [Control.ENCRYPTION_IN_TRANSIT]),
    section('164.314(a)(1)', 'terms of business associate contracts', []),
    section('164.316(a)', 'policies and procedures', []),
    section('164.316(b)(1)', 'policies, actions and assessments are documented', [Control.RECORD_OF_PROCESSING, Control.AUDIT_LOGGING]),
    section('164.316(b)(2)(i)', 'documentation is kept for six years', [Control.AUDIT_LOGGING]),
    section('164.404(a)', 'a breach is notified to the individuals', [Control.INCIDENT_ALERTING]),
    section('164.410(a)', 'a business associate notifies the covered entity of a breach', [Control.INCIDENT_ALERTING]),
    section('164.502(b)', 'minimum necessary', [Control.PURPOSE_LIMITATION, Control.DE_IDENTIFICATION, Control.LEAST_PRIVILEGE]),
    section('164.514(b)', 'de-identification by expert determination or safe harbor', [Control.DE_IDENTIFICATION]),
    section('164.514(d)', 'access and disclosure within the minimum necessary', [Control.LEAST_PRIVILEGE, Control.DATA_CLASSIFICATION]),
    section('164.524', 'access of individuals to their health information', []),
    section('164.526', 'amendment of health information', []),
    section('164.528', 'accounting of disclosures', [Control.AUDIT_LOGGING, Control.RECORD_OF_PROCESSING]),
  ],
};
