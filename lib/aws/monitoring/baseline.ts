import { DataInput } from '../storage/data-input';

/** Files of a baseline. */
export interface BaselineFiles {
  /** What must hold: the `constraints.json`, or for bias and explainability the `analysis.json`. */
  readonly constraints: DataInput;
  /**
   * The `statistics.json`; data quality only.
   *
   * @default - none
   */
  readonly statistics?: DataInput;
}

/** What a monitor compares with. */
export class Baseline {
  /** Files that lie there already. */
  public static fromFiles(files: BaselineFiles): Baseline {
    return new Baseline(files, []);
  }

  /**
   * What the checks of the pipeline left with the version that is served (its drift-check baselines), so that each version is measured by its
   * own. Only for endpoints that follow a registry.
   *
   * @param locations where the pipeline keeps the baselines; by default where the checks of the app leave those of the group, or all that the steps
   *   of the workspace write when none is known
   */
  public static ofPackage(...locations: DataInput[]): Baseline {
    return new Baseline(undefined, locations);
  }

  /** @internal */
  public readonly _files?: BaselineFiles;
  /** @internal */
  public readonly _locations: DataInput[];

  private constructor(files: BaselineFiles | undefined, locations: DataInput[]) {
    this._files = files;
    this._locations = locations;
  }
}
