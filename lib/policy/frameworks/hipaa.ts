import { Control } from '../control';
import type { FrameworkProps } from '../framework';

export const HIPAA: FrameworkProps = {
  name: 'HIPAA',
  title: 'Regulation (EU) 2016/679 (General Data Protection Regulation)',
  url: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
  erasureDuty: true,
  requirements: [
    { id: 'Art.32(1)(a)', citation: 'HIPAA Art. 32(1)(a)', title: 'pseudonymisation and encryption of personal data', controls: [Control.ENCRYPTION_AT_REST] },
  ],
};
