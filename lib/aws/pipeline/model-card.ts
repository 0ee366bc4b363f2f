import { Names, Token } from 'aws-cdk-lib';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { Purpose } from '../../policy/purpose';
import type { IWorkspace } from '../workspace/workspace';
import type { ITrainedModel } from './model-source';
import { consentBehind } from './private/consent-behind';
import { PipelineStep } from './step';

/** How far the documentation of a model is. */
export enum ModelCardStatus {
  /** Being written. */
  DRAFT = 'Draft',
  /** Waiting for somebody to review it. */
  PENDING_REVIEW = 'PendingReview',
  /** Reviewed and accepted. */
  APPROVED = 'Approved',
  /** No longer used. */
  ARCHIVED = 'Archived',
}

/** How much harm a wrong answer can do. */
export enum RiskRating {
  /** Much: for health, credit, work, or freedom. */
  HIGH = 'High',
  /** Some. */
  MEDIUM = 'Medium',
  /** Little. */
  LOW = 'Low',
  /** Not assessed yet. */
  UNKNOWN = 'Unknown',
}

/** What the documentation of a model says. */
export interface ModelCardProps {
  /** Whose key encrypts it. */
  readonly workspace: IWorkspace;
  /** What the model is, in a sentence. */
  readonly description: string;
  /** What it is for. */
  readonly purpose: Purpose;
  /** What it is meant to be used for, and by whom. */
  readonly intendedUses: string;
  /** How much harm a wrong answer can do. */
  readonly risk: RiskRating;
  /** Why it is rated so. */
  readonly riskReason: string;
  /**
   * What makes it less reliable: groups, places, times it has not seen.
   *
   * @default - not stated
   */
  readonly limits?: string;
  /**
   * What else is to be known: caveats and recommendations.
   *
   * @default - not stated
   */
  readonly caveats?: string;
  /**
   * Who owns it.
   *
   * @default - not stated
   */
  readonly owner?: string;
  /**
   * How it was trained.
   *
   * @default - not stated
   */
  readonly algorithm?: string;
  /**
   * The step that trains it: the card says how it protects those whose data it learned from, and to what they agreed.
   *
   * @default - nothing is said of privacy and consent
   */
  readonly training?: ITrainedModel;
  /**
   * How far the card is.
   *
   * @default ModelCardStatus.DRAFT
   */
  readonly status?: ModelCardStatus;
  /**
   * Its name.
   *
   * @default - made from the path of the construct
   */
  readonly cardName?: string;
}

/**
 * What a model is, what it is for and what it must not be used for: the documentation that people who approve it read.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html
 */
export class ModelCard extends Construct {
  /** Its name. */
  public readonly modelCardName: string;

  constructor(scope: Construct, id: string, props: ModelCardProps) {
    super(scope, id);
    const { cardName, description, riskReason, intendedUses } = props;
    if (cardName !== undefined && !Token.isUnresolved(cardName) && !/^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$/.test(cardName)) {
      throw new Error(`${this.node.path}: cardName '${cardName}' is not usable: give 1 to 63 letters, digits or '-', beginning and ending with a letter or digit`);
    }
    for (const [name, text, limit] of [['description', description, 1024], ['intendedUses', intendedUses, 2048], ['riskReason', riskReason, 2048]] as const) {
      if (!Token.isUnresolved(text) && (text.trim() === '' || text.length > limit)) {
        throw new Error(`${this.node.path}: ${name} has ${text.length} characters: say it in 1 to ${limit}`);
      }
    }
    this.modelCardName = cardName ?? Names.uniqueResourceName(this, { maxLength: 63, separator: '-', allowedSpecialCharacters: '-' });
    new sagemaker.CfnModelCard(this, 'Resource', {
      modelCardName: this.modelCardName,
      modelCardStatus: props.status ?? ModelCardStatus.DRAFT,
      securityConfig: { kmsKeyId: props.workspace.modelsKey.keyArn },
      content: {
        modelOverview: { modelDescription: description, modelOwner: props.owner, algorithmType: props.algorithm },
        intendedUses: {
          purposeOfModel: props.purpose.name,
          intendedUses,
          factorsAffectingModelEfficiency: props.limits,
          riskRating: props.risk,
          explanationsForRiskRating: riskReason,
        },
        additionalInformation: additionalOf(props),
      },
    });
  }
}

function additionalOf({ caveats, training }: ModelCardProps): sagemaker.CfnModelCard.AdditionalInformationProperty | undefined {
  const details = training && { ...privacyOf(training), ...consentOf(training) };
  const customDetails = details && Object.keys(details).length > 0 ? details : undefined;
  if (caveats === undefined && customDetails === undefined) return undefined;
  return { caveatsAndRecommendations: caveats, customDetails };
}

/** What one run promises; a card is written before any. */
function privacyOf({ privacy, privacyGuarantee: guarantee, epsilonSpent }: ITrainedModel): Record<string, string> | undefined {
  if (!privacy || !guarantee) return undefined;
  return {
    'privacy-epsilon': String(guarantee.epsilon), 'privacy-delta': String(guarantee.delta), 'privacy-unit': privacy.unit, 'privacy-mechanism': privacy.toString(),
    ...(epsilonSpent === undefined ? {} : { 'privacy-ledger': 'what a run really spent is in the metadata of its version, as privacy-epsilon' }),
  };
}

/** Which consents stood behind a version, the version says: a card is written before any run. */
function consentOf(training: ITrainedModel): Record<string, string> {
  const filters = training instanceof PipelineStep ? consentBehind(training, training.pipeline) : [];
  if (filters.length === 0) return {};
  return {
    'consent-purpose': [...new Set(filters.map(({ purpose }) => purpose.name))].join(', '),
    'consent-snapshot-maximum-age-seconds': String(Math.max(...filters.map(({ maximumAgeSeconds }) => maximumAgeSeconds))),
    'consent-snapshot': 'the snapshot that a run filtered by is in the metadata of its version, as consent-snapshot',
  };
}
