import type { Rule } from '../../rule';
import image from './image';
import inferenceProfile from './inference-profile';
import key from './key';
import location from './location';
import model from './model';
import reference from './reference';
import replication from './replication';
import stack from './stack';

export const residencyRules: readonly Rule[] = [
  image, inferenceProfile, key, location, model, reference, replication, stack,
];
