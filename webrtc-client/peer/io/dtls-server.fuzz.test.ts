import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { concatBytes, equalBytes } from '#kit/bytes';
import { writeRecord } from '../dtls/record.ts';
import { seeded } from '#kit/seeded-random';
import { handshakeOverBadPath, TestDtlsPair, type Weather } from './test-dtls-pair.ts';

/** 10^5 cases in all; each is one seed, named where it fails. */
const PATHS = 300;
const BEFORE = 20_000;
const DURING = 12_000;
const AFTER = 68_000;
/** Of one datagram of a second flight. */
const FORGERIES = 12;

describe('the DTLS server, whatever the path does', () => {
  it(`comes through ${PATHS} bad paths: lost, late, repeated, reordered, split and joined records`, () => {
    const slow: number[] = [];
    for (let seed = 1; seed <= PATHS; seed += 1) {
      const random = seeded(seed);
      const weather: Weather = {
        lossRatio: random() * 0.5,
        duplicateRatio: random() * 0.5,
        mostDelayMs: 1 + random() * 120,
        stormMs: 3_000,
        fragmentBytes: 20 + Math.floor(random() * 600),
        joinRatio: random(),
      };
      const pair = new TestDtlsPair({ extendedMasterSecret: random() < 0.8 });
      const atMs = handshakeOverBadPath(pair, weather, seed);
      const said = `seed ${seed}: ${JSON.stringify({ weather, ended: pair.server.ended, fault: pair.client.fault })}`;
      expect(atMs, said).toBeDefined();
      expect(pair.client.fault, said).toBeUndefined();
      expect(pair.server.connected, said).toHaveLength(1);
      expect(pair.server.connected[0]!.keys, said).toEqual(pair.client.keys);
      if (atMs! > 6_000) slow.push(seed);
    }
    // The storm lasts 3 s, and then nothing is lost: who needs longer than twice that has forgotten to ask again.
    expect(slow).toEqual([]);
  });

  it(`is not harmed by ${BEFORE} forged datagrams before the handshake`, () => {
    const random = seeded(11);
    let refused = 0;
    for (let round = 0; round < BEFORE / 100; round += 1) {
      const pair = new TestDtlsPair();
      const hello = pair.client.seal(pair.client.flight[0]!);
      for (let at = 0; at < 100 && pair.server.ended.length === 0; at += 1) pair.server.dtls.receive(ms(at), forged(hello, random));
      // A forged hello that is well-formed, but offers nothing that we have, is refused for good, as RFC 5246 wants it.
      if (pair.server.ended.length > 0) {
        refused += 1;
        continue;
      }
      pair.server.take();
      pair.nowMs = ms(1_000);
      pair.connect();
      // Eight hellos that began something and were given up are the most; then the peer has to come anew.
      if (!pair.client.connected) expect(pair.server.dtls.isConnected).toBe(false);
      else expect(pair.server.connected[0]!.keys).toEqual(pair.client.keys);
    }
    expect(refused).toBeLessThan(BEFORE / 100);
  });

  it(`believes none of ${DURING} forged second flights`, () => {
    const random = seeded(12);
    for (let round = 0; round < DURING / FORGERIES; round += 1) {
      const pair = new TestDtlsPair();
      pair.exchange();
      const flight = pair.client.flight.map((record) => pair.client.seal(record));
      const at = Math.floor(random() * flight.length);
      // All before it as they are; then forgeries of one of them.
      for (const datagram of flight.slice(0, at)) pair.server.dtls.receive(pair.nowMs, datagram);
      for (let time = 0; time < FORGERIES; time += 1) pair.server.dtls.receive(pair.nowMs, forged(flight[at]!, random));
      for (const datagram of flight.slice(at + 1)) pair.server.dtls.receive(pair.nowMs, datagram);
      // Whether it failed or waits: connected it is only with what the client sent, byte by byte (a forgery may have changed nothing that counts).
      if (pair.server.dtls.isConnected) expect(pair.server.connected[0]!.keys).toEqual(pair.client.keys);
    }
  });

  it(`goes on through ${AFTER} forged datagrams to a connected call`, () => {
    const random = seeded(13);
    const pair = new TestDtlsPair().connect();
    const { client, server } = pair;
    let sent = 0;
    for (let at = 0; at < AFTER; at += 1) {
      const genuine = client.data(concatBytes([Uint8Array.of(at), new Uint8Array(40)]));
      const forgery = forged(genuine, random, true);
      // What was put in behind the record, or was by chance the same byte, leaves the record genuine.
      if (equalBytes(forgery.slice(0, genuine.length), genuine)) continue;
      server.dtls.receive(ms(2_000 + at), forgery);
      if (at % 1000 > 0) continue;
      server.dtls.receive(ms(2_000 + at), client.data(Uint8Array.of(99)));
      sent += 1;
    }
    expect(server.heard.filter((bytes) => bytes.length === 1 && bytes[0] === 99)).toHaveLength(sent);
    expect(server.heard).toHaveLength(sent);
    expect(server.ended).toEqual([]);
    expect(server.sent.length).toBeLessThan(AFTER / 40);
  });
});

/** A datagram with something changed: cut, flipped, longer, doubled, other lengths, other headers. `surely`: never what it was. */
function forged(datagram: Uint8Array, random: () => number, surely = false): Uint8Array {
  const pick = (below: number): number => Math.floor(random() * below);
  const bytes = Uint8Array.from(datagram);
  switch (pick(8)) {
    case 0:
      return bytes.subarray(0, pick(bytes.length));
    case 1:
      bytes[13 + pick(Math.max(1, bytes.length - 13))]! ^= 1 << pick(8);
      return bytes;
    case 2:
      bytes[surely ? 13 + pick(bytes.length - 13) : pick(bytes.length)]! ^= 1 + pick(255);
      return bytes;
    case 3: {
      const at = 13 + pick(bytes.length - 13);
      return concatBytes([bytes.subarray(0, at), Uint8Array.from({ length: 1 + pick(40) }, () => pick(256)), bytes.subarray(at)]);
    }
    case 4: {
      // A length field, or what might be one, says something else.
      const at = 11 + pick(Math.max(1, Math.min(bytes.length, 60) - 12));
      bytes[at] = pick(4) === 0 ? 255 : pick(256);
      bytes[at + 1]! ^= 1 + pick(255);
      return bytes;
    }
    case 5: {
      const from = 13 + pick(bytes.length - 40);
      return concatBytes([bytes.subarray(0, from), bytes.subarray(from, from + 1 + pick(20)), bytes.subarray(from)]);
    }
    case 6: {
      // Another record in front, of a type and an epoch of its own.
      const junk = Uint8Array.from({ length: pick(80) }, () => pick(256));
      const record = writeRecord(pick(26), pick(4), pick(1 << 20), junk);
      return surely ? record : concatBytes([record, bytes]);
    }
    default:
      return Uint8Array.from({ length: pick(200) }, () => pick(256));
  }
}
