import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { urlSuffixOf } from '../../private/region';
import type { EraserProps } from '../eraser-props';
import { admitInvocations } from '../lambda-endpoint';
import { BoundEraser, newEraserFunction, RightsGround } from '../rights-ground';
import type { TokenVault } from '../token-vault';
import { told } from './bound';

/** Erases the keys of a person in a vault. */
export function bindVault(scope: Construct, ground: RightsGround, vault: TokenVault, props: EraserProps): BoundEraser {
  const { region } = ground.workspace;
  const made = newEraserFunction(scope, 'Eraser', ground, {
    job: 'erase-tokens', description: `Erases people from ${vault.node.path}`, store: { shredFunctionArn: vault.shredFunction.functionArn }, concurrency: 1,
  });
  made.function.addEnvironment('STS_ENDPOINT', `https://sts.${region}.${urlSuffixOf(region)}`);
  // not `vault.grantShred`, whose grant of the CDK could name versions too
  made.role.allow(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [vault.shredFunction.functionArn] }));
  admitInvocations(scope, ground.workspace, [vault.shredFunction.functionArn]);
  const { identifier, purposes } = told({ ...props, purposes: props.purposes ?? vault.purposes });
  return {
    store: vault.node.path, function: made.function, ...(identifier ? { identifier } : {}), purposes, last: true, conflicts: [],
    accounts: [{ node: vault.node.path, how: 'keys of a person' }],
  };
}
