import { paginateListModelPackages, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { StoreAnswer, StoreRequest } from '../rights/contract';
import { guarded, settings } from '../rights/fault';
import { recordDecision } from '../rights/records';

/** What the construct says of the models. */
export interface Models {
  readonly group: string;
  /** Who decides, by role and not by name. */
  readonly decidedBy: string;
}

const sagemaker = new SageMakerClient({ maxAttempts: 6 });

/**
 * Puts on record that somebody has to decide what becomes of models that may have learned from a person, with the versions there are. Nothing is
 * trained, and no version is touched. A model holds no copy to give out.
 */
export const handler = guarded(async (request: StoreRequest): Promise<StoreAnswer> => {
  if (request.action === 'collect') return { state: 'done' };
  const { group, decidedBy } = settings<Models>();
  const packages: string[] = [];
  for await (const { ModelPackageSummaryList = [] } of paginateListModelPackages({ client: sagemaker }, { ModelPackageGroupName: group })) {
    packages.push(...ModelPackageSummaryList.map(({ ModelPackageArn, ModelApprovalStatus }) => `${ModelPackageArn} ${ModelApprovalStatus}`));
  }
  if (packages.length === 0) return { state: 'done', counts: { packages: 0 } };
  // an item of the table has a limit, and what is left out can be listed
  await recordDecision(request.requestId, request.store, request.person, decidedBy, packages.slice(0, 1_000));
  return { state: 'done', counts: { packages: packages.length }, conflicts: ['decision'] };
});
