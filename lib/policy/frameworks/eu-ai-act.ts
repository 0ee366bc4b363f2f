import { Control } from '../control';
import type { FrameworkProps, Requirement } from '../framework';
import { RecordKind, Retention } from '../retention';

// the consolidated text, with Regulation (EU) 2026/1744 (OJ L, 24.7.2026)
const TEXT = 'https://eur-lex.europa.eu/eli/reg/2024/1689/2026-07-27';

function article(number: string, title: string, controls: Control[]): Requirement {
  const [whole] = number.split('(') as [string];
  return { id: `Art.${number}`, citation: `EU AI Act Art. ${number}`, title, controls, url: `${TEXT}#art_${whole}`, appliesFrom: startOf(whole) };
}

// Art. 113, third paragraph. The later day of 2 August 2028 is for systems that are high-risk as parts of products (Art. 6(1), Annex I).
function startOf(number: string): string {
  if (number === '4') return '2025-02-02';
  if (number === '4a') return '2026-07-27';
  // Chapter III, sections 2 and 3
  return Number(number) <= 27 ? '2027-12-02' : '2026-08-02';
}

export const EU_AI_ACT: FrameworkProps = {
  name: 'EU_AI_ACT',
  title: 'Regulation (EU) 2024/1689 (Artificial Intelligence Act) as amended by Regulation (EU) 2026/1744: obligations of providers and deployers of high-risk systems',
  url: TEXT,
  // Six months, of which none are longer than 184 days, are for what a high-risk system logs by itself. The ten years of Art. 18(1) are for documents,
  // and no kind of record here is documents alone.
  retentionLimits: [{ record: RecordKind.LOGS, citation: 'EU AI Act Art. 19(1)', minimum: Retention.days(184) }],
  // Art. 10(5) was deleted, Art. 4a took its place.
  get requirements() {
    return [
      article('4', 'AI literacy of staff', []),
      article('4a(1)', 'special categories serve to find bias only if nothing else will do: pseudonymised, guarded, deleted after', [
        Control.BIAS_ASSESSMENT, Control.DATA_CLASSIFICATION, Control.PURPOSE_LIMITATION, Control.DE_IDENTIFICATION, Control.LEAST_PRIVILEGE, Control.RETENTION_LIMIT,
      ]),
      article('9(1)', 'a risk management system', []),
      article('9(2)(a)', 'known and foreseeable risks are analysed', []),
      article('9(2)(b)', 'risks of use and of misuse are estimated', []),
      article('9(2)(c)', 'risks that appear after market are evaluated', [Control.MODEL_MONITORING]),
      article('9(2)(d)', 'measures against the risks', []),
      article('9(5)', 'what risk remains is judged acceptable', [Control.EXCEPTION_GOVERNANCE]),
      article('9(6)', 'tests find the right measures', []),
      article('9(8)', 'tests before market, against metrics and thresholds set before', [Control.BIAS_ASSESSMENT]),
      article('10(1)', 'training, validation and test data meet quality criteria', []),
      article('10(2)(a)', 'design choices for the data', []),
      article('10(2)(b)', 'how data was collected, its origin, and the purpose of collection', [Control.PURPOSE_LIMITATION, Control.CONSENT]),
      article('10(2)(c)', 'how data was prepared: labelled, cleaned, enriched, aggregated', [Control.RECORD_OF_PROCESSING]),
      article('10(2)(d)', 'assumptions on what the data measures', []),
      article('10(2)(e)', 'availability, amount and fitness of the data', []),
      article('10(2)(f)', 'possible biases are examined', [Control.BIAS_ASSESSMENT]),
      article('10(2)(g)', 'biases are detected, prevented and mitigated', [Control.BIAS_ASSESSMENT]),
      article('10(2)(h)', 'gaps in the data are identified', []),
      article('10(3)', 'data is relevant, representative, and as free of errors as can be', []),
      article('10(4)', 'data fits the place and setting of use', []),
      article('11(1)', 'technical documentation before market, kept up to date', [Control.RECORD_OF_PROCESSING]),
      article('11(2)', 'one documentation for a product and its system', []),
      article('12(1)', 'events are recorded automatically over the lifetime', [Control.AUDIT_LOGGING]),
      article('12(2)', 'what is recorded lets risks be found and operation be monitored', [Control.AUDIT_LOGGING, Control.MODEL_MONITORING]),
      article('12(3)', 'what biometric systems record', []),
      article('13(1)', 'deployers can interpret the output', [Control.EXPLAINABILITY]),
      article('13(2)', 'instructions for use', []),
      article('13(3)(b)', 'instructions: capabilities, limits, accuracy', []),
      article('13(3)(d)', 'instructions: human oversight', []),
      article('13(3)(e)', 'instructions: resources, lifetime and maintenance', []),
      article('13(3)(f)', 'instructions: how logs are collected, stored and read', [Control.AUDIT_LOGGING]),
      article('14(1)', 'natural persons can oversee the system while it is in use', [Control.HUMAN_APPROVAL, Control.MODEL_MONITORING]),
      article('14(3)', 'oversight is built in or left to the deployer', []),
      article('14(4)(a)', 'who oversees understands limits and notices anomalies', [Control.MODEL_MONITORING]),
      article('14(4)(b)', 'who oversees knows of automation bias', []),
      article('14(4)(c)', 'who oversees can interpret the output', [Control.EXPLAINABILITY]),
      article('14(4)(d)', 'who oversees can decide not to use the output', []),
      article('14(4)(e)', 'who oversees can stop the system', []),
      article('14(5)', 'two persons confirm a biometric identification', []),
      article('15(1)', 'accuracy, robustness and cybersecurity over the lifetime', [Control.MODEL_MONITORING]),
      article('15(3)', 'accuracy is declared in the instructions', []),
      article('15(4)', 'resilience against errors and faults, by redundancy too', [Control.AVAILABILITY]),
      article('15(5)', 'resilience against who would alter the system, its data or its model, or make it reveal them', [
        Control.ARTIFACT_INTEGRITY, Control.LEAST_PRIVILEGE, Control.AUTHENTICATION, Control.NO_PUBLIC_ACCESS, Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK,
        Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT, Control.KEY_MANAGEMENT, Control.SUPPORTED_SOFTWARE, Control.PRIVACY_LOSS_LIMIT,
      ]),
      article('17(1)(a)', 'quality management: a strategy for compliance', []),
      article('17(1)(b)', 'quality management: design, its control and verification', [Control.HUMAN_APPROVAL]),
      article('17(1)(c)', 'quality management: development and its control', [Control.ARTIFACT_INTEGRITY]),
      article('17(1)(d)', 'quality management: tests before, during and after development', []),
      article('17(1)(e)', 'quality management: technical specifications', []),
      article('17(1)(f)', 'quality management: data, from acquisition to retention', [Control.RECORD_OF_PROCESSING, Control.DATA_CLASSIFICATION, Control.RETENTION_LIMIT]),
      article('17(1)(g)', 'quality management: risk management', []),
      article('17(1)(h)', 'quality management: monitoring after market', [Control.MODEL_MONITORING]),
      article('17(1)(i)', 'quality management: report of serious incidents', [Control.INCIDENT_ALERTING]),
      article('17(1)(j)', 'quality management: communication with authorities', []),
      article('17(1)(k)', 'quality management: record-keeping', [Control.RECORD_OF_PROCESSING]),
      article('17(1)(l)', 'quality management: resources', [Control.RESOURCE_LIMIT]),
      article('17(1)(m)', 'quality management: accountability of management and staff', []),
      article('18(1)', 'documents are kept for ten years', []),
      article('19(1)', 'logs are kept for at least six months', [Control.AUDIT_LOGGING]),
      article('19(2)', 'logs of financial institutions', []),
      article('20(1)', 'a system that does not conform is corrected, withdrawn or disabled', []),
      article('25(4)', 'a written agreement with who supplies parts', []),
      article('26(1)', 'deployers use the system as the instructions say', []),
      article('26(2)', 'deployers assign oversight to competent persons', []),
      article('26(4)', 'deployers see that input data is relevant and representative', [Control.MODEL_MONITORING]),
      article('26(5)', 'deployers monitor operation, and report risks and serious incidents', [Control.MODEL_MONITORING, Control.INCIDENT_ALERTING]),
      article('26(6)', 'deployers keep logs for at least six months', [Control.AUDIT_LOGGING]),
      article('26(7)', 'workers are told', []),
      article('26(8)', 'public authorities register their use', []),
      article('26(9)', 'deployers use the instructions for their data protection impact assessment', []),
      article('26(10)', 'identification of persons afterwards needs authorisation', []),
      article('26(11)', 'persons are told that a high-risk system decides on them', []),
      article('26(12)', 'deployers cooperate with authorities', []),
      article('27(1)(a)', 'fundamental rights: in which processes the system is used, for which purpose', [Control.RECORD_OF_PROCESSING, Control.PURPOSE_LIMITATION]),
      article('27(1)(b)', 'fundamental rights: how long and how often', []),
      article('27(1)(c)', 'fundamental rights: who is affected', []),
      article('27(1)(d)', 'fundamental rights: which harm is likely', [Control.BIAS_ASSESSMENT]),
      article('27(1)(e)', 'fundamental rights: human oversight', []),
      article('27(1)(f)', 'fundamental rights: what is done when harm comes', []),
      article('27(2)', 'fundamental rights: the assessment is updated', []),
      article('27(3)', 'fundamental rights: the authority is told', []),
      article('50(1)', 'persons are told that they deal with a system', []),
      article('50(2)', 'generated content is marked', []),
      article('72(1)', 'a system that monitors after market', [Control.MODEL_MONITORING]),
      article('72(2)', 'data on performance is collected, documented and analysed over the lifetime', [Control.MODEL_MONITORING]),
      article('72(3)', 'a plan for monitoring after market', []),
      article('73(1)', 'serious incidents are reported to the authority', [Control.INCIDENT_ALERTING]),
      article('73(2)', 'within 15 days of becoming aware', []),
      article('73(6)', 'an incident is investigated, and nothing altered that shows its cause', [Control.AUDIT_LOGGING]),
      article('86(1)', 'a person may have a decision explained', [Control.EXPLAINABILITY]),
    ];
  },
};
