/** How an endpoint knows who asks. */
export class EndpointAuthentication {
  /** By Microsoft Entra: callers have an identity and a role, and sign-ins are logged. */
  public static entra(): EndpointAuthentication {
    return new EndpointAuthentication('AADToken');
  }

  /**
   * By a key that all callers share. It says nothing about who asked, does not expire and works for whoever finds it.
   *
   * @param reason why it has to be; it is recorded
   */
  public static key(reason: string): EndpointAuthentication {
    if (typeof reason !== 'string' || reason.trim().length < 10) throw new Error('an endpoint with keys takes the reason: say in a sentence why its callers cannot sign in with Microsoft Entra');
    return new EndpointAuthentication('Key', reason);
  }

  private constructor(
    /** @internal */
    public readonly _mode: string,
    /** @internal */
    public readonly _reason?: string,
  ) {}
}
