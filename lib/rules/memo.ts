import type { Resource } from './resource';

/** What a rule asks of a resource: the path of a property, or what follows from more than its properties. */
export type Question = string | ((resource: Resource) => unknown);

/** What a rule has asked of one resource, in order, and what it was told. */
export class Dialogue {
  public readonly turns: { readonly question: Question; readonly told: unknown }[] = [];
  /** Set when it looked at what only this resource has: what it says from there on is about nothing else. */
  public isPersonal = false;
  /** What it asked for that is more than the resource itself says. */
  public readonly beyond: Question[] = [];

  /** @param isKept whether what is said is compared with what others say */
  constructor(private readonly isKept = true) {}

  /** Takes a turn, unless it is known already. */
  public add(question: Question, told: unknown, isBeyond = false): void {
    if (isBeyond && !this.beyond.includes(question)) this.beyond.push(question);
    if (this.isKept && !this.isPersonal && !this.turns.some((turn) => turn.question === question)) this.turns.push({ question, told });
  }
}

/** What was worked out. */
export interface Outcome<T> {
  readonly value: T;
  /** What was asked that is more than the resource itself says: where the answers are the same, so is the outcome. */
  readonly beyond: readonly Question[];
  /** Set where it follows from more than was asked. */
  readonly isPersonal: boolean;
}

/** A point in what is asked: whoever is pure asks the same next after the same answers, or comes to the same. */
class Turn<T> {
  public question?: Question;
  public outcome?: Outcome<T>;
  /** Set where it has to be worked out each time. */
  public isPersonal = false;
  public next = new Map<unknown, Turn<T>>();
  public passed = 0;
}

// where most answers are new, to keep them costs more than to ask
const FEW = 24;

/**
 * What was worked out of resources of one type. Of a resource that would tell what another one has told, it is known; an app has thousands of resources,
 * and most are like others in the few things that a rule looks at.
 */
export class Memo<T> {
  private readonly first = new Turn<T>();

  /** @param work pure, and about this resource */
  public of(resource: Resource, work: (resource: Resource) => T): T {
    const known = this.known(resource);
    if (known instanceof Turn) return known.isPersonal ? work(resource) : this.ask(resource, work).value;
    return known ? known.value : work(resource);
  }

  /** The same, with what it follows from beside what the resource itself says. */
  public outcomeOf(resource: Resource, work: (resource: Resource) => T): Outcome<T> {
    const known = this.known(resource);
    if (known instanceof Turn && !known.isPersonal) return this.ask(resource, work);
    if (known && !(known instanceof Turn)) return known;
    const dialogue = new Dialogue(false);
    const value = resource.during(dialogue, () => work(resource));
    return { value, beyond: dialogue.beyond, isPersonal: dialogue.isPersonal };
  }

  /** What a resource would come to, or how far it tells what others have told; undefined where it has to be asked by itself. */
  private known(resource: Resource): Outcome<T> | Turn<T> | undefined {
    const turn = resource.isComparable ? this.reached(resource) : undefined;
    return turn?.outcome ?? turn;
  }

  /** How far a resource tells what others have told; undefined where a question fails, which is for the work to meet. */
  private reached(resource: Resource): Turn<T> | undefined {
    let turn = this.first;
    try {
      while (turn.question !== undefined && !turn.isPersonal) {
        const next = turn.next.get(resource.tell(turn.question));
        if (!next) break;
        turn.passed += 1;
        turn = next;
      }
    } catch {
      return undefined;
    }
    return turn;
  }

  private ask(resource: Resource, work: (resource: Resource) => T): Outcome<T> {
    const dialogue = new Dialogue();
    const value = resource.during(dialogue, () => work(resource));
    const outcome = { value, beyond: dialogue.beyond, isPersonal: dialogue.isPersonal };
    let turn = this.first;
    for (const { question, told } of dialogue.turns) {
      // whoever asks something else after the same answers is not pure
      if (turn.isPersonal || turn.outcome || (turn.question ?? question) !== question) {
        turn.isPersonal = true;
        turn.outcome = undefined;
        return outcome;
      }
      turn.question = question;
      let next = turn.next.get(told);
      if (!next) {
        if (turn.next.size >= FEW && turn.passed < 2 * turn.next.size) {
          turn.isPersonal = true;
          turn.next = new Map();
          return outcome;
        }
        turn.next.set(told, next = new Turn());
      }
      turn = next;
    }
    if (dialogue.isPersonal || turn.question !== undefined) turn.isPersonal = true;
    else turn.outcome = outcome;
    return outcome;
  }
}

/** The same for resources of any type. To a rule it is one question, whatever it was worked out from. */
export class Memos<T> {
  private readonly byType = new Map<string, Memo<T>>();

  private readonly question = (resource: Resource): T => {
    let memo = this.byType.get(resource.type);
    if (!memo) this.byType.set(resource.type, memo = new Memo());
    return memo.of(resource, this.work);
  };

  constructor(private readonly work: (resource: Resource) => T) {}

  public of(resource: Resource): T {
    return resource.ask(this.question);
  }
}
