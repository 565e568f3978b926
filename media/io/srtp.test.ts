import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SrtcpSession, SrtpSession, RtpPacket } from 'werift';
import { hexToBytes } from '#kit/testing/hex';
import { deriveSessionKeys, SRTP_PROFILES, type MasterKey, type SrtpProfile } from '../srtp/srtp-keys.ts';
import { createSrtpCipher, keyStream } from './srtp-cipher.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const PROFILES = Object.keys(SRTP_PROFILES) as SrtpProfile[];

function masterOf(profile: SrtpProfile, fill: number): MasterKey {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  return { key: new Uint8Array(keyBytes).map((_, at) => at * 7 + fill), salt: new Uint8Array(saltBytes).map((_, at) => at * 11 + fill) };
}

function rtp(sequence: number, payload: string, ssrc = 0xcafe): Buffer {
  const packet = Buffer.concat([Buffer.from([0x80, 111]), Buffer.alloc(10), Buffer.from(payload)]);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

const RTCP = Buffer.concat([
  Buffer.from('81c90007', 'hex'),
  Buffer.from('0000cafe', 'hex'),
  Buffer.from('a receiver report of 24 b'),
]).subarray(0, 32);

describe('published vectors', () => {
  it('RFC 3711 appendix B.2: AES counter mode', () => {
    const keys = {
      cipherKey: hexToBytes('2B7E151628AED2A6ABF7158809CF4F3C'),
      salt: hexToBytes('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
      authKey: new Uint8Array(20),
    };
    const packet = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11 + 48)]);
    const sealed = createSrtpCipher('aes128-cm-sha1-80', keys, false).seal(packet, 12, 0, 0, 0);
    expect(hex(sealed.subarray(12, 60))).toBe(
      'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
    );
    expect(hex(sealed.subarray(60))).toBe(
      createHmac('sha1', keys.authKey).update(sealed.subarray(0, 60)).update(Buffer.alloc(4)).digest().subarray(0, 10).toString('hex'),
    );
  });

  it('RFC 3711 appendix B.3: key derivation', () => {
    const master = { key: hexToBytes('E1F97A0D3E018BE0D64FA32C06DE4139'), salt: hexToBytes('0EC675AD498AFEEBB6960B3AABE6') };
    const keys = deriveSessionKeys('aes128-cm-sha1-80', master, 'rtp', keyStream);
    expect(hex(keys.cipherKey)).toBe('c61e7a93744f39ee10734afe3ff7a087');
    expect(hex(keys.salt)).toBe('30cbbc08863d8c85d49db34a9ae1');
    expect(hex(keys.authKey)).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
  });

  const gcm = {
    cipherKey: hexToBytes('000102030405060708090a0b0c0d0e0f'),
    salt: hexToBytes('517569642070726f2071756f'),
    authKey: new Uint8Array(0),
  };

  it('RFC 7714 section 16.1: an SRTP packet', () => {
    const packet = hexToBytes(
      '8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573',
    );
    const sealed = createSrtpCipher('aead-aes128-gcm', gcm, false).seal(packet, 12, 0x5501a0b2, 0xf17b, 0);
    expect(hex(sealed)).toBe(
      hex(
        hexToBytes(
          '8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce',
        ),
      ),
    );
    expect(hex(createSrtpCipher('aead-aes128-gcm', gcm, false).open(sealed, 12, 0x5501a0b2, 0xf17b, 0))).toBe(hex(packet));
  });

  it('RFC 7714 section 17.1: an SRTCP packet', () => {
    const packet = hexToBytes(
      '81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef',
    );
    const sealed = createSrtpCipher('aead-aes128-gcm', gcm, true).seal(packet, 8, 0x4d617273, 0x5d4, 0x800005d4);
    expect(hex(sealed)).toBe(
      hex(
        hexToBytes(
          '81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4',
        ),
      ),
    );
    expect(hex(createSrtpCipher('aead-aes128-gcm', gcm, true).open(sealed, 8, 0x4d617273, 0x5d4, 0x800005d4))).toBe(hex(packet));
  });
});

