import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'DataBrewKeyedHash',
  title: 'Recipes of DataBrew hash columns with a key of their own',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: ['AWS::DataBrew::Recipe'],
  why: 'numbers of records, telephones and addresses are few enough to be hashed one after the other until one fits; without a key, or with the one that a whole account shares, that takes minutes',
  fix: 'leave algorithm out or name one that begins with HMAC_, and set secretId to a secret that only the role of the job may read',
  properties: ['Steps.Action.Parameters.algorithm', 'Steps.Action.Parameters.secretId'],
  sources: ['https://docs.aws.amazon.com/databrew/latest/dg/recipe-actions.CRYPTOGRAPHIC_HASH.html'],
  good: {
    Name: 'admissions',
    Steps: [{ Action: { Operation: 'CRYPTOGRAPHIC_HASH', Parameters: { sourceColumns: '["mrn"]', algorithm: 'HMAC_SHA256', secretId: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pseudonyms-a1b2c3' } } }],
  },
  bad: { Name: 'admissions', Steps: [{ Action: { Operation: 'CRYPTOGRAPHIC_HASH', Parameters: { sourceColumns: '["mrn"]', algorithm: 'SHA256' } } }] },
  check: (recipe) => recipe.at('Steps').items.map((step) => hashOf(step, recipe)),
});

/** The key that everybody has who may use all of DataBrew. */
const SHARED_KEY = 'databrew!default';

function hashOf(step: Value, recipe: Resource): Verdict {
  const parameters = step.at('Action.Parameters');
  const algorithm = parameters.at('algorithm');
  return step.at('Action.Operation').judge((operation) => {
    if (operation !== 'CRYPTOGRAPHIC_HASH') return NOT_APPLICABLE;
    return all(
      // HMAC_SHA256 where none is named
      algorithm.judge((name) => (name === undefined || name === null || String(name).startsWith('HMAC_') ? COMPLIANT : nonCompliant(`${algorithm.name} is '${String(name)}', which takes no key`, algorithm.location))),
      keyOf(parameters.at('secretId'), recipe),
    );
  });
}

function keyOf(secret: Value, { relations }: Resource): Verdict {
  // a secret of the app
  if (relations.targets(secret).length > 0) return COMPLIANT;
  return all(secret.present(), secret.judge((id) => (id === SHARED_KEY ? nonCompliant(`${secret.name} is '${SHARED_KEY}', which whoever may use DataBrew in the account has as well`, secret.location) : COMPLIANT)));
}
