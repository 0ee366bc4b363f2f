// Modules that are shared between test files read the variables of the process: a test sets those, and they are put back when it has ended.
const { TestEnvironment } = require('jest-environment-node');

class SharedModulesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.before = { ...process.env };
    this.global.process.env = process.env;
  }

  async teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.before)) delete process.env[name];
    Object.assign(process.env, this.before);
    await super.teardown();
  }
}

module.exports = SharedModulesEnvironment;
