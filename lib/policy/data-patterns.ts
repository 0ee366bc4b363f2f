/** How data of one kind looks, and where its format is written down. */
export interface DataPattern {
  readonly name: string;
  readonly description: string;
  /** PCRE without capturing groups, look-around and back-references, so that the services of both clouds take it. */
  readonly regex: string;
  /** Words that stand before it, or in the name of its column; none where the pattern alone tells. */
  readonly keywords?: string[];
  readonly source: string;
}

/**
 * Formats as their issuers state them. `\d{9}` and its like stand for anything, so those have keywords; a keyword has at least 3 characters.
 * What Macie and Purview look for is made from these.
 */
export const DATA_PATTERNS: DataPattern[] = [
  {
    name: 'medical-record-number',
    description: 'Medical record number: 6 to 10 digits, grouped or not, with or without MRN before it',
    regex: '(?i)\\b(?:mrn[-:# ]{0,2})?\\d{2,4}[- ]?\\d{2,3}[- ]?\\d{2,3}\\b',
    keywords: [
      'mrn', 'medical record number', 'medical record no', 'medical_record_number', 'medicalrecordnumber', 'hospital number', 'patient number', 'patient id', 'patient_id',
      'patientid', 'patientennummer', 'krankenaktennummer', 'fallnummer', 'numéro de dossier', 'número de historia clínica', 'numero cartella clinica', 'patiëntnummer',
    ],
    source: 'each hospital assigns its own; HIPAA names it at 45 CFR 164.514(b)(2)(i)(H)',
  },
  {
    name: 'iban',
    description: 'International bank account number',
    regex: '\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7} ?[A-Z0-9]{1,4}\\b',
    keywords: ['iban', 'bank account', 'bank_account', 'account number', 'kontonummer', 'bankverbindung', 'compte bancaire', 'cuenta bancaria', 'conto corrente', 'rekeningnummer'],
    source: 'ISO 13616-1; https://www.swift.com/standards/data-standards/iban-international-bank-account-number',
  },
  {
    name: 'uk-nhs-number',
    description: 'NHS number: 10 digits, often grouped 3-3-4',
    regex: '\\b\\d{3}[ -]?\\d{3}[ -]?\\d{4}\\b',
    keywords: ['nhs number', 'nhs no', 'nhs_number', 'nhsnumber', 'nhs-number', 'national health service'],
    source: 'https://www.datadictionary.nhs.uk/attributes/nhs_number.html',
  },
  {
    name: 'uk-national-insurance-number',
    description: 'National Insurance number: two letters, six digits, a letter from A to D',
    regex: '(?i)\\b[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]\\b',
    keywords: ['national insurance', 'national_insurance', 'nationalinsurance', 'nino', 'insurance number', 'ni number', 'ni_number'],
    source: 'https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110',
  },
  {
    name: 'de-tax-id',
    description: 'Steuerliche Identifikationsnummer: 11 digits, the first not 0',
    regex: '\\b[1-9]\\d ?\\d{3} ?\\d{3} ?\\d{3}\\b',
    keywords: ['steuer-id', 'steuerid', 'steuer_id', 'identifikationsnummer', 'steueridentifikationsnummer', 'steuer-idnr', 'idnr', 'tax id', 'tax_id', 'tax identification'],
    source: '§ 139b Abgabenordnung; https://www.bzst.de/DE/Privatpersonen/SteuerlicheIdentifikationsnummer',
  },
  {
    name: 'de-health-insurance-number',
    description: 'Krankenversichertennummer, unchangeable part: a letter and 9 digits',
    regex: '\\b[A-Z]\\d{9}\\b',
    keywords: [
      'kvnr', 'krankenversichertennummer', 'krankenversicherungsnummer', 'versichertennummer', 'versicherten-id', 'versichertenid', 'egk-nummer', 'gesundheitskarte',
      'health insurance number', 'health_insurance_number',
    ],
    source: '§ 290 SGB V; https://gkv-datenaustausch.de, Krankenversichertennummer',
  },
  {
    name: 'at-social-insurance-number',
    description: 'Sozialversicherungsnummer: 4 digits and the date of birth',
    regex: '\\b[1-9]\\d{3}[ -]?(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-5])\\d{2}\\b',
    keywords: ['sozialversicherungsnummer', 'sv-nummer', 'svnr', 'svnummer', 'versicherungsnummer', 'e-card'],
    source: '§ 30c ASVG; https://www.sozialversicherung.at',
  },
  {
    name: 'be-national-number',
    description: 'National register number: date of birth, serial, check number',
    regex: '\\b\\d{2}\\.?[0-5]\\d\\.?[0-3]\\d[- ]?\\d{3}[. ]?\\d{2}\\b',
    keywords: ['rijksregisternummer', 'registre national', 'numéro national', 'insz', 'niss', 'national number', 'national_number', 'nationaal nummer'],
    source: 'https://www.ibz.rrn.fgov.be, Instructions, IT000 identification number',
  },
  {
    name: 'dk-cpr-number',
    description: 'CPR number: date of birth and 4 digits',
    regex: '\\b(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{2}[- ]?\\d{4}\\b',
    keywords: ['cpr-nummer', 'cprnummer', 'cpr nummer', 'cpr number', 'cpr_number', 'cpr-nr', 'cpr', 'personnummer'],
    source: 'https://cpr.dk/cpr-systemet/opbygning-af-cpr-nummeret',
  },
  {
    name: 'es-dni-nie',
    description: 'DNI or NIE: 8 digits, or X, Y or Z and 7 digits, and a check letter',
    regex: '\\b(?:\\d{8}|[XYZ][ -]?\\d{7})[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]\\b',
    keywords: ['dni', 'nie', 'nif', 'documento nacional de identidad', 'número de identidad de extranjero', 'número de identificación fiscal', 'tax id', 'tax_id'],
    source: 'https://www.interior.gob.es, cálculo del dígito de control del NIF-NIE; RD 1065/2007 Art. 19-20',
  },
  {
    name: 'fi-personal-identity-code',
    description: 'Henkilötunnus: date of birth, century sign, number, check character',
    regex: '\\b(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])\\d{2}[-+A-FU-Y]\\d{3}[0-9A-FHJ-NPR-Y]\\b',
    keywords: ['henkilötunnus', 'henkilotunnus', 'hetu', 'personbeteckning', 'personal identity code', 'personal_identity_code'],
    source: 'https://dvv.fi/en/personal-identity-code',
  },
  {
    name: 'fr-nir',
    description: 'Numéro d’inscription au répertoire: 13 digits and a key',
    regex: '\\b[1-478] ?\\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\\d) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3}(?: ?\\d{2})?\\b',
    keywords: [
      'numéro de sécurité sociale', 'numero de securite sociale', 'sécurité sociale', 'securite sociale', 'n° de sécurité sociale', 'nir', 'nss', 'numéro insee', 'insee',
      'carte vitale', 'social security number',
    ],
    source: 'https://www.insee.fr/fr/metadonnees/definition/c1409; décret n° 82-103',
  },
  {
    name: 'ie-pps-number',
    description: 'PPS number: 7 digits, a check letter, and one more letter since 2013',
    regex: '\\b\\d{7}[A-W][ABHWTX]?\\b',
    keywords: ['pps number', 'ppsn', 'pps no', 'pps_number', 'personal public service', 'rsi number'],
    source: 'https://www.gov.ie/en/department-of-social-protection, Personal Public Service number; Social Welfare Consolidation Act 2005 s. 262',
  },
  {
    name: 'it-codice-fiscale',
    description: 'Codice fiscale: 16 letters and digits, letters may stand for digits',
    regex: '(?i)\\b[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\\b',
    source: 'DM 23 dicembre 1976 n. 13813; https://www.agenziaentrate.gov.it, codice fiscale',
  },
  {
    name: 'nl-bsn',
    description: 'Burgerservicenummer: 9 digits',
    regex: '\\b\\d{4}[. ]?\\d{2}[. ]?\\d{3}\\b',
    keywords: ['bsn', 'burgerservicenummer', 'burger service nummer', 'sofinummer', 'sofi-nummer', 'citizen service number'],
    source: 'Wet algemene bepalingen burgerservicenummer; https://www.rvig.nl/burgerservicenummer',
  },
  {
    name: 'pl-pesel',
    description: 'PESEL: 11 digits, the month tells the century',
    regex: '\\b\\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\\d|3[01])\\d{5}\\b',
    keywords: ['pesel', 'numer pesel', 'nr pesel', 'pesel_number'],
    source: 'https://www.gov.pl/web/gov/czym-jest-numer-pesel',
  },
  {
    name: 'pt-nif',
    description: 'Número de identificação fiscal of a person: 9 digits',
    regex: '\\b(?:[123]\\d|45)\\d{7}\\b',
    keywords: ['nif', 'número de identificação fiscal', 'numero de identificacao fiscal', 'contribuinte', 'número de contribuinte', 'tax id', 'tax_id'],
    source: 'Decreto-Lei n.º 14/2013; https://www.portaldasfinancas.gov.pt',
  },
  {
    name: 'ro-cnp',
    description: 'Cod numeric personal: 13 digits',
    regex: '\\b[1-9]\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])\\d{6}\\b',
    keywords: ['cnp', 'cod numeric personal', 'codul numeric personal', 'personal numeric code'],
    source: 'Legea nr. 105/1996; OUG nr. 97/2005',
  },
  {
    name: 'se-personal-number',
    description: 'Personnummer: date of birth and 4 digits',
    regex: '\\b(?:(?:19|20)\\d{2}|\\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[1-8]\\d|9[01])[-+]?\\d{4}\\b',
    keywords: ['personnummer', 'personnr', 'personal number', 'personal identity number', 'samordningsnummer', 'födelsenummer'],
    source: 'Folkbokföringslag (1991:481) § 18; https://www.skatteverket.se, personnummer',
  },
];
