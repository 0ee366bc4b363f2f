import { IdentifierKind } from './identifier-kind';

/** What columns are called that hold what names somebody, without what stands between words. */
const NAMING: Readonly<Record<string, IdentifierKind>> = kindsOf([
  [IdentifierKind.NAME, 'name', 'firstname', 'lastname', 'fullname', 'surname', 'givenname', 'familyname', 'middlename', 'maidenname'],
  [IdentifierKind.SOCIAL_SECURITY_NUMBER, 'ssn', 'socialsecuritynumber'],
  [IdentifierKind.MEDICAL_RECORD_NUMBER, 'mrn', 'medicalrecordnumber'],
  [IdentifierKind.EMAIL, 'email', 'mail', 'emailaddress'],
  [IdentifierKind.TELEPHONE, 'phone', 'phonenumber', 'telephone', 'telephonenumber', 'mobile', 'mobilenumber'],
  [IdentifierKind.FAX, 'fax', 'faxnumber'],
  [IdentifierKind.GEOGRAPHY, 'address', 'homeaddress', 'street', 'streetaddress'],
  [IdentifierKind.IP_ADDRESS, 'ipaddress'],
  [IdentifierKind.VEHICLE, 'licenseplate'],
  [IdentifierKind.LICENSE_NUMBER, 'passportnumber'],
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

/** What a column that is called so holds of a person, as names go; undefined for names that say nothing of the kind. */
export function identifierNamed(column: string): { readonly kind: IdentifierKind; readonly isNaming: boolean } | undefined {
  const plain = column.toLowerCase().replace(/[^a-z0-9]/g, '');
  const bare = plain.replace(OF_WHOM, '');
  for (const [names, isNaming] of [[NAMING, true], [NARROWING, false]] as const) {
    const known = [plain, bare].find((name) => Object.hasOwn(names, name));
    if (known !== undefined) return { kind: names[known]!, isNaming };
  }
  return undefined;
}

function kindsOf(names: readonly (readonly [kind: IdentifierKind, ...called: string[]])[]): Readonly<Record<string, IdentifierKind>> {
  return Object.fromEntries(names.flatMap(([kind, ...called]) => called.map((name) => [name, kind])));
}
