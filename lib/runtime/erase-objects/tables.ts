import { hasAny, type Version } from './versions';

/** What lies beside the files of a table, below its folder: other files say how long each of them is and who is in it. */
const MARKS: readonly { readonly name: string; readonly is?: RegExp }[] = [
  { name: '_delta_log/' }, { name: '.hoodie/' }, { name: 'metadata/', is: /\.(metadata\.json|avro)$/ }, { name: '_metadata', is: /(^|\/)_metadata$/ },
];

/** Tells which folders below a prefix are tables of Delta Lake, Hudi or Iceberg, or have a summary of their files: a file written anew there breaks the table. */
export class Tables {
  private readonly known = new Map<string, Promise<boolean>>();

  public constructor(private readonly prefix: string) {}

  /** Whether a file is of a table, as far as can be seen below the prefix. */
  public async have({ bucket, key }: Version): Promise<boolean> {
    const names = key.slice(this.prefix.length).split('/').slice(0, -1);
    for (let depth = 0; depth <= names.length; depth++) {
      if (await this.isTable(bucket, this.prefix + names.slice(0, depth).map((name) => `${name}/`).join(''))) return true;
    }
    return false;
  }

  private async isTable(bucket: string, folder: string): Promise<boolean> {
    const found = this.known.get(`${bucket}/${folder}`) ?? this.look(bucket, folder);
    this.known.set(`${bucket}/${folder}`, found);
    return found;
  }

  private async look(bucket: string, folder: string): Promise<boolean> {
    const found = await Promise.all(MARKS.map(async ({ name, is }) => hasAny(bucket, folder + name, (key) => is?.test(key) ?? true)));
    return found.includes(true);
  }
}
