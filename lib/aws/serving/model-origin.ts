/** Where a served model comes from. */
export enum ModelOrigin {
  /** An image and an artifact. */
  ARTIFACT = 'artifact',
  /** A given package. */
  PACKAGE = 'package',
  /** Whatever a group has approved last. */
  REGISTRY = 'registry',
}
