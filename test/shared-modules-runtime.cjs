// The CDKs are loaded once in a worker instead of once in a test file: loading them and warming them up took a third of the CPU time of their tests.
// What they throw or return was made in another realm than the test's: `instanceof Error` does not hold for it, `Array.isArray` and `util.types` do.
// All constructs that a worker has made stay in the CDK's table of tokens; `workerIdleMemoryLimit` of jest.config.js sees to that.
const { dirname } = require('node:path');
const { default: Runtime } = require('jest-runtime');

// What the tests say of a commit depends on the commit: what they draw is the same each time. Other numbers: `TEST_SEED=$RANDOM npm test`.
const SEED = Number(process.env.TEST_SEED ?? 20261127);

const SHARED = /^(aws-cdk-lib|constructs|cdk-nag|@aws-cdk\/[^/]+|cdktf|@cdktf\/[^/]+)(\/|$)/;

class SharedModulesRuntime extends Runtime {
  requireModuleOrMock(from, name) {
    if (SHARED.test(name)) return require(require.resolve(name, { paths: [dirname(from)] }));
    const loaded = super.requireModuleOrMock(from, name);
    if (name === 'fast-check') loaded.default.configureGlobal({ seed: SEED });
    return loaded;
  }
}

module.exports = { __esModule: true, default: SharedModulesRuntime };
