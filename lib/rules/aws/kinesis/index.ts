import type { Rule } from '../../rule';
import deliveryStreamKey from './delivery-stream-key';
import streamKey from './stream-key';
import streamRetention from './stream-retention';

export const kinesisRules: readonly Rule[] = [deliveryStreamKey, streamKey, streamRetention];
