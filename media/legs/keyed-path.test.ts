import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import type { LegSpec } from '../leg-spec.ts';
import { mediaOptions } from '../options.ts';
import type { SrtpKeying } from '../srtp/srtp-keys.ts';
import { KeyedPath, type PacketProtection } from './keyed-path.ts';
import { LatchedPath } from './latched-path.ts';

const KEYING: SrtpKeying = {
  profile: 'aes128-cm-sha1-80',
  send: { key: new Uint8Array(16), salt: new Uint8Array(14) },
  receive: { key: new Uint8Array(16).fill(1), salt: new Uint8Array(14) },
};
const RTP = Uint8Array.from([0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
const RTCP = Uint8Array.from([0x80, 201, 0, 1, 0, 0, 0, 9]);

/** Seals with a last byte of 1 and opens what has one. */
class Sealed implements PacketProtection {
  refused = 0;
  readonly keyings: SrtpKeying[] = [];
  readonly sealRtp = (packet: Uint8Array) => Uint8Array.from([...packet, 1]);
  readonly sealRtcp = (packet: Uint8Array) => Uint8Array.from([...packet, 1]);
  readonly openRtp = (packet: Uint8Array) => this.#open(packet);
  readonly openRtcp = (packet: Uint8Array) => this.#open(packet);
  rekey(keying: SrtpKeying): void {
    this.keyings.push(keying);
  }
  #open(packet: Uint8Array): Uint8Array | undefined {
    if (packet.at(-1) === 1) return packet.subarray(0, -1);
    this.refused += 1;
    return undefined;
  }
}

function pathWith(srtp: LegSpec['srtp']): { path: KeyedPath; sent: number[][]; made: Sealed[] } {
  const sent: number[][] = [];
  const made: Sealed[] = [];
  const push = (packet: Uint8Array) => void sent.push([...packet]);
  const spec = { remote: { address: '192.0.2.1', port: 4000 }, signallingAddress: '192.0.2.1' };
  const latched = new LatchedPath(ms(0), mediaOptions.parse({}).latch, spec, { sendRtp: push, sendRtcp: push });
  const path = new KeyedPath(latched, srtp, () => {
    const protection = new Sealed();
    made.push(protection);
    return protection;
  });
  return { path, sent, made };
}

describe('a path with keys from signalling', () => {
  it('passes packets as they are where nothing was agreed on', () => {
    const { path, sent } = pathWith(undefined);
    expect(path.openRtp(RTP)).toBe(RTP);
    expect(path.openRtcp(RTCP)).toBe(RTCP);
    path.sendRtp(RTP);
    path.sendRtcp(RTCP);
    expect(sent).toEqual([[...RTP], [...RTCP]]);
    expect(path.stats).toMatchObject({ encryption: 'none', packetsNotAuthentic: 0 });
  });

  it('gives out what is authentic, RTCP on the port of RTP too, and sends nothing in the clear', () => {
    const { path, sent } = pathWith(KEYING);
    expect(path.openRtp(RTP)).toBeUndefined();
    expect(path.openRtp(RTCP)).toBeUndefined();
    expect(path.openRtcp(RTCP)).toBeUndefined();
    expect(path.openRtp(Uint8Array.from([...RTP, 1]))).toEqual(RTP);
    expect(path.openRtp(Uint8Array.from([...RTCP, 1]))).toEqual(RTCP);
    path.sendRtp(RTP);
    path.sendRtcp(RTCP);
    expect(sent).toEqual([
      [...RTP, 1],
      [...RTCP, 1],
    ]);
    expect(path.stats).toMatchObject({ encryption: 'sdes-aes128-cm-sha1-80', packetsNotAuthentic: 3 });
  });

  it("neither hears nor speaks while the other side's key is awaited", () => {
    const { path, sent } = pathWith('awaited');
    expect([path.openRtp(RTP), path.openRtcp(RTCP), path.takesAudio, path.takesReports]).toEqual([undefined, undefined, false, false]);
    path.sendRtp(RTP);
    path.sendRtcp(RTCP);
    expect(sent).toEqual([]);
    path.update(ms(1), { payloadType: 0, srtp: KEYING });
    expect([path.takesAudio, path.takesReports]).toEqual([true, true]);
    expect(path.stats).toMatchObject({ encryption: 'sdes-aes128-cm-sha1-80', packetsNotAuthentic: 2 });
  });

  it('keeps its keys through a hold, takes new ones, and drops them with an agreement that has none', () => {
    const { path, made } = pathWith(KEYING);
    path.update(ms(1), { direction: 'inactive', held: true });
    expect(path.stats.encryption).toBe('sdes-aes128-cm-sha1-80');
    const other = { ...KEYING, profile: 'aead-aes128-gcm' } as const;
    path.update(ms(2), { payloadType: 0, srtp: other });
    expect(made).toHaveLength(1);
    expect(made[0]?.keyings).toEqual([other]);
    expect(path.openRtp(RTP)).toBeUndefined();
    path.update(ms(3), { payloadType: 0 });
    expect(path.openRtp(RTP)).toBe(RTP);
    expect(path.stats).toMatchObject({ encryption: 'none', packetsNotAuthentic: 1 });
  });

  it('keeps what it knows of the keys through a spell of plain RTP, and uses it for nothing meanwhile', () => {
    const { path, sent, made } = pathWith(KEYING);
    path.update(ms(1), { payloadType: 0 });
    path.sendRtp(RTP);
    expect(path.openRtp(RTP)).toBe(RTP);
    path.update(ms(2), { payloadType: 0, srtp: KEYING });
    path.sendRtp(RTP);
    expect(made).toHaveLength(1);
    expect(made[0]!.keyings).toEqual([KEYING]);
    expect(sent).toEqual([[...RTP], [...RTP, 1]]);
  });
});
