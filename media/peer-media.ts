import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, ratio, type Ms } from '#domain/units';
import type { OpusCodecs } from './codec/opus.ts';
import { Inbound, type FrameOrigin, type InboundSink } from './inbound.ts';
import { PacketRecovery } from './jitter/packet-recovery.ts';
import type { LegCore } from './leg-core.ts';
import type { LegIdentity } from './leg-media.ts';
import type { PeerLegChange, PeerLegSpec } from './leg-spec.ts';
import { LegVoices } from './leg-voices.ts';
import { LegWatch } from './leg-watch.ts';
import type { MediaOptions } from './options.ts';
import { createPeerCodec, type PeerCodec } from './peer-codec.ts';
import { PlayoutSchedule } from './playout/playout-schedule.ts';
import { meanOpinionScore, oneWayDelayMs } from './quality.ts';
import type { PressedKey } from './rtp/dtmf-receiver.ts';
import { PacketHistory } from './rtp/packet-history.ts';
import { looksLikeRtcp, RtpPacket } from './rtp/packet.ts';
import { ReportSession, sentSoFar } from './rtp/report-session.ts';
import type { SpeechScorer } from './vad/voice-detector.ts';

/** What a browser leg does to the world; its shell carries it out. `packet` may be reused once the call returns. */
export interface PeerOutput {
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  emit(event: LegMediaEvent): void;
}

/** All that happens to the media of one browser leg (core): packets that the transport has decrypted, commands and ticks in; packets and events out. */
export class PeerMediaCore implements LegCore, InboundSink {
  readonly ptimeMs: Ms;
  readonly #output: PeerOutput;
  readonly #codec: PeerCodec;
  readonly #recovery: PacketRecovery;
  readonly #inbound: Inbound;
  readonly #history: PacketHistory | undefined;
  readonly #reports: ReportSession;
  readonly #voices: LegVoices;
  readonly #watch: LegWatch;
  readonly #schedule: PlayoutSchedule;
  readonly #frameSamples: number;
  #direction: PeerLegSpec['direction'];
  #nowMs: Ms;
  #malformed = 0;

