import { shown } from '../../policy/given';

/**
 * The four quarters of an address range.
 *
 * @param owner such as `workspace 'Stack/Workspace'`
 * @throws an error when it is no range of private addresses, or too small for subnets of Azure ML
 */
export function quarters(owner: string, range: string): string[] {
  const found = typeof range === 'string' ? /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(range) : null;
  const [a, b, c, d, bits] = found ? found.slice(1).map(Number) : [];
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  if (!found || [a, b, c, d].some((part) => part > 255) || bits < 8 || bits > 24 || base % size !== 0) {
    throw new Error(`addressSpace of ${owner} is ${shown(range)}: give a range of 256 addresses or more that begins at a multiple of its size, such as '10.0.0.0/16'`);
  }
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b < 32 && bits >= 12) || (a === 192 && b === 168 && bits >= 16);
  if (!isPrivate) throw new Error(`addressSpace of ${owner} is ${shown(range)}, which are public addresses: give a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`);
  // https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet#limitations
  if (a === 172 && base <= address(172, 17) && base + size > address(172, 17)) {
    throw new Error(`addressSpace of ${owner} is ${shown(range)}, which holds the range of Docker on computes (172.17.0.0/16): give another, such as '10.0.0.0/16'`);
  }
  return [0, 1, 2, 3].map((quarter) => `${dotted(base + (quarter * size) / 4)}/${bits + 2}`);
}

function address(a: number, b: number): number {
  return (a * 256 + b) * 65_536;
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
