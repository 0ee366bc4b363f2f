/**
 * How Azure names sizes: family, vCPUs, constrained vCPUs, features, then accelerator, version and the like, each behind an underscore.
 *
 * @see https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions
 */
const SHAPE = /^(Standard|Basic)_(?<family>[A-Z]{1,2})(?<vcpus>\d{1,4})(-\d{1,3})?(?<features>[a-z]*)(?<rest>(_[A-Z0-9]+)*)$/i;

/** The families that there are, and were: GS, H and the like are retired, and stand in old accounts. */
const FAMILIES = new Set(['A', 'B', 'D', 'DC', 'DS', 'E', 'EC', 'F', 'FX', 'G', 'GS', 'H', 'HB', 'HC', 'HX', 'L', 'LS', 'M', 'NC', 'ND', 'NG', 'NP', 'NV', 'PB']);
/** AMD, block storage, disk, isolated, low memory, much memory, network, other processor, Arm, remote memory, premium storage, tiny, memory beyond the family's. */
const FEATURES = /^[abcdilmnoprstx]*$/i;
/** A version, confidential computing, a number of disks, an offer, an accelerator or its network. */
const REST = /^(v\d{1,2}|cc|\d{1,3}|Promo|[A-Z]{1,3}\d{1,4}[A-Z]?|NDR)$/i;
/** More than the largest, `Standard_M1792ixds_32_v3`, has. */
const MOST_VCPUS = 2000;

/** What to give instead, for messages. */
export const A_VM_SIZE = 'a size of Azure (family, vCPUs, features, version), such as \'Standard_D4s_v5\' or \'Standard_NC24ads_A100_v4\'; \'az ml compute list-sizes\' has those of a region';

/**
 * Whether a text can be the name of a size of Azure. Whether there is such a size, and whether a region or a subscription offers it, only Azure knows:
 * `az ml compute list-sizes --location <region>` asks it.
 */
export function isVmSize(size: unknown): boolean {
  const { family, vcpus, features, rest } = (typeof size === 'string' && SHAPE.exec(size)?.groups) || {};
  if (family === undefined || !FAMILIES.has(family.toUpperCase()) || !FEATURES.test(features!)) return false;
  // a size without a vCPU is the first of A, which shares one
  if (Number(vcpus) > MOST_VCPUS || (Number(vcpus) === 0 && family.toUpperCase() !== 'A')) return false;
  return rest!.split('_').slice(1).every((part) => REST.test(part));
}
