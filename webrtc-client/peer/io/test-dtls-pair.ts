import { ms, type Ms } from '#domain/units';
import { seeded } from '#kit/seeded-random';
import type { SrtpProfile } from '#media';
import type { DtlsSrtpKeys } from '../dtls/exported-keys.ts';
import { createCertificate, type PeerCertificate } from './certificate.ts';
import { DtlsServer } from './dtls-server.ts';
import { fragments, TestDtlsClient, type ClientRecord, type TestClientOptions } from './test-dtls-client.ts';

/** One for all tests: making a certificate takes longer than a handshake. */
export const SERVER_CERTIFICATE = await createCertificate(0);
export const CLIENT_CERTIFICATE = await createCertificate(0);

/** A server, and all that it told. */
export class TestDtlsServer {
  readonly sent: Uint8Array[] = [];
  readonly heard: Uint8Array[] = [];
  readonly connected: { readonly profile: SrtpProfile; readonly keys: DtlsSrtpKeys }[] = [];
  readonly ended: { readonly kind: 'closed' | 'failed'; readonly detail: string }[] = [];
  readonly dtls: DtlsServer;

  constructor(
    clientCertificate: PeerCertificate = CLIENT_CERTIFICATE,
    profiles: readonly SrtpProfile[] = ['aes128-cm-sha1-80', 'aead-aes128-gcm'],
  ) {
    this.dtls = new DtlsServer(SERVER_CERTIFICATE, [clientCertificate.fingerprint], profiles, {
      send: (datagram) => this.sent.push(datagram),
      connected: (profile, keys) => this.connected.push({ profile, keys }),
      data: (bytes) => this.heard.push(Uint8Array.from(bytes)),
      ended: (kind, detail) => this.ended.push({ kind, detail }),
    });
  }

  /** What it has sent since the last call. */
  take(): readonly Uint8Array[] {
    return this.sent.splice(0);
  }
}

/** Client and server with nothing between them. */
export class TestDtlsPair {
  readonly client: TestDtlsClient;
  readonly server = new TestDtlsServer();
  nowMs: Ms = ms(1000);

  constructor(options: Partial<TestClientOptions> = {}) {
    this.client = new TestDtlsClient({ certificate: CLIENT_CERTIFICATE, ...options });
  }

  /** Sends what the client has to send, one record a datagram, and gives it the answers. */
  exchange(records: readonly ClientRecord[] = this.client.flight): void {
    for (const record of records) this.server.dtls.receive(this.nowMs, this.client.seal(record));
    this.answers();
  }

  answers(): void {
    for (const datagram of this.server.take()) this.client.receive(datagram);
  }

  /** A whole handshake. */
  connect(): this {
    this.exchange();
    this.exchange();
    return this;
  }
}

export interface Weather {
  /** Of datagrams, as long as `stormMs` lasts. */
  readonly lossRatio: number;
  readonly duplicateRatio: number;
  /** A datagram takes 1 ms up to this. */
  readonly mostDelayMs: number;
  readonly stormMs: number;
  /** Largest fragment of the client's messages, bytes. */
  readonly fragmentBytes: number;
  /** Share of records that share the datagram of the record before. */
  readonly joinRatio: number;
}

interface InFlight {
  readonly atMs: number;
  readonly toServer: boolean;
  readonly bytes: Uint8Array;
}

/** A handshake over a bad path in virtual time; returns when both sides are through, undefined: not within `limitMs`. */
export function handshakeOverBadPath(pair: TestDtlsPair, weather: Weather, seed: number, limitMs = 20_000): number | undefined {
  const random = seeded(seed);
  const { client, server } = pair;
  const path: InFlight[] = [];
  const post = (nowMs: number, toServer: boolean, bytes: Uint8Array): void => {
    if (nowMs < weather.stormMs && random() < weather.lossRatio) return;
    const copies = random() < weather.duplicateRatio ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      path.push({ atMs: nowMs + 1 + Math.floor(random() * weather.mostDelayMs), toServer, bytes });
  };
  const sendFlight = (nowMs: number): void => {
    const datagram: Uint8Array[] = [];
    for (const record of client.flight.flatMap((one) => fragments(one, weather.fragmentBytes))) {
      if (datagram.length > 0 && random() >= weather.joinRatio) post(nowMs, true, Buffer.concat(datagram.splice(0)));
      datagram.push(client.seal(record));
    }
    if (datagram.length > 0) post(nowMs, true, Buffer.concat(datagram));
  };
  let resendAtMs = 0;
  let flight: unknown;
  for (let nowMs = 0; nowMs < limitMs; nowMs += 1) {
    if (client.flight !== flight || nowMs >= resendAtMs) {
      // A browser's own: 50 ms at first, later up to half a second.
      resendAtMs = nowMs + (client.flight === flight ? 300 : 50);
      flight = client.flight;
      sendFlight(nowMs);
    }
    for (let at = 0; at < path.length;) {
      const { atMs, toServer, bytes } = path[at]!;
      if (atMs > nowMs) at += 1;
      else {
        path.splice(at, 1);
        if (toServer) server.dtls.receive(ms(nowMs), bytes);
        else client.receive(bytes);
      }
    }
    server.dtls.wake(ms(nowMs));
    for (const datagram of server.take()) post(nowMs, false, datagram);
    if (client.connected && server.dtls.isConnected) return nowMs;
    if (server.ended.length > 0) return undefined;
  }
  return undefined;
}
