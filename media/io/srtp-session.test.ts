import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SRTP_PROFILES, type NamedKey, type SrtpKeying, type SrtpProfile } from '../srtp/srtp-keys.ts';
import { SrtpSession } from './srtp-session.ts';

const PROFILES = Object.keys(SRTP_PROFILES) as SrtpProfile[];
const RTCP = Buffer.from('81c900070000cafe000012340000000000000001000000000000000000000000', 'hex');
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

function keyOf(profile: SrtpProfile, fill: number, mki?: readonly number[]): NamedKey {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  const name = mki === undefined ? {} : { mki: Uint8Array.from(mki) };
  return { key: new Uint8Array(keyBytes).fill(fill), salt: new Uint8Array(saltBytes).fill(fill + 1), ...name };
}

function rtp(sequence: number): Buffer {
  const packet = Buffer.concat([Buffer.from([0x80, 0]), Buffer.alloc(10), Buffer.from(`voice ${sequence}`)]);
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(0xcafe, 8);
  return packet;
}

/** Both ends of a call. */
function pair(profile: SrtpProfile, mki?: readonly number[]): { ours: SrtpSession; theirs: SrtpSession } {
  const [a, b] = [keyOf(profile, 10, mki), keyOf(profile, 90, mki)];
  return { ours: new SrtpSession({ profile, send: a, receive: b }), theirs: new SrtpSession({ profile, send: b, receive: a }) };
}

describe.each(PROFILES)('SRTP of a telephone call by %s', (profile) => {
  it.each([
    ['without names of keys', undefined],
    ['with one byte', [1]],
    ['with four bytes', [0, 0, 0, 7]],
    ['with 128 bytes', Array.from({ length: 128 }, (_, at) => at)],
  ])('is heard in both directions, %s', (_what, mki) => {
    const { ours, theirs } = pair(profile, mki);
    const bare = pair(profile).ours;
    for (const sequence of [65_534, 65_535, 65_536]) {
      const sealed = ours.sealRtp(rtp(sequence))!;
      expect(sealed.length).toBe(bare.sealRtp(rtp(sequence))!.length + (mki?.length ?? 0));
      expect(hex(theirs.openRtp(sealed))).toBe(hex(rtp(sequence)));
      expect(hex(ours.openRtp(theirs.sealRtp(rtp(sequence))!))).toBe(hex(rtp(sequence)));
      expect(hex(theirs.openRtcp(ours.sealRtcp(RTCP)!))).toBe(hex(RTCP));
    }
    expect([ours.refused, theirs.refused]).toEqual([0, 0]);
  });

  it('hears a phone that announces a name of its key and sends none', () => {
    const named = pair(profile, [0, 9]).ours;
    const silent = pair(profile).theirs;
    expect(hex(named.openRtp(silent.sealRtp(rtp(7))!))).toBe(hex(rtp(7)));
    expect(hex(named.openRtcp(silent.sealRtcp(RTCP)!))).toBe(hex(RTCP));
  });

  // After a hold the caller was not heard for a moment: packets under the key of before were still on their way.
  it.each([
    ['begins to count anew', false],
    ['goes on counting', true],
  ])('changes keys without a gap, where the phone %s', (_what, goesOn) => {
    const { ours, theirs } = pair(profile);
    const old = { profile, send: keyOf(profile, 90), receive: keyOf(profile, 10) };
    const renewed: SrtpKeying = { profile, send: keyOf(profile, 10), receive: keyOf(profile, 120) };
    for (let sequence = 65_000; sequence < 65_600; sequence += 1) expect(ours.openRtp(theirs.sealRtp(rtp(sequence))!)).toBeDefined();
    const late = [65_600, 65_601].map((sequence) => theirs.sealRtp(rtp(sequence))!);
    ours.rekey(renewed);
    for (const packet of late) expect(ours.openRtp(packet)).toBeDefined();
    const newer = new SrtpSession({ ...old, send: keyOf(profile, 120) });
    if (goesOn) newer.sealRtp(rtp(65_535));
    const first = newer.sealRtp(rtp(65_602))!;
    expect(hex(ours.openRtp(first))).toBe(hex(rtp(65_602)));
    // Whoever has the old key only is heard no more.
    expect(ours.openRtp(theirs.sealRtp(rtp(65_603))!)).toBeUndefined();
    expect(hex(ours.openRtp(newer.sealRtp(rtp(65_604))!))).toBe(hex(rtp(65_604)));
    expect(ours.refused).toBe(1);
  });

  it('never begins to count anew with a key that stays: the same again changes nothing', () => {
    const { ours, theirs } = pair(profile);
    const keying = { profile, send: keyOf(profile, 10), receive: keyOf(profile, 90) };
    for (let sequence = 65_530; sequence < 65_540; sequence += 1) expect(theirs.openRtp(ours.sealRtp(rtp(sequence))!)).toBeDefined();
    const played = theirs.sealRtp(rtp(5))!;
    expect(ours.openRtp(played)).toBeDefined();
    ours.rekey(keying);
    expect(hex(theirs.openRtp(ours.sealRtp(rtp(65_541))!))).toBe(hex(rtp(65_541)));
    expect(ours.openRtp(played)).toBeUndefined();
  });

  it('takes nothing that was touched, cut, repeated, in the clear or under another key, and goes on', () => {
    const mki = [3, 4];
    fc.assert(
      fc.property(
        fc.nat(65_535),
        fc.array(fc.record({ step: fc.integer({ min: 1, max: 400 }), harm: fc.nat(5), at: fc.nat(1000), bit: fc.nat(7) }), {
          maxLength: 40,
        }),
        (from, steps) => {
          const { ours, theirs } = pair(profile, mki);
          const stranger = new SrtpSession({ profile, send: keyOf(profile, 55, mki), receive: keyOf(profile, 56, mki) });
          let sequence = from;
          let refused = 0;
          for (const { step, harm, at, bit } of steps) {
            sequence += step;
            const plain = rtp(sequence);
            const sealed = theirs.sealRtp(plain)!;
            const touched = Uint8Array.from(sealed);
            touched[at % sealed.length]! ^= 1 << bit;
            const bad = [
              touched,
              sealed.subarray(0, at % (sealed.length - mki.length)),
              plain,
              stranger.sealRtp(plain)!,
              Buffer.alloc(at % 64, 0x80),
              new Uint8Array(0),
            ][harm]!;
            // A packet cut by the name of its key alone is a whole one: the name is not authenticated (RFC 3711 section 3.1).
            if (ours.openRtp(bad) !== undefined) throw new Error(`harm ${harm} was taken`);
            refused += 1;
            expect(hex(ours.openRtp(sealed))).toBe(hex(plain));
            expect(ours.openRtp(sealed)).toBeUndefined();
            refused += 1;
          }
          expect(ours.refused).toBe(refused);
        },
      ),
      { numRuns: 60 },
    );
  });
});

