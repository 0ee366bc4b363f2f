/** A finding's rule and place. */
export interface Place {
  /** Id of the finding. */
  readonly rule: string;
  readonly path: string;
  readonly step?: string;
  readonly location: string;
}

/** Path of a property without the places in lists, which move when somebody adds an item. */
export function settled(location: string): string {
  return location.replace(/\.\d+(?=\.|$)/g, '.*');
}

/** What tells one finding from another, from run to run: no line, no digest, no words. Several findings may share one. */
export function fingerprint({ rule, path, step, location }: Place): string {
  return JSON.stringify([rule, path, step ?? '', settled(location)]);
}
