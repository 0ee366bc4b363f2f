import { ResourceRecord } from './emulator';

/** The table by type, so that nobody takes the emulator for more than it is. */
export function table(resources: ResourceRecord[]): string {
  const types = [...new Set(resources.map((resource) => resource.type))].sort();
  const count = (type: string, outcome: string) => resources.filter((resource) => resource.type === type && resource.outcome === outcome).length;
  const rows = types.map((type) => {
    const notes = new Set(resources.filter((resource) => resource.type === type && resource.note).map((resource) => resource.note));
    return [type, ...['created', 'emulated', 'skipped'].map((outcome) => count(type, outcome) || ''), [...notes].join('; ')].map(String);
  });
  const total = ['total', ...['created', 'emulated', 'skipped'].map((outcome) => String(resources.filter((resource) => resource.outcome === outcome).length)), ''];
  const width = Math.max(...types.map((type) => type.length));
  const line = ([type, created, emulated, skipped, note]: string[]) => (
    `  ${type.padEnd(width)} ${created.padStart(8)} ${emulated.padStart(9)} ${skipped.padStart(8)}  ${note}`.trimEnd()
  );
  return [
    line(['type', 'created', 'emulated', 'skipped', '']), ...rows.map(line), line(total),
    '',
    '  created: moto itself · emulated: a handler of the harness put it into moto, or answered for a Lambda · skipped: nothing exists',
    '  moto drops security properties (versioning, public access block, ...): that they are set is proven by the rules, not here.',
  ].join('\n');
}
