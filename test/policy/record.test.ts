import { Answer } from '../../lib/policy';
import { answersOf, byAcceptance, type AnswerRecord } from '../../lib/policy/record';

const said = (rule: string, subjects: number[], rest: Partial<AnswerRecord> = {}): AnswerRecord => ({ rule, answer: Answer.NON_COMPLIANT, location: 'Properties.A', subjects, ...rest });

describe('answers one by one', () => {
  test('stand in the order of subjects, whatever was said of them, one rule after the other', () => {
    const answers = [
      said('First', [1, 4]), said('First', [0, 4], { location: 'Properties.B' }), said('First', [2, 4], { detail: 'of its own' }), said('Second', [3]), said('Second', [0], { answer: Answer.COMPLIANT }),
    ];
    expect([...answersOf({ answers })].map(({ rule, subject, location, detail }) => `${rule} ${subject} ${location}${detail ? ` ${detail}` : ''}`)).toEqual([
      'First 0 Properties.B', 'First 1 Properties.A', 'First 2 Properties.A of its own', 'First 4 Properties.A', 'First 4 Properties.A of its own', 'First 4 Properties.B', 'Second 0 Properties.A', 'Second 3 Properties.A',
    ]);
  });

  test('are all there where a rule comes twice, and none where there is none', () => {
    expect([...answersOf({ answers: [said('First', [1]), said('Second', [1]), said('First', [0])] })].map(({ rule, subject }) => `${rule} ${subject}`)).toEqual(['First 1', 'Second 1', 'First 0']);
    expect([...answersOf({ answers: [] })]).toEqual([]);
  });
});

describe('an answer by what accepts it', () => {
  test('is one for each that accepts it, and one for what nothing accepts', () => {
    const accepted = new Map([[1, 7], [2, 0], [4, 7]]);
    expect(byAcceptance(said('First', [0, 1, 2, 3, 4]), (subject) => accepted.get(subject))).toEqual([
      said('First', [0, 3]), { ...said('First', [1, 4]), accepted: 7 }, { ...said('First', [2]), accepted: 0 },
    ]);
  });

  test('loses what accepted it before', () => {
    const [answer] = byAcceptance(said('First', [0], { accepted: 3 }), () => undefined);
    expect(answer).not.toHaveProperty('accepted');
  });
});
