import { Control } from '../control';
import type { FrameworkProps, Requirement } from '../framework';

const TEXT = 'https://eur-lex.europa.eu/eli/reg/2016/679/oj';

function article(number: string, title: string, controls: Control[]): Requirement {
  return {
    id: `Art.${number}`,
    citation: `GDPR Art. ${number}`,
    title,
    controls,
    url: `${TEXT}#art_${number.split('(')[0]}`,
  };
}

export const GDPR: FrameworkProps = {
  name: 'GDPR',
  title: 'Regulation (EU) 2016/679 (General Data Protection Regulation)',
  url: TEXT,
  // Art. 17. No article states how long data or logs are kept: Art. 5(1)(e) leaves the number to the controller.
  erasureDuty: true,
  requirements: [
    article('5(1)(a)', 'lawful, fair and transparent processing', [Control.BIAS_ASSESSMENT, Control.RECORD_OF_PROCESSING]),
    article('5(1)(b)', 'purpose limitation', [Control.PURPOSE_LIMITATION]),
    article('5(1)(c)', 'data minimisation', [Control.DE_IDENTIFICATION, Control.DATA_CLASSIFICATION]),
    article('5(1)(d)', 'accuracy', [Control.MODEL_MONITORING]),
    article('5(1)(e)', 'storage limitation', [Control.RETENTION_LIMIT, Control.DE_IDENTIFICATION]),
    article('5(1)(f)', 'integrity and confidentiality', [
      Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.NO_PUBLIC_ACCESS, Control.LEAST_PRIVILEGE,
      Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK, Control.ARTIFACT_INTEGRITY,
    ]),
    article('5(2)', 'accountability: compliance with the principles can be demonstrated', [Control.RECORD_OF_PROCESSING, Control.AUDIT_LOGGING]),
    article('6(1)', 'a lawful basis for each processing', []),
    article('7(1)', 'consent can be demonstrated', []),
    article('9(1)', 'special categories of personal data are processed only under an exception', [
      Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION, Control.SENSITIVE_DATA_DISCOVERY,
    ]),
    article('12(3)', 'requests of data subjects are answered within one month', []),
    article('13', 'information where data is collected from the data subject', []),
    article('14', 'information where data comes from elsewhere', []),
    article('15(1)(h)', 'access to meaningful information about the logic of automated decisions', [Control.EXPLAINABILITY]),
    article('15(3)', 'a copy of the personal data', []),
    article('16', 'rectification', []),
    article('17(1)', 'erasure without undue delay', [Control.ERASURE, Control.RETENTION_LIMIT]),
    article('18(1)', 'restriction of processing', []),
    article('20(1)', 'data portability', []),
    article('21(1)', 'the right to object', []),
    article('22(1)', 'no decision with legal or similar effect by automated means alone, save the exceptions', []),
    article('22(3)', 'safeguards around permitted automated decisions, and a person to contest them with', [
      Control.EXPLAINABILITY, Control.BIAS_ASSESSMENT, Control.MODEL_MONITORING,
    ]),
    article('24(1)', 'technical and organisational measures that ensure and demonstrate compliance', [
      Control.HUMAN_APPROVAL, Control.RECORD_OF_PROCESSING, Control.AUDIT_LOGGING,
    ]),
    article('25(1)', 'data protection by design', [
      Control.DE_IDENTIFICATION, Control.DATA_CLASSIFICATION, Control.ENCRYPTION_AT_REST, Control.NETWORK_ISOLATION,
    ]),
    article('25(2)', 'data protection by default: amount, extent, period and accessibility', [
      Control.NO_PUBLIC_ACCESS, Control.LEAST_PRIVILEGE, Control.PURPOSE_LIMITATION, Control.RETENTION_LIMIT,
    ]),
    article('26', 'arrangement between joint controllers', []),
    article('28(1)', 'processors that give sufficient guarantees', []),
    article('28(3)', 'a contract with the processor', []),
    article('28(3)(g)', 'the processor deletes or returns the data at the end', [Control.RETENTION_LIMIT, Control.ERASURE]),
    article('29', 'processing only on instructions of the controller', [Control.LEAST_PRIVILEGE]),
    article('30(1)', 'records of processing activities of the controller', [
      Control.RECORD_OF_PROCESSING, Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION, Control.RETENTION_LIMIT,
    ]),
    article('30(2)', 'records of processing activities of the processor', [Control.RECORD_OF_PROCESSING]),
    article('32(1)(a)', 'pseudonymisation and encryption of personal data', [
      Control.DE_IDENTIFICATION, Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT,
    ]),
    article('32(1)(b)', 'lasting confidentiality, integrity, availability and resilience of systems', [
      Control.LEAST_PRIVILEGE, Control.NO_PUBLIC_ACCESS, Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK,
      Control.ARTIFACT_INTEGRITY, Control.AVAILABILITY, Control.RESOURCE_LIMIT,
    ]),
    article('32(1)(c)', 'availability and access can be restored in time', [Control.AVAILABILITY]),
    article('32(1)(d)', 'the effect of the measures is tested regularly', [Control.SENSITIVE_DATA_DISCOVERY]),
    article('32(2)', 'security appropriate to the risk of destruction, loss, alteration and disclosure', [
      Control.NO_PUBLIC_ACCESS, Control.KEY_MANAGEMENT, Control.ARTIFACT_INTEGRITY, Control.AUDIT_LOGGING,
    ]),
    article('32(4)', 'persons with access act only on instructions', [Control.LEAST_PRIVILEGE]),
    article('33(1)', 'a breach is notified to the authority within 72 hours of becoming aware of it', [
      Control.INCIDENT_ALERTING, Control.SENSITIVE_DATA_DISCOVERY,
    ]),
    article('33(5)', 'breaches are documented', [Control.AUDIT_LOGGING]),
    article('34(1)', 'a breach of high risk is communicated to the data subjects', [Control.INCIDENT_ALERTING]),
    article('34(3)(a)', 'data is unintelligible to whoever is not authorised', [Control.ENCRYPTION_AT_REST, Control.KEY_MANAGEMENT]),
    article('35(1)', 'an impact assessment before processing of high risk', []),
    article('35(7)(a)', 'the impact assessment describes the processing and its purposes', [Control.RECORD_OF_PROCESSING, Control.PURPOSE_LIMITATION]),
    article('36(1)', 'prior consultation of the authority', []),
    article('37(1)', 'a data protection officer', []),
    article('44', 'transfers to third countries only under Chapter V', [Control.DATA_RESIDENCY]),
    article('45(1)', 'transfers on an adequacy decision', [Control.DATA_RESIDENCY]),
    article('46(1)', 'transfers under appropriate safeguards', []),
    article('47(1)', 'binding corporate rules', []),
    article('48', 'disclosures that a third country orders', []),
    article('49(1)', 'derogations for specific situations', []),
  ],
};
