/** Who builds the network that computes are in; never both, since Azure ML takes either. */
export enum NetworkMode {
  /** Azure ML: a network of its own without a way out but to what was approved. */
  MANAGED = 'managed',
  /** The workspace: computes are in a subnet of it or of the user's. */
  OWN = 'own',
}
