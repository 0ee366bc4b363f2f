import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IWorkspace, TokenVault, TokenVaultProps } from '../../../lib/aws';
import { Alphabet, Purpose, TokenField } from '../../../lib/policy';
import { workspaceStack } from '../../support/workspace';

export const CARE = Purpose.of('care');
export const RISK = Purpose.of('readmission-risk');

/** The vault of the README, on a workspace. */
export function vaultOn(stack: Stack, workspace: IWorkspace, props: Partial<TokenVaultProps> = {}, id = 'Vault'): TokenVault {
  return new TokenVault(stack, id, {
    workspace, tenant: 'cardiology', purposes: [CARE, RISK],
    fields: {
      patientId: TokenField.random(), nationalId: TokenField.deterministic(),
      cardNumber: TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 12, maxLength: 19 }),
    },
    ...props,
  });
}

/** A role of the account. */
export function roleIn(stack: Stack, id: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }) });
}

/** A workspace and a vault. */
export function vaultStack(props: Partial<TokenVaultProps> = {}): { app: App; stack: Stack; vault: TokenVault; workspace: IWorkspace } {
  const { app, stack, workspace } = workspaceStack();
  return { app, stack, workspace, vault: vaultOn(stack, workspace, props) };
}
