import { checkRetention } from '../../policy/given';
import type { Retention } from '../../policy/retention';

/** Keeps everything in a container from being changed or deleted for a time after it was written. */
export class Immutability {
  /** For a time that administrators may shorten or end. */
  public static unlocked(retention: Retention): Immutability {
    return new Immutability(retention, false);
  }

  /** For a time that nobody can shorten, Microsoft neither; nor can the container or its account be deleted before. */
  public static locked(retention: Retention): Immutability {
    return new Immutability(retention, true);
  }

  private constructor(
    /** For how long. */
    public readonly retention: Retention,
    /** Whether it can never be shortened. */
    public readonly isLocked: boolean,
  ) {
    checkRetention('the time of an immutability', retention ?? (null as never));
  }
}
