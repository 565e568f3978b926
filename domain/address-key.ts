/** Whom an address stands for: an IPv6 network of 64 bits is one household, so its addresses count together. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${groups.join(':')}::/64`;
}

/** The address in `192.0.2.9:5060`, `[2001:db8::7]:5060` or `2001:db8::7:5060`, as `CallFacts.peer` has it. */
export function addressOfPeer(peer: string): string {
  return /^\[(.*)\]:\d*$/.exec(peer)?.[1] ?? peer.replace(/:\d*$/, '');
}
