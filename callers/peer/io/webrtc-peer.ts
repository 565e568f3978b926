import { randomInt } from 'node:crypto';
import { PeerConnection, Audio, type DataChannel, type Track } from 'node-datachannel';
import { bestCandidate, throughCandidate, withoutCandidates } from '../candidates.ts';
import {
  answeredPayloadType,
  answersNack,
  clockHzOf,
  OPUS_PAYLOAD_TYPE,
  payloadTypeOf,
  PCMU_PAYLOAD_TYPE,
  withNack,
  type PeerCodec,
} from '../offer.ts';
import { Reception, type ReceptionCounts } from '../reception.ts';
import { readRtcp, writeNack, writeReceiverReport } from '../rtcp.ts';
import { isRtcp, parseRtp, writeRtp, type RtpPacket } from '../../rtp.ts';
import { SentHistory } from '../sent-history.ts';
import { LossyPath } from './lossy-path.ts';
import { deleteCall, postOffer } from './whip.ts';

export interface PeerDialOptions {
  readonly baseUrl: string;
  readonly persona: string;
  readonly codec: PeerCodec;
  /** Share of packets lost on the way, each way, 0 to 1; RTCP and what is sent again included, connection checks and DTLS not. */
  readonly lossRatio?: number;
  readonly seed?: number;
  /** The local address to use; absent: all. */
  readonly bindAddress?: string;
  readonly token?: string;
}

export interface PeerEvents {
  /** An RTP packet, once, in whatever order it came; `payload` is valid during the call only. */
  packet?(packet: RtpPacket, atMs: number): void;
  /** A text message on the channel `events`. */
  message?(text: string, atMs: number): void;
  closed?(atMs: number): void;
}

/** Each counts from when the offer was posted. */
export interface PeerTimes {
  readonly answerMs: number;
  /** ICE and DTLS are through. */
  connectedMs: number | undefined;
  firstRtpMs: number | undefined;
}

export interface PeerCounts extends ReceptionCounts {
  readonly sent: number;
  readonly sentAgain: number;
  /** Of the packets received, without their RTP headers. */
  readonly payloadBytes: number;
}

/** A browser's part in a WebRTC call, by libdatachannel: a stack apart from the app's own. Audio goes in and out as RTP payloads. */
export class WebRtcPeer {
  readonly times: PeerTimes;
  /** By the monotonic clock, when the offer was posted. */
  readonly offeredAtMs: number;
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #channel: DataChannel;
  readonly #location: string;
  readonly #events: PeerEvents;
  readonly #codec: PeerCodec;
  readonly #ssrc: number;
  readonly #path: LossyPath | undefined;
  readonly #history = new SentHistory();
  readonly #reception: Reception;
  readonly #reporter: NodeJS.Timeout;
  #lastReport: { ntpMiddle: number; atMs: number } | undefined;
  #sequence = randomInt(0, 65_536);
  #timestamp = randomInt(0, 2 ** 32 - 1);
  #ticks = 0;
  #sent = 0;
  #sentAgain = 0;
  #payloadBytes = 0;
  #closed = false;

