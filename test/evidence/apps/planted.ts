import { CfnResource } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { app, profile, stack } from './clean';

/** One fault for each of three packs: ours, cdk-nag's, and the built-in validation of templates. */
new kms.Key(stack, 'Shared', { enableKeyRotation: true, multiRegion: true });
new kms.Key(stack, 'Still', { enableKeyRotation: false });
new CfnResource(stack, 'Untyped', { type: 'AWS::SNS::Topic', properties: { NoSuchProperty: 1 } });

export { app, profile };