  constructor(
    nowMs: Ms,
    spec: PeerLegSpec,
    options: MediaOptions,
    identity: LegIdentity,
    codecs: OpusCodecs,
    scorer: SpeechScorer | undefined,
    output: PeerOutput,
  ) {
    this.#nowMs = nowMs;
    this.#output = output;
    this.#direction = spec.direction;
    this.#codec = createPeerCodec(spec, options.opus, identity, codecs);
    const { line, ptimeMs, voice } = this.#codec;
    this.ptimeMs = ptimeMs;
    this.#frameSamples = (ptimeMs * voice.echo.outputRateHz) / 1000;
    this.#recovery = new PacketRecovery(nowMs, {
      rtpClockHz: line.rtpClockHz,
      nack: spec.nack,
      firstWaitMs: options.jitter.maxWaitMs,
      mostWaitMs: options.peer.maxWaitMs,
      starveMs: options.jitter.starveMs,
    });
    this.#inbound = new Inbound(options.jitter, this.#codec.inbound, line, this, identity.ssrc, this.#recovery);
    this.#history = spec.nack ? new PacketHistory() : undefined;
    this.#reports = new ReportSession(nowMs, identity.ssrc, identity.cname, options.peer.rtcpIntervalMs, (sequences) =>
      this.#sendAgain(sequences),
    );
    const emit = (event: LegMediaEvent) => output.emit(event);
    this.#voices = new LegVoices(options, voice, scorer, emit);
    this.#watch = new LegWatch(nowMs, options, emit);
    this.#schedule = new PlayoutSchedule(nowMs, ptimeMs);
  }

  /** RTP or RTCP; RFC 5761. Authentic and not replayed. `bytes` need not outlive the call. */
  packet(nowMs: Ms, wallMs: number, bytes: Uint8Array): void {
    this.#nowMs = nowMs;
    if (looksLikeRtcp(bytes)) return this.#rtcp(nowMs, wallMs, bytes);
    if (!rtp.read(bytes)) {
      this.#malformed += 1;
      return;
    }
    this.#watch.heard(nowMs);
    this.#codec.heard();
    if (!this.#receives) return;
    this.#inbound.packet(nowMs, rtp, bytes);
    this.#ask(nowMs);
  }

  tick(nowMs: Ms, wallMs: number): void {
    this.#nowMs = nowMs;
    this.#recovery.tick(nowMs);
    if (this.#receives) {
      this.#inbound.tick(nowMs);
      this.#ask(nowMs);
    }
    this.#codec.sender.skip(this.#schedule.skipStale(nowMs) * this.#frameSamples);
    while (this.#schedule.dueMs <= nowMs) {
      this.#sendFrame(nowMs);
      this.#schedule.advance();
    }
    if (this.#reports.isDue(nowMs)) {
      const { remoteSsrc, stats } = this.#inbound;
      this.#output.sendRtcp(this.#reports.report(nowMs, wallMs, sentSoFar(this.#codec.sender.stream), remoteSsrc, stats));
    }
    this.#watch.tick(nowMs, this.#receives, () => this.stats());
  }

  get dueMs(): Ms {
    return this.#schedule.dueMs;
  }

  command(nowMs: Ms, command: LegMediaCommand): void {
    this.#voices.command(nowMs, command);
  }

  /** What renegotiation changed. */
  update(nowMs: Ms, change: PeerLegChange): void {
    if (change.direction !== undefined) this.#direction = change.direction;
    this.#watch.heard(nowMs, false);
  }

  /** What the thread can afford, 0 to 10; see `codec/complexity.ts`. */
  setComplexity(complexity: number): void {
    this.#codec.setComplexity(complexity);
  }

  /** Says goodbye by RTCP and frees the codec. */
  close(nowMs: Ms, wallMs: number): LegMediaStats {
    const { remoteSsrc, stats } = this.#inbound;
    this.#output.sendRtcp(this.#reports.goodbye(nowMs, wallMs, sentSoFar(this.#codec.sender.stream), remoteSsrc, stats));
    this.#codec.close();
    return this.stats();
  }

  stats(): LegMediaStats {
    const received = this.#inbound.stats;
    const { roundTripMs } = this.#reports;
    const { lossRatio, jitterMs } = received;
    return {
      packetsReceived: this.#inbound.packetsReceived,
      packetsSent: this.#codec.sender.stream.packetsSent,
      packetsLost: received.lost,
      packetsLate: this.#inbound.late,
      packetsDuplicate: this.#inbound.duplicates,
      packetsFromStrangers: 0,
      packetsMalformed: this.#malformed + this.#inbound.malformed + this.#reports.malformed,
      packetsRecovered: this.#inbound.packetsRecovered,
      framesConcealed: this.#inbound.framesConcealed,
      jitterMs,
      jitterBufferMs: this.#recovery.gapWaitMs,
      lossRatio: ratio(lossRatio),
      ...(roundTripMs !== undefined && { roundTripMs }),
      mos: meanOpinionScore(lossRatio, oneWayDelayMs(roundTripMs, this.ptimeMs, jitterMs)),
      sendJitterMaxMs: this.#watch.sendJitterMaxMs,
      ...this.#voices.stats,
    };
  }

  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void {
    this.#voices.caller(nowMs, pcm, count, origin);
  }

  key(nowMs: Ms, key: PressedKey): void {
    this.#output.emit({ kind: 'dtmf', digit: key.digit, durationMs: ms(key.durationMs), atMs: nowMs });
  }

  #rtcp(nowMs: Ms, wallMs: number, bytes: Uint8Array): void {
    if (!this.#reports.received(nowMs, wallMs, bytes)) return;
    this.#watch.heard(nowMs, false);
    this.#codec.heard();
    const { roundTripMs, remoteLossRatio } = this.#reports;
    if (roundTripMs !== undefined) this.#recovery.roundTripMs = roundTripMs;
    if (remoteLossRatio !== undefined) this.#codec.setRemoteLoss(remoteLossRatio);
  }

  #ask(nowMs: Ms): void {
    const sequences = this.#recovery.ask(nowMs);
    if (sequences.length > 0) this.#output.sendRtcp(this.#reports.nack(this.#inbound.remoteSsrc, sequences));
  }

  #sendAgain(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      const packet = this.#history?.again(this.#nowMs, sequence, this.#recovery.roundTripMs ?? 0);
      if (packet !== undefined) this.#output.sendRtp(packet);
    }
  }

  #sendFrame(nowMs: Ms): void {
    const count = this.#frameSamples;
    const { sender } = this.#codec;
    if (!this.#sends) return sender.skip(count);
    this.#watch.sent(nowMs, this.#schedule.dueMs);
    const packet = this.#voices.fill(nowMs, frame, count) ? sender.voice(frame, count) : sender.quiet(count);
    if (packet === undefined) return;
    this.#history?.sent(nowMs, packet);
    this.#output.sendRtp(packet);
  }

  get #sends(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'sendonly';
  }

  get #receives(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'recvonly';
  }
}

/** Work space of the thread: what is read now, and the frame that leaves now (up to 60 ms at 24 kHz). */
const rtp = new RtpPacket();
const frame = new Int16Array(60 * 24);
