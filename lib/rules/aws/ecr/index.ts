import type { Rule } from '../../rule';
import publicRepository from './public-repository';
import repositoryKey from './repository-key';
import repositoryScan from './repository-scan';
import repositoryTags from './repository-tags';

export const ecrRules: readonly Rule[] = [
  publicRepository, repositoryKey, repositoryScan, repositoryTags,
];
