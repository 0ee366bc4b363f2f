// Modules that are shared between test files read the variables of the process: a test sets those, and they are put back when it has ended.
const { TestEnvironment } = require('jest-environment-node');

class SharedModulesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.before = { ...process.env };
    this.global.process.env = process.env;
    // a shared module can put its own in their place, which remember the folder
    this.global.process.cwd = () => process.cwd();
    this.global.process.chdir = (folder) => process.chdir(folder);
  }

  async teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.before)) delete process.env[name];
    Object.assign(process.env, this.before);
    await super.teardown();
  }
}

module.exports = SharedModulesEnvironment;
