import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Offers a call by WebRTC from this address and never connects; resolves with the status. */
export function offerAndNeverConnect(port: number, localAddress: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        localAddress,
        method: 'POST',
        path: '/webrtc/calls?persona=bot',
        headers: { 'content-type': 'application/sdp' },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asked.once('error', reject);
    asked.end(OFFER);
  });
}

/** A WebSocket call that starts, mutes itself and answers pings, as `ws` does by itself. Resolves with the code that it was closed with, or 'open'. */
export async function startAndMute(
  port: number,
  localAddress: string,
): Promise<{ readonly outcome: number | 'open'; readonly socket: WebSocket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/audio?persona=bot&protocol=parley.v1`, { localAddress });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code]) => code as number);
  const opened = await Promise.race([once(socket, 'open').then(() => 'open' as const), closed]);
  if (opened !== 'open') return { outcome: opened, socket };
  socket.send(JSON.stringify({ type: 'start', format: 'pcm_s16le', sampleRate: 16_000, channels: 1 }));
  socket.send(JSON.stringify({ kind: 'mute', on: true }));
  return { outcome: await Promise.race([closed, pause(SETTLED_MS, 'open' as const)]), socket };
}

/** Sends INVITEs from one address and acknowledges nothing. */
export class InviteFlood {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #host: string;
  #serial = 0;
  sentBytes = 0;
  answers: string[] = [];
  answeredBytes = 0;

  private constructor(socket: Socket, port: number, host: string) {
    this.#socket = socket;
    this.#port = port;
    this.#host = host;
    socket.on('message', (bytes) => {
      this.answeredBytes += bytes.length;
      this.answers.push(bytes.toString('latin1', 0, 16).split(' ', 2)[1] ?? '');
    });
  }

  static async open(port: number, host: string): Promise<InviteFlood> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    socket.bind(0, host);
    await once(socket, 'listening');
    return new InviteFlood(socket, port, host);
  }

  /** So many, `perSecond` of them. `headers`: further lines, such as a longer way. */
  async send(count: number, perSecond: number, options: { readonly sdp?: boolean } = {}): Promise<void> {
    const batch = Math.max(1, Math.round(perSecond / 100));
    for (let sent = 0; sent < count; sent += batch) {
      for (let i = 0; i < Math.min(batch, count - sent); i += 1) this.#one(options.sdp ?? true);
      await pause(10);
    }
  }

  close(): void {
    this.#socket.close();
  }

  #one(withSdp: boolean): void {
    const id = `${this.#host.replaceAll('.', 'x')}x${(this.#serial += 1)}`;
    const { port } = this.#socket.address();
    const sdp = withSdp
      ? ['v=0', `o=- 1 1 IN IP4 ${this.#host}`, 's=-', `c=IN IP4 ${this.#host}`, 't=0 0', 'm=audio 4000 RTP/AVP 0 8', ''].join('\r\n')
      : '';
    const text = [
      `INVITE sip:bot@127.0.0.1:${this.#port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.#host}:${port};branch=z9hG4bK${id}`,
      'Max-Forwards: 70',
      `From: <sip:f@${this.#host}>;tag=${id}`,
      `To: <sip:bot@127.0.0.1:${this.#port}>`,
      `Call-ID: ${id}@flood`,
      'CSeq: 1 INVITE',
      `Contact: <sip:f@${this.#host}:${port}>`,
      ...(withSdp ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${sdp.length}`,
      '',
      sdp,
    ].join('\r\n');
    this.sentBytes += text.length;
    this.#socket.send(text, this.#port, '127.0.0.1', () => undefined);
  }
}

/** What follows of a refusal comes within this. */
const SETTLED_MS = 400;
/** As Chromium writes one, its candidates out of the way: RFC 5737 addresses. */
const OFFER = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:mD+r',
  'a=ice-pwd:1q7nY2WJfSPYxgUyqOLEkhBs',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 8B:0C:11:A0:7D:2A:9E:44:31:5F:6B:C8:90:DE:AD:BE:EF:00:12:34:56:78:9A:BC:DE:F0:11:22:33:44:55:66',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=ssrc:1 cname:x',
  '',
].join('\r\n');
