/** What a value can be as far as comparisons tell: some texts, or all but some. */
export class PossibleValues {
  public static readonly ALL = PossibleValues.except();

  public static only(...texts: string[]): PossibleValues {
    return new PossibleValues(new Set(texts), false);
  }

  public static except(...texts: string[]): PossibleValues {
    return new PossibleValues(new Set(texts), true);
  }

  private constructor(private readonly texts: ReadonlySet<string>, private readonly isOpen: boolean) {}

  /** All of them; undefined where they are all but some. */
  public get known(): readonly string[] | undefined {
    return this.isOpen ? undefined : [...this.texts];
  }

  public get isNone(): boolean {
    return !this.isOpen && this.texts.size === 0;
  }

  public get isAll(): boolean {
    return this.isOpen && this.texts.size === 0;
  }

  public admits(text: string): boolean {
    return this.texts.has(text) !== this.isOpen;
  }

  /** What both admit. */
  public and(other: PossibleValues): PossibleValues {
    if (this.isOpen && other.isOpen) return new PossibleValues(new Set([...this.texts, ...other.texts]), true);
    const [some, more] = this.isOpen ? [other, this] : [this, other];
    return new PossibleValues(new Set([...some.texts].filter((text) => more.admits(text))), false);
  }

  /** What one of them admits. */
  public or(other: PossibleValues): PossibleValues {
    return this.others.and(other.others).others;
  }

  private get others(): PossibleValues {
    return new PossibleValues(this.texts, !this.isOpen);
  }

  public toString(): string {
    return JSON.stringify([this.isOpen, ...[...this.texts].sort()]);
  }
}
