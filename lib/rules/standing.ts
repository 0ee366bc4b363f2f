import type { Decisions, Known } from './decisions';
import type { Scope } from './resolve';

// a template that nests conditions in all orders would never end: what more stands under is told as if it stood under fewer
const MOST_SCOPES = 1000;

/** The scopes of what stands under conditions of a template: one for all of which the same is known. */
export class Standing {
  private readonly made = new Map<string, Scope>();
  private parent?: Standing;

  /** @param whole the scope of the template, which is told what stands under its conditions */
  constructor(private readonly whole: Scope, private readonly decisions: Decisions) {
    whole.under = this.under(decisions.everywhere);
  }

  /** Takes the stack around a nested one, and gives its scope, as it is where the nested one is there. */
  public within(parent: Standing): Scope {
    this.parent = parent;
    return parent.at(this.decisions.everywhere);
  }

  /** Of what is there on a condition. */
  public on(condition: string | undefined): Scope {
    return condition === undefined ? this.whole : this.whole.under!(condition, true) ?? this.whole;
  }

  private under(known: Known): NonNullable<Scope['under']> {
    const found = new Map<string, Scope | undefined>();
    return (condition, holds) => {
      const key = `${holds} ${condition}`;
      if (!found.has(key)) {
        const more = this.decisions.under(known, condition, holds);
        found.set(key, more && this.at(more));
      }
      return found.get(key);
    };
  }

  private at(known: Known): Scope {
    if (known.size === 0) return this.whole;
    const key = [...known].map(([about, values]) => `${about}${values.toString()}`).sort().join('\u0000');
    let scope = this.made.get(key);
    if (!scope) {
      if (this.made.size >= MOST_SCOPES) return this.whole;
      const { whole, decisions, parent } = this;
      this.made.set(key, scope = {
        ...whole, whole,
        possible: (name) => decisions.possible(name, known),
        under: this.under(known),
        ...(whole.parent && parent ? { parent: { scope: parent.at(known), given: whole.parent.given } } : {}),
      });
    }
    return scope;
  }
}
