import { RANK, type Entries, type Entry } from '../../runtime/consent/entry';
import { Refused } from '../../runtime/consent/fault';

/** What people said, in the memory of this process: each entry has the place that it has in the table of the cloud, and is written once. */
export class MemoryEntries implements Entries {
  private readonly together = new Map<string, Map<string, Entry>>();

  public async append(entry: Entry): Promise<boolean> {
    const { subject, purpose, at, say, receipt, until } = entry;
    const about = JSON.stringify([subject, purpose]);
    const entries = this.together.get(about) ?? new Map<string, Entry>();
    this.together.set(about, entries);
    const place = `${at}#${RANK[say]}#${receipt}`;
    const other = entries.get(place);
    if (other && other.until !== until) throw new Refused('contradicts-entry');
    if (!other) entries.set(place, entry);
    return !other;
  }

  public async readAll(visit: (entries: readonly Entry[]) => void): Promise<void> {
    for (const entries of this.together.values()) visit([...entries.values()]);
  }
}
