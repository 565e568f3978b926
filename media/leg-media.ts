import { unreachable } from '#domain/assert';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, ratio, samples, type Ms } from '#domain/units';
import { BotPlayout } from './bot-voice.ts';
import { CallerVoice } from './caller-voice.ts';
import { COMFORT_NOISE_PAYLOAD_TYPE } from './codec/catalogue.ts';
import { Inbound, type FrameOrigin, type InboundFormat, type InboundSink } from './inbound.ts';
import type { LegChange, LegSpec } from './leg-spec.ts';
import type { MediaOptions } from './options.ts';
import { Outbound, type OutboundIdentity } from './outbound.ts';
import { EchoLoop } from './playout/echo-loop.ts';
import { PlayoutSchedule } from './playout/playout-schedule.ts';
import { meanOpinionScore, oneWayDelayMs } from './quality.ts';
import type { PressedKey } from './rtp/dtmf.ts';
import { looksLikeRtcp, RtpPacket } from './rtp/packet.ts';
import { ReportSession, type SentSoFar } from './rtp/report-session.ts';
import { SourceLatch } from './rtp/source-latch.ts';
import type { SpeechScorer } from './vad/voice-detector.ts';

/** What a leg does to the world; its shell carries it out. */
export interface LegOutput {
  /** `packet` may be reused after the next but one. */
  sendRtp(packet: Uint8Array, port: number, address: string): void;
  sendRtcp(packet: Uint8Array, port: number, address: string): void;
  emit(event: LegMediaEvent): void;
}

export interface LegIdentity extends OutboundIdentity {
  readonly cname: string;
}

/** All that happens to the media of one leg (core): packets, commands and ticks in; packets and events out. */
export class LegMediaCore implements InboundSink {
  #spec: LegSpec;
  readonly #options: MediaOptions;
  readonly #output: LegOutput;
  readonly #latch: SourceLatch;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #caller: CallerVoice;
  readonly #bot: BotPlayout;
  readonly #echo = new EchoLoop();
  readonly #reports: ReportSession;
  #schedule: PlayoutSchedule;
  #frameSamples: number;
  #echoOn = false;
  #lastPacketAtMs: Ms;
  #timedOut = false;
  #statsAtMs: Ms;
  #sendJitterMaxMs = 0;
  #malformed = 0;

  constructor(nowMs: Ms, spec: LegSpec, options: MediaOptions, identity: LegIdentity, scorer: SpeechScorer | undefined, output: LegOutput) {
    this.#spec = spec;
    this.#options = options;
    this.#output = output;
    this.#latch = new SourceLatch(nowMs, options.latch, spec.remote, spec.signallingAddress);
    this.#inbound = new Inbound(options.jitter, inboundFormat(spec), this, identity.ssrc);
    this.#outbound = new Outbound(identity, spec.codec, spec.payloadType, spec.comfortNoisePayloadType);
    const emit = (event: LegMediaEvent) => output.emit(event);
    this.#bot = new BotPlayout(options, emit);
    this.#bot.setHeld(spec.held === true);
    this.#caller = new CallerVoice(options, scorer, this.#bot, emit);
    this.#reports = new ReportSession(nowMs, identity.ssrc, identity.cname, options.rtcpIntervalMs);
    this.#schedule = new PlayoutSchedule(nowMs, spec.ptimeMs);
    this.#frameSamples = spec.ptimeMs * SAMPLES_PER_MS;
    this.#lastPacketAtMs = nowMs;
    this.#statsAtMs = nowMs + options.statsIntervalMs;
  }

