import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, ratio, type Ms } from '#domain/units';
import { G711Line } from './codec/g711-line.ts';
import { Inbound, type FrameOrigin, type InboundSink } from './inbound.ts';
import type { LegCore } from './leg-core.ts';
import { inboundFormat, lawsByPayloadType } from './leg-formats.ts';
import type { LegChange, LegSpec } from './leg-spec.ts';
import { LegVoices, type VoiceFormat } from './leg-voices.ts';
import { LegWatch } from './leg-watch.ts';
import type { MediaOptions } from './options.ts';
import { Outbound } from './outbound.ts';
import { PlayoutSchedule } from './playout/playout-schedule.ts';
import { meanOpinionScore, oneWayDelayMs } from './quality.ts';
import { DtmfSender } from './rtp/dtmf-sender.ts';
import type { PressedKey } from './rtp/dtmf-receiver.ts';
import type { OutboundIdentity } from './rtp/outgoing-stream.ts';
import { looksLikeRtcp, RtpPacket } from './rtp/packet.ts';
import { ReportSession, sentSoFar, type SentSoFar } from './rtp/report-session.ts';
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
export class LegMediaCore implements LegCore, InboundSink {
  #spec: LegSpec;
  readonly #output: LegOutput;
  readonly #latch: SourceLatch;
  readonly #line: G711Line;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #dtmf: DtmfSender;
  readonly #voices: LegVoices;
  readonly #watch: LegWatch;
  readonly #reports: ReportSession;
  #schedule: PlayoutSchedule;
  #frameSamples: number;
  #malformed = 0;

