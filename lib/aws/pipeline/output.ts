import { IDataStore } from '../storage/data-store';

/** What a processing step writes. */
export class Output {
  /** Outputs by name, each written below `/opt/ml/processing/output/<name>`. */
  public static named(...names: string[]): Output[] {
    return names.map((name) => new Output(name));
  }

  /** One output. */
  public static of(name: string): Output {
    return new Output(name);
  }

  /**
   * An output with a JSON file in it that conditions and other steps read values from.
   *
   * @param name of the output, and of the property file
   * @param file path of the file inside the output, such as `evaluation.json`
   */
  public static propertyFile(name: string, file: string): Output {
    if (file === '' || file.startsWith('/')) throw new Error(`property file path '${file}' of output '${name}' is not usable: give a path inside the output, such as 'evaluation.json'`);
    return new Output(name, file);
  }

  private constructor(
    /** Its name. */
    public readonly name: string,
    /** Path of the property file inside the output, if it has one. */
    public readonly file?: string,
    /** Where the container writes it. */
    public readonly path: string = `/opt/ml/processing/output/${name}`,
    /** The store it goes to, if not the workspace's. */
    public readonly store?: IDataStore,
    /** The prefix in the store, if not one of the step's own. */
    public readonly prefix?: string,
  ) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) {
      throw new Error(`output name '${name}' is not usable: give 1 to 63 letters, digits, '-' or '_', beginning with a letter or digit`);
    }
    if (!path.startsWith('/opt/ml/processing/') && !path.includes('${Token[')) {
      throw new Error(`output '${name}' is written to '${path}': SageMaker collects outputs below /opt/ml/processing/ only, so give a path there`);
    }
  }

  /**
   * The same output, written elsewhere in the container.
   *
   * @param path below `/opt/ml/processing/`
   */
  public at(path: string): Output {
    return new Output(this.name, this.file, path, this.store, this.prefix);
  }

  /**
   * The same output, kept in another store.
   *
   * @param store where it goes
   * @param prefix below which it goes; without one, one of the pipeline, the step, the output and the run
   */
  public inStore(store: IDataStore, prefix?: string): Output {
    return new Output(this.name, this.file, this.path, store, prefix);
  }
}
