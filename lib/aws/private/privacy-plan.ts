import { type BudgetKeeper, type PlannedAccount as Account, type PlannedConstruct, PrivacyPlan as Plan } from '../../policy/privacy/privacy-plan';

export type { PlannedRuns } from '../../policy/privacy/privacy-plan';

/** A ledger in AWS. */
export interface LedgerKeeper extends BudgetKeeper {
  /** Two that have the same are the same. */
  readonly ledgerFunctionArn: string;
}

/** A store with a budget, and the ledger that holds the budget in AWS. */
export type PlannedAccount = Account<LedgerKeeper>;

/** The privacy budgets of an app of the CDK. */
export const PrivacyPlan = {
  of: (scope: PlannedConstruct): Plan<LedgerKeeper> => Plan.of<LedgerKeeper>(scope),
};
