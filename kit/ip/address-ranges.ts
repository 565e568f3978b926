import { BlockList } from 'node:net';
import { parseIpAddress } from './ip-address.ts';

/** `10.0.0.0/8`, `fd00::/8`, or a single address. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** Whether an address is in one of `entries`, addresses and ranges such as 192.0.2.0/24. */
export function addressRanges(entries: readonly string[]): (address: string) => boolean {
  // One for each family: to a single one, ::/0 would contain all of IPv4.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    const range = parseRange(entry);
    if (range === undefined) throw new Error(`"${entry}" is neither an address nor a range such as 192.0.2.0/24`);
    lists[range.family].addSubnet(range.address, range.prefixBits, range.family);
  }
  return (text) => {
    const address = parseIpAddress(text);
    if (address === undefined) return false;
    const family = familyOf(address.version);
    return lists[family].check(address.text, family);
  };
}

function parseRange(text: string): { readonly address: string; readonly family: 'ipv4' | 'ipv6'; readonly prefixBits: number } | undefined {
  const slash = text.indexOf('/');
  const address = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = address.version === 4 ? 32 : 128;
  const bits = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return undefined;
  return { address: address.text, family: familyOf(address.version), prefixBits: Number(bits) };
}

function familyOf(version: 4 | 6): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
