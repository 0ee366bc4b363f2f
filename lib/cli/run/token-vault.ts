import { StepSkipped } from './step-kind';

/**
 * Passes for a program that asks no token vault. Tokens are made and kept in the cloud; none is made in their place here, which somebody could take for one.
 *
 * @throws StepSkipped with what to do instead
 */
export function withoutVault(args: readonly string[]): void {
  if (!args.includes('--token-vault')) return;
  throw new StepSkipped('it takes tokens of a vault, and no vault is asked from this machine: run it in the cloud, or give it here a plan with Technique.pseudonym() in the place of Technique.token()');
}
