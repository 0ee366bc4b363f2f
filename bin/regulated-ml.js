#!/usr/bin/env node
const { run } = require('../build/cli/main');
run(process.argv.slice(2)).then((code) => { process.exitCode = code; });
