import { Workspace } from '../../../lib/azure';
import { azureStack, location, profile, synthesized } from '../../support/azure';

test('smoke', () => {
  const { stack } = azureStack('Readmission');
  new Workspace(stack, 'Workspace', { profile, location, name: 'readmission' });
  const all = synthesized(stack).resource!;
  const { writeFileSync } = require('node:fs');
  writeFileSync('/tmp/ws.json', JSON.stringify(synthesized(stack), null, 1));
  console.log(Object.entries(all).map(([t, r]) => `${t} ${Object.keys(r).length}`).join('\n'));
});
