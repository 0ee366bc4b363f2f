import { nearest, shown } from './given';

/** ISO 3166-1 alpha-2 codes of the member states of the European Union. */
const EU = ['AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'];

/**
 * Where a law reaches: a set of countries, by their ISO 3166-1 codes, and, where a cloud has a partition of its own
 * for it, that partition.
 */
export class Jurisdiction {
  /** The European Union. */
  public static readonly EU = new Jurisdiction('EU', EU);
  /** The European Economic Area: the Union, Iceland, Liechtenstein, Norway. */
  public static readonly EEA = new Jurisdiction('EEA', [...EU, 'IS', 'LI', 'NO']);
  /** The United Kingdom. */
  public static readonly UK = new Jurisdiction('UK', ['GB']);
  /** Switzerland. */
  public static readonly SWITZERLAND = new Jurisdiction('CH', ['CH']);
  /** The United States, commercial and government regions. */
  public static readonly US = new Jurisdiction('US', ['US']);
  /** Government regions of the United States only. */
  public static readonly US_GOV = new Jurisdiction('US-GOV', ['US'], ['aws-us-gov', 'azure-us-gov']);
  /** The European Sovereign Cloud partition only. */
  public static readonly EU_SOVEREIGN = new Jurisdiction('EU-SOVEREIGN', EU, ['aws-eusc']);
  /** Canada. */
  public static readonly CANADA = new Jurisdiction('CA', ['CA']);
  /** Australia. */
  public static readonly AUSTRALIA = new Jurisdiction('AU', ['AU']);
  /** Japan. */
  public static readonly JAPAN = new Jurisdiction('JP', ['JP']);
  /** India. */
  public static readonly INDIA = new Jurisdiction('IN', ['IN']);
  /** Mainland China, whose regions stand in partitions of their own. */
  public static readonly CHINA = new Jurisdiction('CN', ['CN'], ['aws-cn', 'azure-cn']);

  /** The jurisdictions that have a name here; any country is one as well. */
  public static all(): Jurisdiction[] {
    return [
      Jurisdiction.EU, Jurisdiction.EEA, Jurisdiction.UK, Jurisdiction.SWITZERLAND, Jurisdiction.US, Jurisdiction.US_GOV, Jurisdiction.EU_SOVEREIGN,
      Jurisdiction.CANADA, Jurisdiction.AUSTRALIA, Jurisdiction.JAPAN, Jurisdiction.INDIA, Jurisdiction.CHINA,
    ];
  }

  /**
   * The jurisdiction of this name, as files hold it.
   *
   * @param name such as `EU`, `US-GOV`, or the ISO 3166-1 alpha-2 code of a country
   * @throws an error that lists the names when there is none
   */
  public static named(name: string): Jurisdiction {
    const wanted = typeof name === 'string' ? name.toUpperCase() : '';
    const found = Jurisdiction.all().find((candidate) => candidate.name === wanted);
    if (found) return found;
    if (/^[A-Z]{2}$/.test(wanted)) return Jurisdiction.country(wanted);
    const names = Jurisdiction.all().map((candidate) => candidate.name);
    const meant = nearest(wanted, names, 1);
    throw new Error(`unknown jurisdiction ${shown(name)}: ${meant.length > 0 ? `did you mean '${meant[0]}'? ` : ''}use one of ${names.join(', ')}, or the two letters of a country, such as 'DE'`);
  }

  /**
   * One country.
   *
   * @param code ISO 3166-1 alpha-2, such as `DE`
   * @throws an error that names the value when it has another form
   */
  public static country(code: string): Jurisdiction {
    if (typeof code !== 'string' || !/^[A-Z]{2}$/.test(code)) {
      throw new Error(`country ${shown(code)} is no ISO 3166-1 alpha-2 code: give two capital letters, such as 'DE'`);
    }
    return new Jurisdiction(code, [code]);
  }

  private constructor(
    /** Short name, such as `EU`. */
    public readonly name: string,
    /** ISO 3166-1 alpha-2 codes. */
    public readonly countries: string[],
    /** The partitions it is limited to; empty when any partition will do. */
    public readonly partitions: string[] = [],
  ) {}

  /** The name. */
  public toString(): string {
    return this.name;
  }
}
