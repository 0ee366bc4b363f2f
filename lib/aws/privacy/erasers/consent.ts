import { Construct } from 'constructs';
import type { ConsentRegistry } from '../consent-registry';
import type { ConsentEraserProps } from '../eraser-props';
import { allowExport, BoundEraser, newEraserFunction, RightsGround } from '../rights-ground';
import { told } from './bound';

/** Copies what people said, and erases nothing. */
export function bindConsent(scope: Construct, ground: RightsGround, registry: ConsentRegistry, props: ConsentEraserProps): BoundEraser {
  const { path } = registry.node;
  const made = newEraserFunction(scope, 'Eraser', ground, { job: 'copy-consent', description: `Copies what people said in ${path}`, store: registry._records });
  registry._allowAsking(made);
  allowExport(made.role, ground);
  // that it is kept as proof, the registry says itself
  return { store: path, function: made.function, ...told(props), always: true, conflicts: [], accounts: [] };
}