  /** A datagram that came to the RTP port. `bytes` need not outlive the call. */
  datagram(nowMs: Ms, wallMs: number, bytes: Uint8Array, address: string, port: number): void {
    if (looksLikeRtcp(bytes)) {
      this.rtcp(nowMs, wallMs, bytes, address);
      return;
    }
    if (!rtp.read(bytes)) {
      this.#malformed += 1;
      return;
    }
    if (!this.#latch.accepts(nowMs, address, port, rtp.ssrc, rtp.sequence)) return;
    this.#lastPacketAtMs = nowMs;
    this.#timedOut = false;
    if (!this.#receives) return;
    this.#inbound.packet(nowMs, rtp, bytes);
  }

  rtcp(nowMs: Ms, wallMs: number, bytes: Uint8Array, address: string): void {
    if (!this.#latch.isTrustedAddress(address)) {
      this.#latch.strangers += 1;
      return;
    }
    if (this.#reports.received(nowMs, wallMs, bytes)) this.#lastPacketAtMs = nowMs;
  }

  /** To be called when `dueMs` is reached. */
  tick(nowMs: Ms, wallMs: number): void {
    if (this.#receives) this.#inbound.tick(nowMs);
    this.#outbound.skip(this.#schedule.skipStale(nowMs) * this.#frameSamples);
    while (this.#schedule.dueMs <= nowMs) {
      this.#sendFrame(nowMs);
      this.#schedule.advance();
    }
    this.#report(nowMs, wallMs);
    this.#watchTimeout(nowMs);
    if (nowMs < this.#statsAtMs) return;
    this.#statsAtMs = nowMs + this.#options.statsIntervalMs;
    this.#output.emit({ kind: 'media-stats', stats: this.stats(), atMs: nowMs });
    this.#sendJitterMaxMs = 0;
  }

  get dueMs(): Ms {
    return this.#schedule.dueMs;
  }

  command(nowMs: Ms, command: LegMediaCommand): void {
    switch (command.kind) {
      case 'play':
        return this.#bot.play(nowMs, command.turnId, command.pieceId, command.pcm);
      case 'play-end':
        return this.#bot.end(nowMs, command.turnId);
      case 'abort-turn':
        this.#bot.abort(nowMs, command.turnId);
        return this.#caller.playoutResumed();
      case 'resume-playout':
        if (this.#bot.resume(nowMs, command.turnId)) this.#caller.playoutResumed();
        return undefined;
      case 'set-barge-in':
        this.#caller.setBargeIn(command.mode === 'on');
        if (command.mode === 'off') this.#bot.unduck();
        return undefined;
      case 'grant-uplink':
        return this.#caller.grant(nowMs, command.samples);
      case 'set-echo':
        this.#echoOn = command.on;
        return this.#echo.reset();
      default:
        return unreachable(command);
    }
  }

  /** What a re-INVITE changed. */
  update(nowMs: Ms, change: LegChange): void {
    const before = this.#spec;
    const spec = { ...before, ...change };
    this.#spec = spec;
    this.#latch.expect(nowMs, spec.remote, spec.signallingAddress);
    this.#inbound.setFormat(inboundFormat(spec));
    this.#outbound.setFormat(spec.codec, spec.payloadType, spec.comfortNoisePayloadType);
    this.#bot.setHeld(spec.held === true);
    this.#lastPacketAtMs = nowMs;
    if (spec.ptimeMs === before.ptimeMs) return;
    this.#frameSamples = spec.ptimeMs * SAMPLES_PER_MS;
    this.#schedule = new PlayoutSchedule(this.#schedule.dueMs, spec.ptimeMs);
  }

  /** Says goodbye by RTCP. */
  close(nowMs: Ms, wallMs: number): LegMediaStats {
    if (this.#latch.remote !== undefined) this.#sendRtcp(this.#reports.goodbye(nowMs, wallMs, this.#sent, this.#inbound.remoteSsrc, this.#inbound.stats));
    return this.stats();
  }

  stats(): LegMediaStats {
    const received = this.#inbound.stats;
    const { roundTripMs } = this.#reports;
    const lossRatio = received.lossRatio;
    return {
      packetsReceived: this.#inbound.packetsReceived,
      packetsSent: this.#outbound.packetsSent,
      packetsLost: received.lost,
      packetsLate: this.#inbound.late,
      packetsDuplicate: this.#inbound.duplicates,
      packetsFromStrangers: this.#latch.strangers,
      packetsMalformed: this.#malformed + this.#inbound.malformed + this.#reports.malformed,
      framesConcealed: this.#inbound.framesConcealed,
      jitterMs: received.jitterMs,
      lossRatio: ratio(lossRatio),
      ...(roundTripMs !== undefined && { roundTripMs }),
      mos: meanOpinionScore(lossRatio, oneWayDelayMs(roundTripMs, this.#spec.ptimeMs, received.jitterMs)),
      sendJitterMaxMs: ms(this.#sendJitterMaxMs),
      staleTurnPackets: this.#bot.staleTurnPackets,
      piecesRefused: this.#bot.piecesRefused,
      playoutOverflowSamples: samples(this.#bot.overflowSamples),
    };
  }

  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void {
    if (this.#echoOn && origin !== 'silence') this.#echo.write(pcm, count);
    // What a caller sends who has put us on hold is his music, not his voice.
    this.#caller.frame(nowMs, pcm, count, this.#spec.held === true ? 'silence' : origin);
  }

  key(nowMs: Ms, key: PressedKey): void {
    this.#output.emit({ kind: 'dtmf', digit: key.digit, durationMs: ms(key.durationMs), atMs: nowMs });
  }

  #sendFrame(nowMs: Ms): void {
    const count = this.#frameSamples;
    const remote = this.#latch.remote;
    if (!this.#sends || remote === undefined || remote.port === 0) {
      this.#outbound.skip(count);
      return;
    }
    this.#sendJitterMaxMs = Math.max(this.#sendJitterMaxMs, nowMs - this.#schedule.dueMs);
    const isVoice = this.#echoOn ? this.#echo.take(frame, count) : this.#bot.fill(nowMs, frame, count);
    const packet = isVoice ? this.#outbound.voice(frame, count) : this.#outbound.quiet(count);
    if (packet !== undefined) this.#output.sendRtp(packet, remote.port, remote.address);
  }

  #report(nowMs: Ms, wallMs: number): void {
    if (this.#latch.remote === undefined || !this.#reports.isDue(nowMs)) return;
    this.#sendRtcp(this.#reports.report(nowMs, wallMs, this.#sent, this.#inbound.remoteSsrc, this.#inbound.stats));
  }

  #sendRtcp(packet: Uint8Array): void {
    const remote = this.#latch.remote!;
    const named = this.#spec.remote;
    if (named?.rtcpMux === true) this.#output.sendRtp(packet, remote.port, remote.address);
    else {
      // Behind NAT the port that SDP names is not the one to be reached: the port after the one that was learned is as good as any.
      const isAsNamed = named !== undefined && remote.port === named.port && remote.address === named.address;
      this.#output.sendRtcp(packet, (isAsNamed ? named.rtcpPort : undefined) ?? Math.min(65535, remote.port + 1), remote.address);
    }
  }

  #watchTimeout(nowMs: Ms): void {
    if (this.#spec.held === true || !this.#receives) {
      this.#lastPacketAtMs = nowMs;
      return;
    }
    const silentMs = nowMs - this.#lastPacketAtMs;
    if (this.#timedOut || silentMs < this.#options.timeoutMs) return;
    this.#timedOut = true;
    this.#output.emit({ kind: 'media-timeout', silentMs: ms(silentMs), atMs: nowMs });
  }

  get #sent(): SentSoFar {
    return { packets: this.#outbound.packetsSent, octets: this.#outbound.octetsSent, rtpTimestamp: this.#outbound.timestamp };
  }

  get #sends(): boolean {
    return this.#spec.direction === 'sendrecv' || this.#spec.direction === 'sendonly';
  }

  get #receives(): boolean {
    return this.#spec.direction === 'sendrecv' || this.#spec.direction === 'recvonly';
  }
}

function inboundFormat(spec: LegSpec): InboundFormat {
  return {
    law: spec.codec,
    payloadType: spec.payloadType,
    telephoneEventPayloadType: spec.telephoneEventPayloadType,
    comfortNoisePayloadType: spec.comfortNoisePayloadType ?? COMFORT_NOISE_PAYLOAD_TYPE,
  };
}

const SAMPLES_PER_MS = 8;
/** Work space of the thread: what is read now, and the frame that leaves now (up to 60 ms at 8 kHz). */
const rtp = new RtpPacket();
const frame = new Int16Array(60 * SAMPLES_PER_MS);