  constructor(nowMs: Ms, spec: LegSpec, options: MediaOptions, identity: LegIdentity, scorer: SpeechScorer | undefined, output: LegOutput) {
    this.#spec = spec;
    this.#output = output;
    this.#latch = new SourceLatch(nowMs, options.latch, spec.remote, spec.signallingAddress);
    this.#line = new G711Line(lawsByPayloadType(spec));
    this.#inbound = new Inbound(options.jitter, inboundFormat(spec), this.#line, this, identity.ssrc);
    this.#outbound = new Outbound(identity, spec.codec, spec.payloadType, spec.comfortNoisePayloadType);
    this.#dtmf = new DtmfSender(this.#outbound.stream);
    const emit = (event: LegMediaEvent) => output.emit(event);
    this.#voices = new LegVoices(options, TELEPHONE, scorer, emit);
    this.#voices.bot.setHeld(spec.held === true);
    this.#voices.bot.keysAreEvents = spec.telephoneEventPayloadType !== undefined;
    this.#watch = new LegWatch(nowMs, options, emit);
    this.#reports = new ReportSession(nowMs, identity.ssrc, identity.cname, options.rtcpIntervalMs);
    this.#schedule = new PlayoutSchedule(nowMs, spec.ptimeMs);
    this.#frameSamples = spec.ptimeMs * SAMPLES_PER_MS;
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
    this.#watch.heard(nowMs);
    if (!this.#receives) return;
    this.#inbound.packet(nowMs, rtp, bytes);
  }

  rtcp(nowMs: Ms, wallMs: number, bytes: Uint8Array, address: string): void {
    if (!this.#latch.isTrustedAddress(address)) {
      this.#latch.strangers += 1;
      return;
    }
    if (this.#reports.received(nowMs, wallMs, bytes)) this.#watch.heard(nowMs, false);
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
    this.#watch.tick(nowMs, this.#spec.held !== true && this.#receives, () => this.stats());
  }

  get dueMs(): Ms {
    return this.#schedule.dueMs;
  }

  get ptimeMs(): Ms {
    return this.#spec.ptimeMs;
  }

  command(nowMs: Ms, command: LegMediaCommand): void {
    this.#voices.command(nowMs, command);
  }

  /** What a re-INVITE changed. */
  update(nowMs: Ms, change: LegChange): void {
    const before = this.#spec;
    const spec = { ...(change.payloadType === undefined ? before : withoutExtras(before)), ...change };
    this.#spec = spec;
    this.#latch.expect(nowMs, spec.remote, spec.signallingAddress);
    this.#line.laws = lawsByPayloadType(spec);
    this.#inbound.setFormat(inboundFormat(spec));
    this.#outbound.setFormat(spec.codec, spec.payloadType, spec.comfortNoisePayloadType);
    this.#voices.bot.setHeld(spec.held === true);
    this.#voices.bot.keysAreEvents = spec.telephoneEventPayloadType !== undefined;
    if (spec.telephoneEventPayloadType === undefined) this.#dtmf.cut();
    this.#watch.heard(nowMs, false);
    if (spec.ptimeMs === before.ptimeMs) return;
    this.#frameSamples = spec.ptimeMs * SAMPLES_PER_MS;
    this.#schedule = new PlayoutSchedule(this.#schedule.dueMs, spec.ptimeMs);
  }

  /** Says goodbye by RTCP. */
  close(nowMs: Ms, wallMs: number): LegMediaStats {
    if (this.#latch.remote !== undefined)
      this.#sendRtcp(this.#reports.goodbye(nowMs, wallMs, this.#sent, this.#inbound.remoteSsrc, this.#inbound.stats));
    return this.stats();
  }

  stats(): LegMediaStats {
    const received = this.#inbound.stats;
    const { roundTripMs } = this.#reports;
    const lossRatio = received.lossRatio;
    return {
      packetsReceived: this.#inbound.packetsReceived,
      packetsSent: this.#outbound.stream.packetsSent,
      packetsLost: received.lost,
      packetsLate: this.#inbound.late,
      packetsDuplicate: this.#inbound.duplicates,
      packetsFromStrangers: this.#latch.strangers,
      packetsFromUnnamed: this.#latch.fromUnnamed,
      sourcesDisplaced: this.#latch.displaced,
      packetsMalformed: this.#malformed + this.#inbound.malformed + this.#reports.malformed,
      framesConcealed: this.#inbound.framesConcealed,
      jitterMs: received.jitterMs,
      lossRatio: ratio(lossRatio),
      ...(roundTripMs !== undefined && { roundTripMs }),
      mos: meanOpinionScore(lossRatio, oneWayDelayMs(roundTripMs, this.#spec.ptimeMs, received.jitterMs)),
      sendJitterMaxMs: this.#watch.sendJitterMaxMs,
      ...this.#voices.stats,
    };
  }

  frame(nowMs: Ms, pcm: Int16Array, count: number, origin: FrameOrigin): void {
    // What a caller sends who has put us on hold is his music, not his voice.
    this.#voices.caller(nowMs, pcm, count, origin, this.#spec.held);
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
    this.#watch.sent(nowMs, this.#schedule.dueMs);
    const isVoice = this.#voices.fill(nowMs, frame, count);
    if (this.#sendKeys(isVoice, count, remote)) return;
    const packet = isVoice ? this.#outbound.voice(frame, count) : this.#outbound.quiet(count);
    if (packet !== undefined) this.#output.sendRtp(packet, remote.port, remote.address);
  }

  /** Keys leave as telephone events where those were agreed on, each end told three times. True: they took the place of this frame. */
  #sendKeys(isVoice: boolean, count: number, remote: { readonly port: number; readonly address: string }): boolean {
    const { telephoneEventPayloadType } = this.#spec;
    if (telephoneEventPayloadType === undefined) return false;
    const { bot, isEcho } = this.#voices;
    const isAmong = isVoice && !isEcho && bot.pressesKeys;
    const packets = this.#dtmf.frame(isAmong ? bot.heldKey : undefined, telephoneEventPayloadType, count);
    for (const packet of packets) this.#output.sendRtp(packet, remote.port, remote.address);
    if (packets.length > 0 && (isAmong || !isVoice)) {
      this.#outbound.pressed(count);
      return true;
    }
    if (!isAmong) return false;
    const quiet = this.#outbound.quiet(count);
    if (quiet !== undefined) this.#output.sendRtp(quiet, remote.port, remote.address);
    return true;
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
      this.#output.sendRtcp(
        packet,
        (this.#latch.isAsNamed ? named?.rtcpPort : undefined) ?? Math.min(65535, remote.port + 1),
        remote.address,
      );
    }
  }

  get #sent(): SentSoFar {
    return sentSoFar(this.#outbound.stream);
  }

  get #sends(): boolean {
    return this.#spec.direction === 'sendrecv' || this.#spec.direction === 'sendonly';
  }

  get #receives(): boolean {
    return this.#spec.direction === 'sendrecv' || this.#spec.direction === 'recvonly';
  }
}

/** What a new agreement has to name again, or it is not agreed on any more. */
function withoutExtras({
  telephoneEventPayloadType: _events,
  comfortNoisePayloadType: _noise,
  receives: _receives,
  ...spec
}: LegSpec): LegSpec {
  return spec;
}

const TELEPHONE: VoiceFormat = { echo: { lineRateHz: 8000, outputRateHz: 8000, firstMs: 20, mostMs: 100, slackMs: 60 } };
const SAMPLES_PER_MS = 8;
/** Work space of the thread: what is read now, and the frame that leaves now (up to 60 ms at 8 kHz). */
const rtp = new RtpPacket();
const frame = new Int16Array(60 * SAMPLES_PER_MS);
