import { IdentifierKind } from './identifier-kind';

/** What columns are called that hold what names somebody, without what stands between words. */
const NAMING: Readonly<Record<string, IdentifierKind>> = {
  name: IdentifierKind.NAME, firstname: IdentifierKind.NAME, lastname: IdentifierKind.NAME, fullname: IdentifierKind.NAME, surname: IdentifierKind.NAME, givenname: IdentifierKind.NAME,
  familyname: IdentifierKind.NAME, middlename: IdentifierKind.NAME, maidenname: IdentifierKind.NAME,
  ssn: IdentifierKind.SOCIAL_SECURITY_NUMBER, socialsecuritynumber: IdentifierKind.SOCIAL_SECURITY_NUMBER,
  mrn: IdentifierKind.MEDICAL_RECORD_NUMBER, medicalrecordnumber: IdentifierKind.MEDICAL_RECORD_NUMBER,
  email: IdentifierKind.EMAIL, mail: IdentifierKind.EMAIL, emailaddress: IdentifierKind.EMAIL,
  phone: IdentifierKind.TELEPHONE, phonenumber: IdentifierKind.TELEPHONE, telephone: IdentifierKind.TELEPHONE, telephonenumber: IdentifierKind.TELEPHONE, mobile: IdentifierKind.TELEPHONE,
  mobilenumber: IdentifierKind.TELEPHONE, fax: IdentifierKind.FAX, faxnumber: IdentifierKind.FAX,
  address: IdentifierKind.GEOGRAPHY, homeaddress: IdentifierKind.GEOGRAPHY, street: IdentifierKind.GEOGRAPHY, streetaddress: IdentifierKind.GEOGRAPHY,
  ipaddress: IdentifierKind.IP_ADDRESS, licenseplate: IdentifierKind.VEHICLE, passportnumber: IdentifierKind.LICENSE_NUMBER, iban: IdentifierKind.ACCOUNT_NUMBER,
};

/** The same for what finds somebody together with other columns. */
const NARROWING: Readonly<Record<string, IdentifierKind>> = {
  zip: IdentifierKind.ZIP_CODE, zipcode: IdentifierKind.ZIP_CODE, postalcode: IdentifierKind.ZIP_CODE, postcode: IdentifierKind.ZIP_CODE, city: IdentifierKind.GEOGRAPHY, county: IdentifierKind.GEOGRAPHY,
  birthdate: IdentifierKind.BIRTH_DATE, dateofbirth: IdentifierKind.BIRTH_DATE, dob: IdentifierKind.BIRTH_DATE, birthday: IdentifierKind.BIRTH_DATE,
};

// whose it is says no more of what it is
const OF_WHOM = /^(?:patient|person|member|client|customer|employee)s?(?=.)/;

/** What a column that is called so holds of a person, as names go; undefined for names that say nothing of the kind. */
export function identifierNamed(column: string): { readonly kind: IdentifierKind; readonly isNaming: boolean } | undefined {
  const plain = column.toLowerCase().replace(/[^a-z0-9]/g, '');
  const bare = plain.replace(OF_WHOM, '');
  const [naming, narrowing] = [NAMING, NARROWING].map((names) => [plain, bare].map((name) => (Object.hasOwn(names, name) ? names[name] : undefined)).find((kind) => kind !== undefined));
  if (naming) return { kind: naming, isNaming: true };
  return narrowing ? { kind: narrowing, isNaming: false } : undefined;
}
