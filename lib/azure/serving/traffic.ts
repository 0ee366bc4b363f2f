import { isRecord, shown } from '../../policy/given';

/** Which deployment of an endpoint answers which share of the requests. */
export class Traffic {
  /** All requests go to one deployment. */
  public static all(deployment: string): Traffic {
    return Traffic.split({ [deployment]: 100 });
  }

  /**
   * Shares by deployment.
   *
   * @param percent whole numbers that add up to 100, such as `{ blue: 90, green: 10 }`
   */
  public static split(percent: { [deployment: string]: number }): Traffic {
    if (!isRecord(percent)) throw new Error(`the traffic is ${shown(percent)}: give percentages by deployment, such as { blue: 90, green: 10 }`);
    for (const [name, share] of Object.entries(percent)) checkShare(name, share, 100);
    const sum = Object.values(percent).reduce((all, share) => all + share, 0);
    if (sum !== 100) throw new Error(`the traffic adds up to ${sum} percent: let the shares of all deployments be 100 together`);
    return new Traffic({ ...percent }, {});
  }

  private constructor(
    /** @internal */
    public readonly _shares: Readonly<Record<string, number>>,
    /** @internal */
    public readonly _mirrored: Readonly<Record<string, number>>,
  ) {}

  /**
   * Copies some of the requests to a deployment whose answers nobody gets, which tries it out on what is really asked.
   *
   * @param percent at most 50
   */
  public mirroredTo(deployment: string, percent: number): Traffic {
    checkShare(deployment, percent, 50);
    if ((this._shares[deployment] ?? 0) > 0) throw new Error(`deployment '${deployment}' answers requests and is to get copies of them: give it one of both`);
    return new Traffic(this._shares, { [deployment]: percent });
  }

  /** @internal Names of the deployments. */
  public get _deployments(): string[] {
    return [...Object.keys(this._shares), ...Object.keys(this._mirrored)];
  }
}

function checkShare(name: string, share: number, most: number): void {
  if (!Number.isInteger(share) || share < 0 || share > most) throw new Error(`a share of ${shown(share)} for deployment '${name}' is not possible: give a whole number from 0 to ${most}`);
}
