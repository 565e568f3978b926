import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeLaw, encodeLaw, type Law } from '../g711.ts';
import { isRtcp, parseRtp, writeRtp } from '../rtp.ts';
import { FRAME_SAMPLES } from '../speech-level.ts';

/** A packet that a phone heard. */
export interface HeardPacket {
  readonly atMs: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly pcm: Int16Array;
}

/** The other side of a leg for tests: sends paced G.711 from one socket and keeps what comes back. Its numbers are about to wrap. */
export class RtpPhone {
  readonly #socket: Socket;
  readonly heard: HeardPacket[] = [];
  rtcpHeard = 0;
  readonly #law: Law;
  readonly #ssrc: number;
  #sequence = 65500;
  #timestamp = 0xffff_f000;

  private constructor(socket: Socket, law: Law, ssrc: number) {
    this.#socket = socket;
    this.#law = law;
    this.#ssrc = ssrc;
    socket.on('message', (bytes) => this.#receive(bytes));
  }

  static async open(law: Law = 'pcmu', ssrc = 0x1234): Promise<RtpPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RtpPhone(socket, law, ssrc);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends the samples in packets of 20 ms, in real time. */
  async speak(pcm: Int16Array, toPort: number): Promise<void> {
    const start = performance.now();
    for (let at = 0, index = 0; at + FRAME_SAMPLES <= pcm.length; at += FRAME_SAMPLES, index += 1) {
      const wait = start + index * 20 - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      this.sendFrame(pcm.subarray(at, at + FRAME_SAMPLES), toPort);
    }
  }

  sendFrame(pcm: Int16Array, toPort: number): void {
    const packet = writeRtp({
      payloadType: this.#law === 'pcmu' ? 0 : 8,
      marker: false,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: this.#ssrc,
      payload: encodeLaw(this.#law, pcm),
    });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + pcm.length) >>> 0;
    this.#socket.send(packet, toPort, '127.0.0.1');
  }

  close(): void {
    this.#socket.close();
  }

  #receive(bytes: Buffer): void {
    if (isRtcp(bytes)) {
      this.rtcpHeard += 1;
      return;
    }
    const packet = parseRtp(bytes);
    if (packet === undefined) return;
    const { sequence, timestamp, marker, payloadType, payload } = packet;
    this.heard.push({
      atMs: performance.timeOrigin + performance.now(),
      sequence,
      timestamp,
      marker,
      payloadType,
      pcm: decodeLaw(this.#law, payload),
    });
  }
}
