import { describe, expect, it } from 'vitest';
import { addressRanges, isAddressRange } from './address-ranges.ts';

describe('ranges of addresses', () => {
  it('contain what they should', () => {
    const inside = addressRanges(['172.16.0.0/12', 'fd00::/8', '192.0.2.7', '2001:db8::7']);
    expect(
      [
        '172.16.0.0',
        '172.31.255.255',
        '::ffff:172.16.0.1',
        '::FFFF:AC10:1',
        '192.0.2.7',
        'fd12::1',
        '[2001:DB8::7]',
        '2001:db8::7%eth0',
      ].filter((address) => !inside(address)),
    ).toEqual([]);
    expect(['172.32.0.0', '192.0.2.8', '::1', 'fe80::1', '2001:db8::8', '::172.16.0.1', '', 'x', '172.16.0.1:5060'].filter(inside)).toEqual(
      [],
    );
  });

  it('ignore the bits below the prefix', () => {
    expect(addressRanges(['10.1.2.3/8'])('10.200.0.1')).toBe(true);
  });

  it('of 0 bits contain everything of that version', () => {
    const four = addressRanges(['0.0.0.0/0']);
    const six = addressRanges(['::/0']);
    expect([four('255.255.255.255'), four('::ffff:1.2.3.4'), four('2001:db8::1'), six('2001:db8::1'), six('1.2.3.4')]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('that are none contain nothing', () => {
    expect(addressRanges([])('127.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'x/8', '010.0.0.0/8', '::ffff:10.0.0.0/104', ''])(
    'refuses %j',
    (text) => {
      expect(isAddressRange(text)).toBe(false);
      expect(() => addressRanges([text])).toThrow('is neither an address nor a range');
    },
  );

  it.each(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1', '::/0', '::ffff:10.0.0.0/8'])('takes %j', (text) => {
    expect(isAddressRange(text)).toBe(true);
  });
});
