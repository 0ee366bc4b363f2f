// Loads and synthesizes an app, the index of the CDK loaded before, and prints what that took in milliseconds.  node run-app.js <file>
import Module from 'node:module';

export interface Time {
  readonly wall: Parts;
  /** Of all threads: what the machine does beside it does not count. */
  readonly cpu: Parts;
}

interface Parts { readonly all: number; readonly load: number; readonly build: number; readonly synth: number }
interface Instant { readonly wall: number; readonly cpu: number }

// @types/node does not know it
const loader = Module as unknown as { _load(this: unknown, ...args: unknown[]): unknown };
const load = loader._load;
const loading = { depth: 0, wall: 0, cpu: 0 };
loader._load = function (...args) {
  // the app is itself a module: what it loads counts
  const outermost = loading.depth++ === 0;
  const start = outermost ? now() : undefined;
  try {
    return load.apply(this, args);
  } finally {
    loading.depth--;
    if (start) {
      const end = now();
      loading.wall += end.wall - start.wall;
      loading.cpu += end.cpu - start.cpu;
    }
  }
};

require('aws-cdk-lib');
require('constructs');
loading.wall = loading.cpu = 0;
const start = now();
loading.depth--;
const { app } = require(process.argv[2]) as { app: { synth(): unknown } };
loading.depth++;
const loaded = { ...loading };
const built = now();
app.synth();
const end = now();

const parts = (clock: 'wall' | 'cpu'): Parts => ({
  all: end[clock] - start[clock],
  load: loading[clock],
  build: built[clock] - start[clock] - loaded[clock],
  synth: end[clock] - built[clock] - (loading[clock] - loaded[clock]),
});
console.log(`TIME ${JSON.stringify({ wall: parts('wall'), cpu: parts('cpu') } satisfies Time)}`);

function now(): Instant {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}
