import { DATA_PATTERNS } from '../../../policy/data-patterns';
import type { DataIdentifierProps } from '../data-identifier';

/** A preset and where its format is written down. */
export interface IdentifierPreset extends DataIdentifierProps {
  readonly source: string;
}

/** The managed identifiers that find the same: https://docs.aws.amazon.com/macie/latest/user/mdis-reference-pii.html and mdis-reference-phi.html */
const MANAGED: Record<string, string> = {
  'uk-nhs-number': 'UK_NHS_NUMBER',
  'uk-national-insurance-number': 'UK_NATIONAL_INSURANCE_NUMBER',
  'de-tax-id': 'GERMANY_TAX_IDENTIFICATION_NUMBER',
  'es-dni-nie': 'SPAIN_DNI_NUMBER, SPAIN_NIE_NUMBER',
  'it-codice-fiscale': 'ITALY_NATIONAL_IDENTIFICATION_NUMBER',
};

/** Formats that both clouds look for, as Macie takes them. */
export const PRESETS: IdentifierPreset[] = DATA_PATTERNS.map((pattern) => ({ ...pattern, managedEquivalent: MANAGED[pattern.name] }));
