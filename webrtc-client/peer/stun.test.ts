import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexToBytes } from '#kit/testing/hex';
import {
  BINDING_REQUEST,
  BINDING_SUCCESS,
  buildStun,
  hasIntegrity,
  parseStun,
  PRIORITY,
  USE_CANDIDATE,
  USERNAME,
  xorMappedAddress,
} from './stun.ts';

const hmac = (key: Uint8Array, message: Uint8Array): Uint8Array => createHmac('sha1', key).update(message).digest();
const PASSWORD = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');

/** RFC 5769 section 2.1. */
const SAMPLE_REQUEST = hexToBytes(`
  00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74 00240004 6e0001ff
  80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2 80280004 e57a3bcf`);
/** RFC 5769 sections 2.2 and 2.3. */
const SAMPLE_IPV4 = hexToBytes('00200008 0001a147 e112a643'.replace('00200008 ', ''));
const SAMPLE_IPV6 = hexToBytes('0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9');

describe('STUN', () => {
  it('reads the sample request of RFC 5769', () => {
    const message = parseStun(SAMPLE_REQUEST)!;
    expect(message).toMatchObject({ type: BINDING_REQUEST, username: 'evtj:h6vY', hasControlled: true, useCandidate: false, unknown: [] });
    expect(hasIntegrity(SAMPLE_REQUEST, message.integrityAt, PASSWORD, hmac)).toBe(true);
    expect(hasIntegrity(SAMPLE_REQUEST, message.integrityAt, Buffer.from('other'), hmac)).toBe(false);
  });

  it('writes addresses as the sample responses of RFC 5769 do', () => {
    const transaction = SAMPLE_REQUEST.subarray(8, 20);
    expect(xorMappedAddress('192.0.2.1', 32853, transaction)!.value).toEqual(SAMPLE_IPV4);
    expect(xorMappedAddress('2001:db8:1234:5678:11:2233:4455:6677', 32853, transaction)!.value).toEqual(SAMPLE_IPV6);
    expect(xorMappedAddress('not an address', 1, transaction)).toBeUndefined();
  });

  it('reads what it writes', () => {
    const transactionId = Uint8Array.from({ length: 12 }, (_, at) => at);
    const built = buildStun(
      BINDING_SUCCESS,
      transactionId,
      [
        { type: USERNAME, value: Buffer.from('abc:de') },
        { type: USE_CANDIDATE, value: new Uint8Array(0) },
        { type: PRIORITY, value: new Uint8Array(4) },
      ],
      PASSWORD,
      hmac,
    );
    const message = parseStun(built)!;
    expect(message).toMatchObject({ type: BINDING_SUCCESS, username: 'abc:de', useCandidate: true });
    expect(hasIntegrity(built, message.integrityAt, PASSWORD, hmac)).toBe(true);
  });

  it('takes no message with a touched byte', () => {
    for (let at = 0; at < SAMPLE_REQUEST.length; at += 1) {
      const touched = Uint8Array.from(SAMPLE_REQUEST);
      touched[at]! ^= 0x40;
      expect(parseStun(touched), `byte ${at}`).toBeUndefined();
    }
  });

  it('takes no junk and never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => parseStun(bytes) === undefined));
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            type: fc.integer({ min: 0, max: 65_535 }).filter((type) => type !== 0x8028 && type !== 8),
            value: fc.uint8Array({ maxLength: 40 }),
          }),
          { maxLength: 12 },
        ),
        (attributes) => {
          const parsed = parseStun(buildStun(BINDING_REQUEST, new Uint8Array(12), attributes, PASSWORD, hmac));
          expect(parsed?.integrityAt).toBeGreaterThan(0);
        },
      ),
    );
  });
});
