/**
 * What identifies a person, as the law lists it. The letters are those of HIPAA's list; which column holds which is for its owner to say.
 *
 * @see https://www.ecfr.gov/current/title-45/section-164.514 45 CFR 164.514(b)(2)(i)
 */
export enum IdentifierKind {
  /** (A) Names. */
  NAME = 'name',
  /** (B) Geography smaller than a state, other than a ZIP code: street, city, county, precinct. */
  GEOGRAPHY = 'geography',
  /** (B) ZIP codes. */
  ZIP_CODE = 'zip-code',
  /** (C) Dates of birth, whose year can tell an age over 89. */
  BIRTH_DATE = 'birth-date',
  /** (C) Other dates of a person: admission, discharge, death. */
  DATE = 'date',
  /** (C) Ages. */
  AGE = 'age',
  /** (D) Telephone numbers. */
  TELEPHONE = 'telephone',
  /** (E) Fax numbers. */
  FAX = 'fax',
  /** (F) Addresses of electronic mail. */
  EMAIL = 'email',
  /** (G) Social security numbers. */
  SOCIAL_SECURITY_NUMBER = 'social-security-number',
  /** (H) Medical record numbers. */
  MEDICAL_RECORD_NUMBER = 'medical-record-number',
  /** (I) Health plan beneficiary numbers. */
  HEALTH_PLAN_NUMBER = 'health-plan-number',
  /** (J) Account numbers. */
  ACCOUNT_NUMBER = 'account-number',
  /** (K) Certificate and license numbers. */
  LICENSE_NUMBER = 'license-number',
  /** (L) Vehicle identifiers and license plates. */
  VEHICLE = 'vehicle',
  /** (M) Device identifiers and serial numbers. */
  DEVICE = 'device',
  /** (N) Web addresses. */
  URL = 'url',
  /** (O) Internet protocol addresses. */
  IP_ADDRESS = 'ip-address',
  /** (P) Biometric identifiers, such as finger and voice prints. */
  BIOMETRIC = 'biometric',
  /** (Q) Full-face photographs and the like. */
  PHOTOGRAPH = 'photograph',
  /** (R) Any other unique number, characteristic or code. */
  OTHER = 'other',
}
