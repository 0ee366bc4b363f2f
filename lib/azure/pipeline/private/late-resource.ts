import type { Construct } from 'constructs';
import { AzapiResource } from '../../azapi';
import type { AzapiResourceProps, Json } from '../../azapi';

/**
 * A resource whose request is known when all that belongs to it is there. It is no token, since cdktf takes no override inside of one.
 */
export class LateResource extends AzapiResource {
  constructor(scope: Construct, id: string, props: Omit<AzapiResourceProps, 'body'>, private readonly produce: () => Json) {
    super(scope, id, { ...props, body: {} });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...super.synthesizeAttributes(), body: this.produce() };
  }
}