describe.each(PROFILES)('SRTP by %s', (profile) => {
  const ours = masterOf(profile, 1);
  // The bot heard nothing in one call of some thousands: the sequence began shortly before its end, and the first packets were lost.
  it.each([
    [65_535, 1],
    [65_534, 2],
    [65_530, 40],
    [65_000, 900],
    [65_535, 30_000],
  ])('hears a sender that begins at %d and whose first %d packets are lost', (first, lost) => {
    const sender = new SrtpSender(profile, ours);
    const receiver = new SrtpReceiver(profile, ours);
    const sealed = Array.from({ length: lost + 5 }, (_, at) => sender.rtp(rtp((first + at) & 0xffff, `p${at}`))!);
    for (const at of [lost, lost + 2, lost + 1, lost + 4])
      expect(hex(receiver.rtp(sealed[at]!))).toBe(hex(rtp((first + at) & 0xffff, `p${at}`)));
    expect(receiver.rtp(sealed[lost]!)).toBeUndefined();
    expect(receiver.refusals).toEqual({ malformed: 0, notAuthentic: 0, replayed: 1 });
  });

  it('hears packets in any order around the wrap, of each source for itself, and sends so too', () => {
    const sender = new SrtpSender(profile, ours);
    const receiver = new SrtpReceiver(profile, ours);
    for (const sequence of [65_533, 65_535, 0, 1, 65_534, 2, 65_532, 3]) {
      const sealed = sender.rtp(rtp(sequence, `p${sequence}`))!;
      expect(hex(receiver.rtp(sealed)), `sequence ${sequence}`).toBe(hex(rtp(sequence, `p${sequence}`)));
      const other = Buffer.from(rtp(300, `q${sequence}`));
      other.writeUInt32BE(0x1234, 8);
      other.writeUInt16BE((40_000 + sequence) & 0xffff, 2);
      expect(hex(receiver.rtp(sender.rtp(other)!))).toBe(hex(other));
    }
  });

  it('gives out no packet twice, whatever their order, and none that was touched', () => {
    const sender = new SrtpSender(profile, ours);
    const receiver = new SrtpReceiver(profile, ours);
    const sealed = [10, 11, 12, 13].map((sequence) => sender.rtp(rtp(sequence, `p${sequence}`))!);
    expect([0, 2, 1, 3].map((at) => hex(receiver.rtp(sealed[at]!)))).toEqual(
      [10, 12, 11, 13].map((sequence) => hex(rtp(sequence, `p${sequence}`))),
    );
    for (const packet of sealed) expect(receiver.rtp(packet)).toBeUndefined();
    expect(receiver.refusals.replayed).toBe(4);
    const next = sender.rtp(rtp(14, 'next'))!;
    for (let at = 0; at < next.length; at += 1) {
      const touched = Uint8Array.from(next);
      touched[at]! ^= 0x01;
      expect(receiver.rtp(touched), `byte ${at}`).toBeUndefined();
    }
    expect(hex(receiver.rtp(next))).toBe(hex(rtp(14, 'next')));
    const report = sender.rtcp(RTCP)!;
    expect(hex(receiver.rtcp(report))).toBe(hex(RTCP));
    expect(receiver.rtcp(report)).toBeUndefined();
  });

  it('a header extension stays readable and is authenticated', () => {
    const sender = new SrtpSender(profile, ours);
    const packet = Buffer.concat([
      Buffer.from('906f000100000002000000030bede000'.slice(0, 24), 'hex'),
      Buffer.from('bede000110aa0000', 'hex'),
      Buffer.from('voice'),
    ]);
    const sealed = sender.rtp(packet)!;
    expect(hex(sealed.subarray(0, 20))).toBe(hex(packet.subarray(0, 20)));
    expect(hex(new SrtpReceiver(profile, ours).rtp(sealed))).toBe(hex(packet));
  });

  it('refuses anything else without throwing', () => {
    const receiver = new SrtpReceiver(profile, ours);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, looksRight) => {
        if (looksRight && bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        expect(receiver.rtp(bytes)).toBeUndefined();
        expect(receiver.rtcp(bytes)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(['aes128-cm-sha1-80', 'aead-aes128-gcm'] as const)('SRTP by %s, with werift', (profile) => {
  const ours = masterOf(profile, 1);
  const theirs = masterOf(profile, 99);
  const config = {
    keys: {
      localMasterKey: Buffer.from(theirs.key),
      localMasterSalt: Buffer.from(theirs.salt),
      remoteMasterKey: Buffer.from(ours.key),
      remoteMasterSalt: Buffer.from(ours.salt),
    },
    profile: SRTP_PROFILES[profile].code as 1 | 7,
  };

  it('agrees with another implementation over a wrap of sequence numbers', () => {
    const sender = new SrtpSender(profile, ours);
    const receiver = new SrtpReceiver(profile, theirs);
    const session = new SrtpSession(config);
    const rtcpSession = new SrtcpSession(config);
    for (let step = 0; step < 6; step += 1) {
      const packet = rtp((65_533 + step) & 0xffff, `payload ${step}`);
      expect(hex(session.decrypt(Buffer.from(sender.rtp(packet)!)))).toBe(hex(packet));
      const parsed = RtpPacket.deSerialize(packet);
      expect(hex(receiver.rtp(session.encrypt(parsed.payload, parsed.header)))).toBe(hex(packet));
      expect(hex(rtcpSession.decrypt(Buffer.from(sender.rtcp(RTCP)!)))).toBe(hex(RTCP));
      expect(hex(receiver.rtcp(rtcpSession.encrypt(RTCP)))).toBe(hex(RTCP));
    }
    expect(receiver.refusals).toEqual({ malformed: 0, notAuthentic: 0, replayed: 0 });
  });

  it('is understood over a wrap by one that hears only', () => {
    const session = new SrtpSession({
      ...config,
      keys: { ...config.keys, remoteMasterKey: Buffer.from(ours.key), remoteMasterSalt: Buffer.from(ours.salt) },
    });
    const again = new SrtpSender(profile, ours);
    for (const sequence of [65_534, 65_535, 0, 1, 2])
      expect(hex(session.decrypt(Buffer.from(again.rtp(rtp(sequence, 'x'))!)))).toBe(hex(rtp(sequence, 'x')));
  });
});

/** Made with libsrtp 2 (by pylibsrtp): master key and salt are the bytes 1, 2, 3 and so on. */
describe.each([
  [
    'aes128-cm-sha1-80',
    [
      '8000fffe009ffec00000cafe0dccb85b23f0700e560e980cc581c68377c9e929e70b',
      '8000ffff009fff600000cafefa5ef52862e6a06cb852eddd03249c4c6a5f966a754e',
      '80000000000000000000cafeae9969008015b8e1b0d8650f9ba9a84b84a8677114ad',
      '80000001000000a00000cafe49660238f47516a5882504556fcd547b7aedcc4b5414',
    ],
    ['80c900010000cafe80000001914ec9af9395946a5b9b', '80c900010000cafe800000025bfc627c1c7a69c57c53'],
  ],
  [
    'aes128-cm-sha1-32',
    [
      '8000fffe009ffec00000cafe0dccb85b23f0700e560e980cc581c683',
      '8000ffff009fff600000cafefa5ef52862e6a06cb852eddd03249c4c',
      '80000000000000000000cafeae9969008015b8e1b0d8650f9ba9a84b',
      '80000001000000a00000cafe49660238f47516a5882504556fcd547b',
    ],
    ['80c900010000cafe80000001914ec9af9395946a5b9b', '80c900010000cafe800000025bfc627c1c7a69c57c53'],
  ],
  [
    'aead-aes128-gcm',
    [
      '8000fffe009ffec00000cafe01560c8ce3400a04a7e87721ff02333cffb4ba9a822fe211077d0dd9',
      '8000ffff009fff600000cafe13ce69c3d27aca06e11a89575a5a38365bc1e8bf1ff7fafe554d25d2',
      '80000000000000000000cafe0204cbca43201935819c05b1984eb73d7ac3a3bd9d999a93540ee825',
      '80000001000000a00000cafeea199120105cc900e1f6f3bfb85d7266146c5eb1122d3c9accb26f39',
    ],
    ['80c900010000cafec17a84fa443579d098cd75f5c5d8de8380000001', '80c900010000cafe10341467870c4459e2d95ca6a8ad5c4b80000002'],
  ],
] as const)('packets of libsrtp by %s', (profile, packets, reports) => {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  const master = {
    key: Uint8Array.from({ length: keyBytes }, (_, at) => at + 1),
    salt: Uint8Array.from({ length: saltBytes }, (_, at) => keyBytes + at + 1),
  };
  const plainOf = (sequence: number): Buffer => {
    const packet = rtp(sequence, `parley ${String(sequence).padStart(5, '0')}`);
    packet[1] = 0;
    packet.writeUInt32BE(160 * sequence, 4);
    return packet;
  };

  it('are opened, and the same are made, over the wrap of sequence numbers', () => {
    const sender = new SrtpSender(profile, master);
    const receiver = new SrtpReceiver(profile, master);
    for (const [at, sequence] of [65_534, 65_535, 0, 1].entries()) {
      expect(hex(sender.rtp(plainOf(sequence)))).toBe(packets[at]);
      expect(hex(receiver.rtp(hexToBytes(packets[at]!)))).toBe(hex(plainOf(sequence)));
    }
    for (const report of reports) {
      expect(hex(sender.rtcp(hexToBytes('80c900010000cafe')))).toBe(report);
      expect(hex(receiver.rtcp(hexToBytes(report)))).toBe('80c900010000cafe');
    }
  });
});
