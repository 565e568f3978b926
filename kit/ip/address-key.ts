import { groupsOf, parseIpAddress } from './ip-address.ts';

/** Whom an address stands for: an IPv6 network of 64 bits is one household, so its addresses count together. */
export function addressKey(text: string): string {
  const address = parseIpAddress(text);
  if (address === undefined || address.version === 4) return address?.text ?? text;
  const network = groupsOf(address.text).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}
