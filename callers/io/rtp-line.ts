import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { decodeLaw, encodeLaw, type Law } from '../g711.ts';
import { MAX_PACKETS, type ReceivedPacket, type SentPacket } from '../packet-log.ts';
import { parseRtp, writeRtp } from '../rtp.ts';
import { FRAME_SAMPLES, isSpeech } from '../speech-level.ts';
import { SpeechQueue, type PlayedSound } from '../speech-queue.ts';
import { Pacer } from './pacer.ts';

/** One RTP stream each way over UDP, sent continuously every 20 ms; every packet is kept with its time. */
export class RtpLine {
  readonly sent: SentPacket[] = [];
  readonly received: ReceivedPacket[] = [];
  #socket: Socket;
  readonly #queue = new SpeechQueue(8000);
  readonly #ssrc = randomInt(1, 2 ** 32 - 1);
  #sequence = randomInt(0, 65536);
  #timestamp = randomInt(0, 2 ** 32 - 1);
  #remote: { address: string; port: number } | undefined;
  #law: Law = 'pcmu';
  #muted = false;
  readonly #pacer = new Pacer((dueMs) => this.#sendNext(dueMs));
  #digits: { code: number; ticks: number; timestamp: number; payloadType: number; done: () => void }[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  static async open(address: string): Promise<RtpLine> {
    return new RtpLine(await bind(address));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Moves to a new port of our own, as a phone does that changes networks. */
  async rebind(address: string): Promise<void> {
    const socket = await bind(address);
    this.#socket.close();
    this.#socket = socket;
    this.#listen(socket);
  }

  connect(remote: { address: string; port: number }, law: Law): void {
    this.#remote = remote;
    this.#law = law;
    this.#pacer.start();
  }

  /** Mixed under everything that is sent; a loop at 8 kHz. */
  setNoise(loop: Int16Array | undefined): void {
    this.#queue.setNoise(loop);
  }

  /** A silent caller of the worst kind: no packets at all. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
  }

  /** Plays 8 kHz audio after what is already queued; resolves when its last packet has left, or at once when the line is closed. */
  play(pcm: Int16Array): Promise<PlayedSound> {
    return this.#queue.play(pcm);
  }

  get playing(): boolean {
    return this.#queue.playing;
  }

  /** One RFC 4733 event of 160 ms, its end sent three times. */
  sendDigit(digit: string, payloadType: number): Promise<void> {
    const code = '0123456789*#ABCD'.indexOf(digit);
    if (code < 0) throw new Error(`"${digit}" is no DTMF digit`);
    return new Promise((resolve) => this.#digits.push({ code, ticks: 0, timestamp: 0, payloadType, done: resolve }));
  }

  close(): void {
    this.#pacer.stop();
    this.#queue.close(performance.now());
    for (const digit of this.#digits.splice(0)) digit.done();
    this.#socket.close();
  }

  #listen(socket: Socket): void {
    socket.on('message', (bytes) => this.#receive(bytes));
    socket.on('error', () => {}); // ICMP answers of a far side that is gone
  }

  #sendNext(dueMs: number): void {
    const pcm = this.#queue.nextFrame();
    const digit = this.#digits[0];
    if (!this.#muted) {
      if (digit) this.#sendDigitPacket(digit);
      else this.#send(this.#law === 'pcmu' ? 0 : 8, this.#timestamp, encodeLaw(this.#law, pcm), false);
    }
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0;
    const atMs = performance.now();
    if (this.sent.length < MAX_PACKETS) this.sent.push({ atMs, dueMs, pcm });
    this.#queue.left(atMs);
  }

  #sendDigitPacket(digit: { code: number; ticks: number; timestamp: number; payloadType: number; done: () => void }): void {
    if (digit.ticks === 0) digit.timestamp = this.#timestamp;
    digit.ticks++;
    const ended = digit.ticks > 8;
    const duration = Math.min(8, digit.ticks) * FRAME_SAMPLES;
    const payload = new Uint8Array([digit.code, (ended ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
    this.#send(digit.payloadType, digit.timestamp, payload, digit.ticks === 1);
    if (digit.ticks < 11) return;
    this.#digits.shift();
    digit.done();
  }

  #send(payloadType: number, timestamp: number, payload: Uint8Array, marker: boolean): void {
    const remote = this.#remote;
    const packet = writeRtp({ payloadType, marker, sequence: this.#sequence, timestamp, ssrc: this.#ssrc, payload });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (remote && remote.port > 0 && remote.address !== '0.0.0.0') this.#socket.send(packet, remote.port, remote.address, () => {});
  }

  #receive(bytes: Buffer): void {
    const atMs = performance.now();
    const packet = this.received.length < MAX_PACKETS ? parseRtp(bytes) : undefined;
    if (packet === undefined) return;
    const { payloadType, ssrc, sequence, timestamp } = packet;
    const law: Law | undefined = payloadType === 0 ? 'pcmu' : payloadType === 8 ? 'pcma' : undefined;
    const payload = new Uint8Array(packet.payload);
    const speech = law !== undefined && isSpeech(decodeLaw(law, payload));
    this.received.push({ atMs, law, payload, payloadType, ssrc, sequence, timestamp, speech });
  }
}

async function bind(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}
