#!/usr/bin/env node
// a job of CI has little memory: what is freed is collected before the heap is half as large again, and not four times
require('node:v8').setFlagsFromString('--heap-growing-percent=50');
require('../build/cli/main.js').run(process.argv.slice(2)).then((code) => { process.exitCode = code; });
