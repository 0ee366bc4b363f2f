import type { IDataStore } from '../storage/data-store';

/** What a step writes. */
export class Output {
  /** Folders by name. */
  public static named(...names: string[]): Output[] {
    return names.map((name) => new Output(name, 'uri_folder'));
  }

  /** A folder. */
  public static of(name: string): Output {
    return new Output(name, 'uri_folder');
  }

  /** A file. */
  public static file(name: string): Output {
    return new Output(name, 'uri_file');
  }

  /** A folder with an `MLTable` file in it, as AutoML reads data. */
  public static table(name: string): Output {
    return new Output(name, 'mltable');
  }

  /** A model of any kind; it goes to the workspace's models. */
  public static model(name: string): Output {
    return new Output(name, 'custom_model');
  }

  /** A model as MLflow writes it; it goes to the workspace's models. */
  public static mlflowModel(name: string): Output {
    return new Output(name, 'mlflow_model');
  }

  private constructor(
    /** Its name: code knows it by that, as do later steps. */
    public readonly name: string,
    /** Its type, as Azure ML calls it. */
    public readonly type: string,
    /** The store it goes to, if not the workspace's. */
    public readonly store?: IDataStore,
    /** The folder in the store, if not one of the run's own. */
    public readonly folder?: string,
  ) {
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) {
      throw new Error(`output name '${String(name)}' is not usable: give 1 to 63 letters, digits or '_', not beginning with a digit`);
    }
    if (folder !== undefined && (folder.startsWith('/') || folder.includes('://'))) {
      throw new Error(`output '${name}' goes to folder '${folder}': give one inside the store, such as 'features/', or none for one of the run's own`);
    }
  }

  /** Whether it is a model. */
  public get isModel(): boolean {
    return this.type.endsWith('_model');
  }

  /**
   * The same output, kept in another store.
   *
   * @param store where it goes
   * @param folder in which it lies, written over by each run; without one, one of the pipeline, the step, the output and the run
   */
  public inStore(store: IDataStore, folder?: string): Output {
    return new Output(this.name, this.type, store, folder);
  }

  /** @internal The same output under another name. */
  public _renamed(name: string): Output {
    return new Output(name, this.type, this.store, this.folder);
  }
}
