import type { Rule } from '../../rule';
import capacity from './capacity';
import image from './image';
import interactive from './interactive';
import logKey from './log-key';
import network from './network';
import release from './release';

export const emrServerlessRules: readonly Rule[] = [capacity, image, interactive, logKey, network, release];
