// Modules that are shared between test files read the variables of the process: a test sets those, and they are put back when it has ended.
const { TestEnvironment } = require('jest-environment-node');

const OF_A_PACKAGE = /^node:|[\\/]node_modules[\\/]/;
const NOBODYS = { name: 'Error', message: '' };

class SharedModulesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.before = { ...process.env };
    this.global.process.env = process.env;
    // a shared module can put its own in their place, which remember the folder
    this.global.process.cwd = () => process.cwd();
    this.global.process.chdir = (folder) => process.chdir(folder);
  }

  async setup() {
    await super.setup();
    // The CDK takes a stack for each resource that it makes. Jest looks for the source of every frame, of up to a hundred, which took a sixth of the CPU time of
    // the tests of constructs: a frame of a package is where it says, and those of ours are looked for once each.
    const mapped = Error.prepareStackTrace;
    const known = new Map();
    const frameOf = (frame) => {
      const said = `\n    at ${frame}`;
      let found = known.get(said);
      if (found === undefined) {
        found = OF_A_PACKAGE.test(frame.getFileName() ?? '') ? said : mapped(NOBODYS, [frame]).slice(mapped(NOBODYS, []).length);
        known.set(said, found);
      }
      return found;
    };
    Error.prepareStackTrace = (error, frames) => mapped(error, []) + frames.map(frameOf).join('');
  }

  async teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.before)) delete process.env[name];
    Object.assign(process.env, this.before);
    await super.teardown();
  }
}

module.exports = SharedModulesEnvironment;
