import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { IDataStore } from '../../storage/data-store';
import type { EraserProps } from '../eraser-props';
import { BoundEraser, EXPORT_PREFIX, RightsGround } from '../rights-ground';
import { told } from './bound';

/** Has a function of the user's erase. */
export function bindFunction(_scope: Construct, { exports }: RightsGround, store: IDataStore, eraser: lambda.IFunction, props: EraserProps): BoundEraser {
  exports.grantWrite(eraser, EXPORT_PREFIX);
  const { path } = store.node;
  return { store: path, function: eraser, ...told(props, store), conflicts: [], storeConstruct: store, accounts: [{ node: path, how: `function '${eraser.node.path}'`, finds: 'anything' }] };
}
