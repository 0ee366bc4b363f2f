// The files that take longest go first: one that begins when all others have ended leaves a core without work. Jest knows how long a file took where it has
// run before, which it never has on a fresh clone; there it goes by size, and the longest are not the largest.
const { existsSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** From ten seconds on, of a run of all tests on two cores. */
const LONGEST = [
  'examples/least-privilege', 'runtime/token-vault/vault', 'examples/templates', 'rules/tables', 'evidence/examples', 'runtime/privacy-ledger', 'runtime/subject-rights/erase-objects',
  'cli/run/private-example', 'package', 'cli/hostile', 'cli/run/run', 'runtime/consent/registry', 'aws/privacy/rights-permissions', 'runtime/subject-rights/parquet', 'cli/recipes',
  'aws/privacy/rights-workflow', 'evidence/browser', 'azure/workspace/workspace', 'cli/memory', 'cli/strangers', 'azure/privacy/token-vault', 'cli/run/spark', 'azure/terraform/scanner',
  'aws/pipeline/random', 'runtime/token-vault/canaries', 'azure/terraform/stacks', 'azure/terraform/cdktn', 'policy/privacy/live', 'runtime/token-vault-azure/vault', 'evidence/demo',
  'cli/run/example', 'azure/terraform/examples', 'rules/catalogue', 'azure/pipeline/deidentification', 'evidence/writers/sarif', 'aws/pipeline/private-training',
  'aws/pipeline/deidentification', 'aws/guardrails/simulation', 'cli/check', 'evidence/hostile', 'aws/pipeline/consent-filter', 'cli/run/consent', 'aws/privacy/privacy-ledger',
  'aws/privacy/consent-registry', 'aws/privacy/subject-rights',
];

const missing = LONGEST.filter((name) => !existsSync(join(__dirname, `${name}.test.ts`)));
if (missing.length > 0) throw new Error(`test/longest-first.cjs names tests that are not there: ${missing.join(', ')}; take them off its list`);

class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const found = LONGEST.indexOf(relative(__dirname, path).replaceAll(sep, '/').replace(/\.test\.ts$/, ''));
      return found === -1 ? LONGEST.length : found;
    };
    // the others as Jest has them, by size or by how long they took
    return [...super.sort(tests)].sort((one, other) => place(one) - place(other));
  }
}

module.exports = LongestFirst;
