import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { CLIENT_HELLO } from '../dtls/handshake.ts';
import { ALERT, APPLICATION_DATA, HANDSHAKE, readRecords, writeRecord } from '../dtls/record.ts';
import { createCertificate } from './certificate.ts';
import { P256, X25519 } from './dtls-crypto.ts';
import { fragments } from './test-dtls-client.ts';
import { CLIENT_CERTIFICATE, TestDtlsPair } from './test-dtls-pair.ts';

const FATAL = 2;
const WARNING = 1;

function alertOf(datagrams: readonly Uint8Array[]): readonly number[] | undefined {
  const record = datagrams.flatMap(readRecords).find(({ type }) => type === ALERT);
  return record === undefined ? undefined : [...record.fragment];
}

describe('a DTLS handshake', () => {
  it.each([
    [X25519, true, 'aes128-cm-sha1-80'],
    [X25519, false, 'aes128-cm-sha1-80'],
    [P256, true, 'aead-aes128-gcm'],
    [P256, false, 'aead-aes128-gcm'],
  ] as const)(
    'group %i, extended master secret %s, %s: both sides have the same keys, and data passes',
    (group, extendedMasterSecret, profile) => {
      const { client, server, nowMs } = new TestDtlsPair({ group, extendedMasterSecret, profile }).connect();
      expect(client.fault).toBeUndefined();
      expect(client.connected).toBe(true);
      expect(server.connected).toEqual([{ profile, keys: client.keys }]);
      server.dtls.receive(nowMs, client.data(Uint8Array.of(1, 2, 3)));
      expect(server.heard).toEqual([Uint8Array.of(1, 2, 3)]);
      server.dtls.send(Uint8Array.of(4, 5));
      for (const datagram of server.take()) client.receive(datagram);
      expect(client.heard.map((bytes) => [...bytes])).toEqual([[4, 5]]);
    },
  );

  it('takes a datagram once: a replayed one is dropped', () => {
    const { client, server, nowMs } = new TestDtlsPair().connect();
    const datagram = client.data(Uint8Array.of(7));
    expect(server.dtls.receive(nowMs, datagram)).toBe(true);
    expect(server.dtls.receive(nowMs, datagram)).toBe(false);
    expect(server.heard).toHaveLength(1);
  });

  it('answers a second ClientHello: the page began anew, or the first was junk', () => {
    const first = new TestDtlsPair();
    first.exchange();
    const second = new TestDtlsPair();
    for (const record of second.client.flight) first.server.dtls.receive(first.nowMs, second.client.seal(record));
    for (const datagram of first.server.take()) second.client.receive(datagram);
    for (const record of second.client.flight) first.server.dtls.receive(first.nowMs, second.client.seal(record));
    for (const datagram of first.server.take()) second.client.receive(datagram);
    expect(second.client.connected).toBe(true);
    expect(first.server.connected).toMatchObject([{ keys: second.client.keys }]);
  });

  it('repeats its last flight when the peer asks again, but not as often as it asks', () => {
    const { client, server } = new TestDtlsPair().connect();
    expect(client.connected).toBe(true);
    const pair = new TestDtlsPair();
    pair.exchange();
    const last = pair.client.flight;
    for (const record of last) pair.server.dtls.receive(pair.nowMs, pair.client.seal(record));
    // Lost on its way.
    expect(pair.server.take().length).toBeGreaterThan(0);
    let answers = 0;
    for (let at = 0; at < 100; at += 1) {
      for (const record of last) pair.server.dtls.receive(ms(pair.nowMs + at), pair.client.seal(record));
      const again = pair.server.take();
      answers += again.length;
      for (const datagram of again) pair.client.receive(datagram);
    }
    expect(pair.client.connected).toBe(true);
    expect(answers).toBeGreaterThan(0);
    expect(answers).toBeLessThanOrEqual(3);
    expect(server.connected).toHaveLength(1);
  });

  it('says its flight again when no answer comes, each time later, and gives up', () => {
    const pair = new TestDtlsPair();
    for (const record of pair.client.flight) pair.server.dtls.receive(ms(0), pair.client.seal(record));
    pair.server.take();
    const atMs: number[] = [];
    for (let nowMs = 0; nowMs < 60_000; nowMs += 10) {
      pair.server.dtls.wake(ms(nowMs));
      if (pair.server.take().length > 0) atMs.push(nowMs);
    }
    expect(atMs).toEqual([150, 450, 1050, 2250, 4650, 9450]);
    expect(pair.server.dtls.wakeAtMs).toBeUndefined();
  });
});

const stranger = await createCertificate(0);

