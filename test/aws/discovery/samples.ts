const digits = (text: string): number[] => [...text.replace(/\D/g, '')].map(Number);
const weighted = (numbers: number[], weights: number[]): number => weights.reduce((sum, weight, i) => sum + weight * numbers[i], 0);
const luhn = (numbers: number[]): boolean => numbers.reverse()
  .reduce((sum, digit, i) => sum + (i % 2 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit), 0) % 10 === 0;
const mod97 = (text: string): number => [...text].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0);

/** Texts that a preset must find, and such that look alike. */
export interface Samples {
  readonly valid: string[];
  readonly invalid: string[];
  /** Computes the check digit. */
  readonly check?: (sample: string) => boolean;
}

/** Samples the issuers or encyclopaedias publish; where there is a check digit, it is computed here, so that no sample is invented. */
export const SAMPLES: Record<string, Samples> = {
  'medical-record-number': { valid: ['123456', 'MRN-00123456', '123-45-678', 'mrn: 1234567'], invalid: ['1234', '12345678901234', 'ABCDEF'] },
  'iban': {
    valid: ['GB29 NWBK 6016 1331 9268 19', 'DE89370400440532013000', 'FR14 2004 1010 0505 0001 3M02 606', 'NL91 ABNA 0417 1643 00', 'NO9386011117947',
      'MT84MALT011000012345MTLCAST001S', 'LC55HEMM000100010012001200023015', 'BE68 5390 0754 7034'],
    invalid: ['DE8', '89370400440532013000', 'G829NWBK60161331926819', 'GB29NWBK'],
    check: (sample) => {
      const bare = sample.replace(/ /g, '');
      return mod97([...`${bare.slice(4)}${bare.slice(0, 4)}`].map((c) => parseInt(c, 36).toString()).join('')) === 1;
    },
  },
  'uk-nhs-number': {
    valid: ['943 476 5919', '9434765919', '401-023-2137'],
    invalid: ['943 476 591', '94347659190', '94 3476 5919'],
    check: (sample) => {
      const numbers = digits(sample);
      return (11 - weighted(numbers, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 === numbers[9];
    },
  },
  'uk-national-insurance-number': { valid: ['AB123456C', 'AB 12 34 56 C', 'jg103759a'], invalid: ['QQ123456C', 'AO123456C', 'AB123456E', 'AB12345C'] },
  'de-tax-id': {
    valid: ['86095742719', '86 095 742 719', '36574261809', '65929970489'],
    invalid: ['06095742719', '8609574271', '860957427190'],
    check: (sample) => {
      const numbers = digits(sample);
      const product = numbers.slice(0, 10).reduce((carry, digit) => ((((digit + carry) % 10) || 10) * 2) % 11, 10);
      return (11 - product) % 10 === numbers[10];
    },
  },
  'de-health-insurance-number': {
    valid: ['A123456780', 'M105758188'],
    invalid: ['a123456780', 'A12345678', '1123456780', 'AB23456780'],
    check: (sample) => {
      const numbers = digits(`${String(sample.charCodeAt(0) - 64).padStart(2, '0')}${sample.slice(1)}`);
      const sum = numbers.slice(0, 10).map((digit, i) => digit * (i % 2 + 1)).reduce((total, product) => total + Math.floor(product / 10) + product % 10, 0);
      return sum % 10 === numbers[10];
    },
  },
  'at-social-insurance-number': {
    valid: ['1237010180', '1237 010180'],
    invalid: ['0237010180', '1237400180', '123701018'],
    check: (sample) => {
      const numbers = digits(sample);
      return weighted(numbers, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === numbers[3];
    },
  },
  'be-national-number': {
    valid: ['85.07.30-033.28', '85073003328', '93.05.18-223.61'],
    invalid: ['85.97.30-033.28', '85.07.40-033.28', '850730033'],
    check: (sample) => {
      const bare = sample.replace(/\D/g, '');
      return 97 - Number(bare.slice(0, 9)) % 97 === Number(bare.slice(9));
    },
  },
  'dk-cpr-number': {
    valid: ['070761-4285', '0707614285'],
    invalid: ['320761-4285', '071361-4285', '07076-4285'],
    check: (sample) => weighted(digits(sample), [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  },
  'es-dni-nie': {
    valid: ['12345678Z', '12345678-Z', 'X1234567L'],
    invalid: ['12345678I', '1234567Z', 'W1234567L', '12345678U'],
    check: (sample) => {
      const bare = sample.replace(/[ -]/g, '');
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(bare.slice(0, -1).replace(/[XYZ]/, (c) => String('XYZ'.indexOf(c)))) % 23] === bare.slice(-1);
    },
  },
  'fi-personal-identity-code': {
    valid: ['131052-308T', '010594Y9032'],
    invalid: ['131052-308G', '321052-308T', '131352-308T', '131052/308T'],
    check: (sample) => '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${sample.slice(0, 6)}${sample.slice(7, 10)}`) % 31] === sample[10],
  },
  'fr-nir': {
    valid: ['2 55 08 14 168 025 38', '255081416802538', '2 69 05 49 588 157 80'],
    invalid: ['5 55 08 14 168 025 38', '2 55 00 14 168 025 38', '25508141680'],
    check: (sample) => {
      const bare = sample.replace(/ /g, '');
      return 97 - mod97(bare.slice(0, 13)) === Number(bare.slice(13));
    },
  },
  'ie-pps-number': {
    valid: ['1234567T', '1234567FA', '6433435OA'],
    invalid: ['123456T', '1234567Z', '12345678T', '1234567TQ'],
    check: (sample) => {
      const second = sample[8] === undefined ? 0 : 'WABCDEFGHI'.indexOf(sample[8]);
      return 'WABCDEFGHIJKLMNOPQRSTUV'[(weighted(digits(sample), [8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23] === sample[7];
    },
  },
  'it-codice-fiscale': {
    valid: ['RSSMRA85T10A562S', 'MRTMTT25D09F205Z', 'rssmra85t10a562s'],
    invalid: ['RSSMRA85F10A562S', 'RSSMRA85T10A562', 'RSSM1A85T10A562S'],
    check: (sample) => {
      const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
      const value = (c: string): number => (/\d/.test(c) ? Number(c) : c.charCodeAt(0) - 65);
      const sum = [...sample.toUpperCase().slice(0, 15)].reduce((total, c, i) => total + (i % 2 ? value(c) : odd[value(c)]), 0);
      return String.fromCharCode(65 + sum % 26) === sample.toUpperCase()[15];
    },
  },
  'nl-bsn': {
    valid: ['111222333', '123456782', '1112.22.333'],
    invalid: ['11122233', '1112223334', '111-222-333'],
    check: (sample) => weighted(digits(sample), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  },
  'pl-pesel': {
    valid: ['44051401359', '02070803628'],
    invalid: ['44001401359', '44053901359', '4405140135'],
    check: (sample) => (10 - weighted(digits(sample), [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10 === digits(sample)[10],
  },
  'pt-nif': {
    valid: ['123456789', '299999998'],
    invalid: ['023456789', '12345678', '501442600'],
    check: (sample) => {
      const rest = weighted(digits(sample), [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest < 2 ? 0 : 11 - rest) === digits(sample)[8];
    },
  },
  'ro-cnp': {
    valid: ['1630615123457', '1800101221144'],
    invalid: ['0630615123457', '1631315123457', '163061512345'],
    check: (sample) => {
      const rest = weighted(digits(sample), [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
      return (rest === 10 ? 1 : rest) === digits(sample)[12];
    },
  },
  'se-personal-number': {
    valid: ['811218-9876', '8112189876', '19811218-9876', '670919-9530'],
    invalid: ['811318-9876', '811200-9876', '811218/9876'],
    check: (sample) => luhn(digits(sample).slice(-10)),
  },
};