  private constructor(parts: PeerParts, options: PeerDialOptions, events: PeerEvents) {
    this.#connection = parts.connection;
    this.#track = parts.track;
    this.#channel = parts.channel;
    this.#location = parts.location;
    this.offeredAtMs = parts.offeredAtMs;
    this.times = { answerMs: parts.answeredAtMs - parts.offeredAtMs, connectedMs: undefined, firstRtpMs: undefined };
    this.#events = events;
    this.#codec = options.codec;
    this.#ssrc = parts.ssrc;
    this.#path = parts.path;
    this.#reception = new Reception(clockHzOf(options.codec), parts.nack);
    // The library's state `connected` waits for the data channel's association too.
    parts.track.onOpen(() => {
      this.times.connectedMs ??= performance.now() - this.offeredAtMs;
    });
    parts.connection.onStateChange((state) => this.#stateChanged(state));
    parts.track.onMessage((bytes) => this.#received(bytes));
    parts.channel.onMessage((message) => {
      if (typeof message === 'string') this.#events.message?.(message, performance.now());
    });
    this.#reporter = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Offers, and resolves with the answer; ICE and DTLS go on meanwhile. Rejects with `CallRefused` or an error in words. */
  static async dial(options: PeerDialOptions, events: PeerEvents = {}): Promise<WebRtcPeer> {
    const connection = new PeerConnection('caller', {
      iceServers: [],
      ...(options.bindAddress === undefined ? {} : { bindAddress: options.bindAddress }),
    });
    let path: LossyPath | undefined;
    try {
      const ssrc = randomInt(1, 2 ** 32 - 1);
      const audio = new Audio('0', 'SendRecv');
      if (options.codec === 'opus') audio.addOpusCodec(OPUS_PAYLOAD_TYPE, 'minptime=10;useinbandfec=1');
      else audio.addAudioCodec(PCMU_PAYLOAD_TYPE, 'PCMU');
      audio.addSSRC(ssrc, 'caller', 'caller', 'microphone');
      const track = connection.addTrack(audio);
      const channel = connection.createDataChannel('events');
      const offer = connection.localDescription();
      if (!offer) throw new Error('libdatachannel made no offer');
      const offeredAtMs = performance.now();
      const answer = await postOffer(
        options.baseUrl,
        options.persona,
        withNack(withoutCandidates(offer.sdp), payloadTypeOf(options.codec)),
        options.token,
      );
      const answeredAtMs = performance.now();
      const payloadType = answeredPayloadType(answer.sdp);
      if (payloadType !== payloadTypeOf(options.codec)) {
        await deleteCall(answer.location);
        throw new Error(
          `${options.baseUrl} did not take ${options.codec}: its answer has ${payloadType === undefined ? 'no audio' : `payload type ${payloadType}`}`,
        );
      }
      path = await lossyPath(answer.sdp, options);
      const peer = new WebRtcPeer(
        { connection, track, channel, path, ssrc, offeredAtMs, answeredAtMs, location: answer.location, nack: answersNack(answer.sdp) },
        options,
        events,
      );
      connection.setRemoteDescription(path === undefined ? answer.sdp : throughCandidate(answer.sdp, path.entry), 'answer');
      return peer;
    } catch (error) {
      path?.close();
      connection.close();
      throw error;
    }
  }

  get counts(): PeerCounts {
    return { ...this.#reception.counts, sent: this.#sent, sentAgain: this.#sentAgain, payloadBytes: this.#payloadBytes };
  }

  /** Sends the next 20 ms; nothing leaves before the line is up, but time goes on. `payload` undefined: silence that is not sent (DTX). */
  sendFrame(payload: Uint8Array | undefined, marker = false): void {
    this.#timestamp = (this.#timestamp + clockHzOf(this.#codec) / FRAMES_PER_S) >>> 0;
    if (payload === undefined || this.#closed || !this.#track.isOpen()) return;
    const packet = writeRtp({
      payloadType: payloadTypeOf(this.#codec),
      marker,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: this.#ssrc,
      payload,
    });
    this.#history.keep(this.#sequence, packet);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#sent += 1;
    this.#transmit(packet);
  }

  sendText(text: string): boolean {
    return this.#channel.isOpen() && this.#channel.sendMessage(text);
  }

  /** DELETE, then close. Resolves with the status. Idempotent. */
  async hangUp(): Promise<number> {
    if (this.#closed) return 0;
    const status = await deleteCall(this.#location);
    this.close();
    return status;
  }

  /** Vanishes without a word to signalling, as a page that is closed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#reporter);
    this.#connection.close();
    this.#path?.close();
  }

  #stateChanged(state: string): void {
    if (state !== 'closed' && state !== 'failed' && state !== 'disconnected') return;
    if (!this.#closed) this.#events.closed?.(performance.now());
    this.close();
  }

  #received(bytes: Uint8Array): void {
    const atMs = performance.now();
    if (this.#closed) return;
    if (isRtcp(bytes)) return this.#receivedRtcp(bytes, atMs);
    const packet = parseRtp(bytes);
    if (packet === undefined || packet.payloadType !== payloadTypeOf(this.#codec)) return;
    this.#payloadBytes += packet.payload.length;
    this.times.firstRtpMs ??= atMs - this.offeredAtMs;
    if (this.#reception.packet(atMs, packet)) this.#events.packet?.(packet, atMs);
    const missing = this.#reception.toAskFor(atMs);
    if (missing.length > 0) this.#transmit(writeNack(this.#ssrc, packet.ssrc, missing));
  }

  #receivedRtcp(bytes: Uint8Array, atMs: number): void {
    const { nacked, senderReport } = readRtcp(bytes);
    if (senderReport) this.#lastReport = { ntpMiddle: senderReport.ntpMiddle, atMs };
    for (const sequence of nacked) {
      const packet = this.#history.find(sequence);
      if (packet === undefined) continue;
      this.#sentAgain += 1;
      this.#transmit(packet);
    }
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#ticks += 1;
    const { ssrc } = this.#reception;
    if (ssrc === undefined || !this.#track.isOpen()) return;
    const missing = this.#reception.toAskFor(nowMs);
    if (missing.length > 0) this.#transmit(writeNack(this.#ssrc, ssrc, missing));
    if (this.#ticks % TICKS_A_REPORT !== 0) return;
    const lastReport = this.#lastReport && { ntpMiddle: this.#lastReport.ntpMiddle, agoMs: nowMs - this.#lastReport.atMs };
    const facts = this.#reception.report(lastReport);
    if (facts) this.#transmit(writeReceiverReport(this.#ssrc, facts));
  }

  #transmit(packet: Uint8Array): void {
    this.#track.sendMessageBinary(packet as Buffer);
  }
}

async function lossyPath(answer: string, { lossRatio = 0, seed = 1 }: PeerDialOptions): Promise<LossyPath | undefined> {
  if (lossRatio === 0) return undefined;
  const app = bestCandidate(answer);
  if (app === undefined) throw new Error('loss was asked for, but the answer names no IPv4 address over UDP to lose packets on the way to');
  return LossyPath.open(app, lossRatio, seed);
}

interface PeerParts {
  readonly connection: PeerConnection;
  readonly track: Track;
  readonly channel: DataChannel;
  readonly path: LossyPath | undefined;
  readonly ssrc: number;
  readonly offeredAtMs: number;
  readonly answeredAtMs: number;
  readonly location: string;
  readonly nack: boolean;
}

const FRAMES_PER_S = 50;
const TICK_MS = 50;
/** A report each second, as browsers send about. */
const TICKS_A_REPORT = 20;
