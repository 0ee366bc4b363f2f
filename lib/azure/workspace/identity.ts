import type { IConstruct } from 'constructs';

/** A user-assigned managed identity. */
export interface IIdentity extends IConstruct {
  /** Its id, in Azure Resource Manager. */
  readonly identityId: string;
  /** Id of its service principal, which roles are assigned to. */
  readonly principalId: string;
  /** What a program names to sign in as it. */
  readonly clientId: string;
}