// A re-INVITE that changed the name of a key, or was taken back, made our reports and voice begin anew under the same key.
describe.each(PROFILES)('a key of %s that is agreed on again', (profile) => {
  const [a, b] = [keyOf(profile, 10), keyOf(profile, 90)];
  const other = PROFILES.find((one) => one !== profile)!;
  const aside: SrtpKeying = { profile: other, send: keyOf(other, 30), receive: keyOf(other, 60) };

  it.each([
    ['under another name', (ours: SrtpSession) => ours.rekey({ profile, send: { ...a, mki: Uint8Array.of(2) }, receive: b })],
    ['after another suite', (ours: SrtpSession) => ours.rekey(aside)],
  ])('%s goes on counting: no two packets are encrypted alike', (_what, leave) => {
    const { ours, theirs } = pair(profile);
    const sealed = [65_534, 65_535, 65_536].map((sequence) => ours.sealRtp(rtp(sequence))!);
    const report = ours.sealRtcp(RTCP)!;
    leave(ours);
    ours.sealRtcp(RTCP);
    ours.rekey({ profile, send: a, receive: b });
    sealed.push(ours.sealRtp(rtp(65_537))!);
    for (const [at, packet] of sealed.entries()) expect(hex(theirs.openRtp(packet))).toBe(hex(rtp(65_534 + at)));
    for (const packet of [report, ours.sealRtcp(RTCP)!]) expect(hex(theirs.openRtcp(packet))).toBe(hex(RTCP));
  });

  it('takes no packet of before a second time', () => {
    const { ours, theirs } = pair(profile);
    const old = [theirs.sealRtp(rtp(1))!, theirs.sealRtp(rtp(2))!];
    for (const packet of old) expect(ours.openRtp(packet)).toBeDefined();
    ours.rekey(aside);
    ours.rekey({ profile, send: a, receive: b });
    expect(old.map((packet) => ours.openRtp(packet))).toEqual([undefined, undefined]);
    expect(hex(ours.openRtp(theirs.sealRtp(rtp(3))!))).toBe(hex(rtp(3)));
  });

  it('is forgotten at last where the other side names keys without end', () => {
    const { ours } = pair(profile);
    for (let at = 0; at < 100; at += 1) ours.rekey({ profile, send: keyOf(profile, at), receive: keyOf(profile, 100 + at) });
    const theirs = new SrtpSession({ profile, send: keyOf(profile, 199), receive: keyOf(profile, 99) });
    expect(hex(ours.openRtp(theirs.sealRtp(rtp(1))!))).toBe(hex(rtp(1)));
    expect(hex(theirs.openRtp(ours.sealRtp(rtp(1))!))).toBe(hex(rtp(1)));
  });
});
