// Synthesizes each stack with the rules registered, by whatever framework is installed where it runs, and prints where the output lies.
import type { App } from 'cdktf';
import { RegulatedMLChecks } from '../../../lib/rules/azure';
import { profile } from '../../support/azure';
import { STACKS } from './stacks';

const folders = Object.values(STACKS).map((make) => {
  const app = make().node.root as App;
  new RegulatedMLChecks(app, { profile, asOf: '2026-11-01' });
  app.synth();
  return app.outdir;
});
console.log(`FOLDERS ${JSON.stringify(folders)}`);
