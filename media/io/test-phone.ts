import { createSocket, type Socket } from 'node:dgram';
import { encodeG711, decodeG711, type G711Law } from '../codec/g711.ts';
import { RtpPacket, RTP_HEADER_BYTES, looksLikeRtcp, writeRtpHeader } from '../rtp/packet.ts';

/** A packet that a phone heard. */
export interface HeardPacket {
  readonly atMs: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly pcm: Int16Array;
}

/** The other side of a leg for tests: sends paced G.711 from one socket and keeps what comes back. */
export class TestPhone {
  readonly #socket: Socket;
  readonly heard: HeardPacket[] = [];
  rtcpHeard = 0;
  readonly #law: G711Law;
  readonly #ssrc: number;
  #sequence = 65500;
  #timestamp = 0xffff_f000;

  private constructor(socket: Socket, law: G711Law, ssrc: number) {
    this.#socket = socket;
    this.#law = law;
    this.#ssrc = ssrc;
    socket.on('message', (bytes) => this.#receive(bytes));
  }

  static async open(law: G711Law = 'PCMU', ssrc = 0x1234): Promise<TestPhone> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    return new TestPhone(socket, law, ssrc);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends the samples in packets of 20 ms, in real time. */
  async speak(pcm: Int16Array, toPort: number): Promise<void> {
    const start = performance.now();
    for (let at = 0, index = 0; at + FRAME <= pcm.length; at += FRAME, index += 1) {
      const wait = start + index * 20 - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      this.sendFrame(pcm.subarray(at, at + FRAME), toPort);
    }
  }

  sendFrame(pcm: Int16Array, toPort: number): void {
    const packet = new Uint8Array(RTP_HEADER_BYTES + pcm.length);
    writeRtpHeader(packet, false, this.#law === 'PCMU' ? 0 : 8, this.#sequence, this.#timestamp, this.#ssrc);
    encodeG711(this.#law, pcm, pcm.length, packet, RTP_HEADER_BYTES);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + pcm.length) >>> 0;
    this.#socket.send(packet, toPort, '127.0.0.1');
  }

  close(): void {
    this.#socket.close();
  }

  #receive(bytes: Buffer): void {
    if (looksLikeRtcp(bytes)) {
      this.rtcpHeard += 1;
      return;
    }
    const rtp = new RtpPacket();
    if (!rtp.read(bytes)) return;
    const pcm = new Int16Array(rtp.payloadEnd - rtp.payloadStart);
    decodeG711(this.#law, bytes, rtp.payloadStart, pcm.length, pcm);
    const { sequence, timestamp, marker, payloadType } = rtp;
    this.heard.push({ atMs: performance.timeOrigin + performance.now(), sequence, timestamp, marker, payloadType, pcm });
  }
}

/** 20 ms at 8 kHz. */
const FRAME = 160;