describe('a handshake that must not succeed', () => {
  const cases = [
    ['a certificate that the offer did not name', { certificate: stranger }, /fingerprint/, [FATAL, 42]],
    [
      'the right certificate without its key',
      { signWith: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey },
      /prove/,
      [FATAL, 51],
    ],
    [
      'no certificate',
      { alter: (type: number, body: Uint8Array) => (type === 11 ? Uint8Array.of(0, 0, 0) : body) },
      /no certificate/,
      [FATAL, 42],
    ],
    [
      'a certificate list that is cut',
      { alter: (type: number, body: Uint8Array) => (type === 11 ? body.subarray(0, 40) : body) },
      /no certificate/,
      [FATAL, 42],
    ],
    [
      'a key that is not a point of the group',
      { group: P256, alter: (type: number, body: Uint8Array) => (type === 16 ? Uint8Array.of(65, 4, ...Array<number>(64).fill(9)) : body) },
      /point/,
      [FATAL, 47],
    ],
    [
      'a key of no length',
      { alter: (type: number, body: Uint8Array) => (type === 16 ? Uint8Array.of(0) : body) },
      /out of order/,
      [FATAL, 10],
    ],
    ['no suite that we have', { cipherSuites: [0xc02f, 0x1301] }, /no ECDHE/, [FATAL, 40]],
    ['DTLS 1.0 at most', { version: 0xfeff }, /no DTLS 1\.2/, [FATAL, 70]],
  ] as const;

  it.each(cases)('%s', (_, options, detail, alert) => {
    const pair = new TestDtlsPair(options);
    pair.exchange();
    const { client, server } = pair;
    for (const record of client.flight) {
      // Where the client cannot go on, since its first flight was refused, it repeats that.
      server.dtls.receive(pair.nowMs, client.seal(record));
    }
    const sent = server.take();
    for (const datagram of sent) client.receive(datagram);
    expect(server.ended).toEqual([{ kind: 'failed', detail: expect.stringMatching(detail) as unknown }]);
    expect(server.connected).toEqual([]);
    expect(client.alerts[0] ?? alertOf(sent)).toEqual(alert);
    server.dtls.receive(pair.nowMs, client.seal(client.flight[0]!));
    expect(server.take()).toEqual([]);
  });

  it('a Finished over another handshake', () => {
    const pair = new TestDtlsPair({ alterFinished: (data) => data.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) }).connect();
    expect(pair.server.ended).toMatchObject([{ kind: 'failed', detail: expect.stringContaining('different') as unknown }]);
    expect(pair.server.connected).toEqual([]);
    expect(pair.client.alerts).toEqual([[FATAL, 51]]);
  });

  it('a Finished that is not sealed', () => {
    const pair = new TestDtlsPair();
    pair.exchange();
    const plain = pair.client.flight.map((record) => (record.epoch === 1 ? { ...record, epoch: 0 as const } : record));
    pair.exchange(plain);
    expect(pair.server.connected).toEqual([]);
  });

  it('a Finished before the certificate was proved', () => {
    const pair = new TestDtlsPair();
    pair.exchange();
    const [certificate, keyExchange] = pair.client.flight;
    const finished = pair.client.flight.at(-1)!;
    // In the place of CertificateVerify.
    const early = Uint8Array.from(finished.content);
    early[5] = early[5]! - 1;
    pair.exchange([certificate!, keyExchange!, { ...finished, content: early }]);
    expect(pair.server.ended).toMatchObject([{ detail: expect.stringContaining('before') as unknown }]);
    expect(pair.server.connected).toEqual([]);
  });
});

describe('a connected peer', () => {
  it('is not renegotiated with: a ClientHello is declined, and the call goes on', () => {
    const { client, server, nowMs } = new TestDtlsPair().connect();
    const hello = client.message(CLIENT_HELLO, new TestDtlsPair().client.flight[0]!.content.slice(12));
    server.dtls.receive(nowMs, client.seal({ type: HANDSHAKE, epoch: 1, content: hello }));
    for (const datagram of server.take()) client.receive(datagram);
    expect(client.alerts).toEqual([[WARNING, 100]]);
    server.dtls.receive(nowMs, client.data(Uint8Array.of(1)));
    expect(server.heard).toHaveLength(1);
    expect(server.dtls.isConnected).toBe(true);
    expect(server.ended).toEqual([]);
    server.dtls.send(Uint8Array.of(2));
    expect(readRecords(server.take()[0]!)[0]).toMatchObject({ type: APPLICATION_DATA, epoch: 1 });
  });

  it('is not disturbed by plain records, alerts among them, that anybody could have forged', () => {
    const { server, client, nowMs } = new TestDtlsPair().connect();
    const fresh = new TestDtlsPair();
    for (const plain of [writeRecord(ALERT, 0, 99, Uint8Array.of(FATAL, 40)), writeRecord(ALERT, 0, 100, Uint8Array.of(WARNING, 0))])
      server.dtls.receive(nowMs, plain);
    for (const record of fresh.client.flight.flatMap((one) => fragments(one, 60))) server.dtls.receive(nowMs, fresh.client.seal(record));
    expect(server.take()).toEqual([]);
    server.dtls.receive(nowMs, client.data(Uint8Array.of(1)));
    expect(server.heard).toHaveLength(1);
  });

  it('ends by its goodbye, and by a fatal alert', () => {
    const polite = new TestDtlsPair().connect();
    polite.server.dtls.receive(polite.nowMs, polite.client.seal({ type: ALERT, epoch: 1, content: Uint8Array.of(WARNING, 0) }));
    expect(polite.server.ended).toEqual([{ kind: 'closed', detail: 'DTLS close_notify' }]);
    const rude = new TestDtlsPair().connect();
    rude.server.dtls.receive(rude.nowMs, rude.client.seal({ type: ALERT, epoch: 1, content: Uint8Array.of(FATAL, 20) }));
    expect(rude.server.ended).toMatchObject([{ kind: 'failed' }]);
    expect(CLIENT_CERTIFICATE.der.length).toBeGreaterThan(100);
  });
});
