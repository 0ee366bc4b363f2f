import { IdentifierKind } from './identifier-kind';

/** What columns are called that hold what names somebody, without what stands between words. */
const NAMING: Readonly<Record<string, IdentifierKind>> = kindsOf([
  [IdentifierKind.NAME, 'name', 'firstname', 'lastname', 'fullname', 'surname', 'givenname', 'familyname', 'middlename', 'maidenname'],
  // what other countries number their people by stands for it
  [IdentifierKind.SOCIAL_SECURITY_NUMBER, 'ssn', 'socialsecurity', 'socialsecuritynumber', 'nationalid', 'taxid'],
  [IdentifierKind.HEALTH_PLAN_NUMBER, 'nhsnumber', 'healthplannumber'],
  [IdentifierKind.MEDICAL_RECORD_NUMBER, 'mrn', 'medicalrecordnumber'],
  [IdentifierKind.EMAIL, 'email', 'mail', 'emailaddress'],
  [IdentifierKind.TELEPHONE, 'phone', 'phonenumber', 'telephone', 'telephonenumber', 'mobile', 'mobilenumber'],
  [IdentifierKind.FAX, 'fax', 'faxnumber'],
  [IdentifierKind.GEOGRAPHY, 'address', 'homeaddress', 'street', 'streetaddress'],
  [IdentifierKind.IP_ADDRESS, 'ipaddress'],
  [IdentifierKind.VEHICLE, 'licenseplate', 'licenceplate'],
  [IdentifierKind.LICENSE_NUMBER, 'passport', 'passportnumber'],
  [IdentifierKind.ACCOUNT_NUMBER, 'iban'],
]);

/** The same for what finds somebody together with other columns. */
const NARROWING: Readonly<Record<string, IdentifierKind>> = kindsOf([
  [IdentifierKind.ZIP_CODE, 'zip', 'zipcode', 'postalcode', 'postcode'],
  [IdentifierKind.GEOGRAPHY, 'city', 'county'],
  [IdentifierKind.BIRTH_DATE, 'birthdate', 'dateofbirth', 'dob', 'birthday'],
]);

// whose it is says no more of what it is
const OF_WHOM = /^(?:patient|person|member|client|customer|employee)s?(?=.)/;
// inside a longer name these can be of anything: business_name, mac_address
const OF_ANYTHING = new Set(['name', 'mail', 'address', 'street', 'city', 'county', 'mobile', 'zip']);
// what is left of an identifier once it has been replaced
const REPLACED = /^(?:hash(?:ed)?|pseudonym(?:ised|ized)?|token(?:ised|ized)?|masked|band|bucket|count|domain|is|has|days|age)$/;
// behind an identifier: something that is only told of it
const TOLD_OF_IT = /^(?:opt|model|brand|type|provider|carrier|verified|valid|present|missing|changed|consent|preference|country|calls|length|score|status|flag|year)$/;
const MOST_WORDS = 3;

/** An identifier that a column holds, as names go. */
export interface NamedIdentifier {
  readonly kind: IdentifierKind;
  /** Whether it names a person by itself, and not only together with other columns. */
  readonly isNaming: boolean;
}

/** What a column that is called so holds of a person: by its whole name, or by words in it such as those of `user_email`; undefined for names that say nothing of the kind. */
export function identifierNamed(column: string): NamedIdentifier | undefined {
  const words = column.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
  if (words.some((word) => REPLACED.test(word))) return undefined;
  const plain = words.join('');
  return called(plain) ?? called(plain.replace(OF_WHOM, '')) ?? within(words);
}

function within(words: readonly string[]): NamedIdentifier | undefined {
  for (let length = MOST_WORDS; length > 0; length--) {
    for (let start = 0; start + length <= words.length; start++) {
      const run = words.slice(start, start + length).join('');
      const found = OF_ANYTHING.has(run) || words.slice(start + length).some((word) => TOLD_OF_IT.test(word)) ? undefined : called(run);
      if (found) return found;
    }
  }
  return undefined;
}

function called(name: string): NamedIdentifier | undefined {
  if (Object.hasOwn(NAMING, name)) return { kind: NAMING[name]!, isNaming: true };
  return Object.hasOwn(NARROWING, name) ? { kind: NARROWING[name]!, isNaming: false } : undefined;
}

function kindsOf(names: readonly (readonly [kind: IdentifierKind, ...called: string[]])[]): Readonly<Record<string, IdentifierKind>> {
  return Object.fromEntries(names.flatMap(([kind, ...called]) => called.map((name) => [name, kind])));
}
