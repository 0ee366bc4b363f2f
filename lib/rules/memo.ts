import type { Resource } from './resource';
import type { Verdict } from './verdict';

/** What a rule asks of a resource: the path of a property, or what follows from more than its properties. */
export type Question = string | ((resource: Resource) => unknown);

/** What a rule has asked of one resource, in order, and what it was told. */
export class Dialogue {
  public readonly turns: { readonly question: Question; readonly told: unknown }[] = [];
  /** Set when it looked at what only this resource has: what it says from there on is about nothing else. */
  public isPersonal = false;

  /** Takes a turn, unless it is known already. */
  public add(question: Question, told: unknown): void {
    if (!this.isPersonal && !this.turns.some((turn) => turn.question === question)) this.turns.push({ question, told });
  }
}

/** A point in what a rule asks: it is pure, so after the same answers it asks the same next, or says the same. */
class Turn {
  public question?: Question;
  public verdict?: Verdict | readonly Verdict[];
  /** Set where it has to be asked each time. */
  public isPersonal = false;
  public next = new Map<unknown, Turn>();
  public passed = 0;
}

// where most answers are new, to keep them costs more than to ask
const FEW = 24;

/**
 * What one rule has said of resources of one type. Of a resource that would tell it what another one has told, the verdict is known; an app has thousands
 * of resources, and most are like others in the few things that a rule looks at.
 */
export class Memo {
  private readonly first = new Turn();

  /** What the rule says of a resource. */
  public verdictOf(resource: Resource, check: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
    if (!resource.isComparable) return check();
    let turn = this.first;
    while (turn.question !== undefined && !turn.isPersonal) {
      const next = turn.next.get(resource.tell(turn.question));
      if (!next) break;
      turn.passed += 1;
      turn = next;
    }
    if (turn.verdict) return turn.verdict;
    return turn.isPersonal ? check() : this.ask(resource, check);
  }

  private ask(resource: Resource, check: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
    const dialogue = new Dialogue();
    const verdict = resource.during(dialogue, check);
    let turn = this.first;
    for (const { question, told } of dialogue.turns) {
      // a rule that asks something else after the same answers is not pure
      if (turn.isPersonal || turn.verdict || (turn.question ?? question) !== question) {
        turn.isPersonal = true;
        turn.verdict = undefined;
        return verdict;
      }
      turn.question = question;
      let next = turn.next.get(told);
      if (!next) {
        if (turn.next.size >= FEW && turn.passed < 2 * turn.next.size) {
          turn.isPersonal = true;
          turn.next = new Map();
          return verdict;
        }
        turn.next.set(told, next = new Turn());
      }
      turn = next;
    }
    if (dialogue.isPersonal || turn.question !== undefined) turn.isPersonal = true;
    else turn.verdict = verdict;
    return verdict;
  }
}
