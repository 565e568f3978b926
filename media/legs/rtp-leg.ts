import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ratio, type Ms } from '#domain/units';
import { packetMs, type CodecParameters, type Sender } from '../codec/codec.ts';
import { CODECS } from '../codec/codecs.ts';
import type { OpusLibrary } from '../codec/opus-library.ts';
import { Inbound } from '../inbound.ts';
import { PacketRecovery } from '../jitter/packet-recovery.ts';
import type { AgreedAudio, LegChange } from '../leg-spec.ts';
import { LegVoices } from '../leg-voices.ts';
import { LegWatch } from '../leg-watch.ts';
import type { MediaOptions } from '../options.ts';
import { PlayoutSchedule } from '../playout/playout-schedule.ts';
import { meanOpinionScore, oneWayDelayMs } from '../quality.ts';
import { DtmfSender } from '../rtp/dtmf-sender.ts';
import { OutgoingStream, type OutboundIdentity } from '../rtp/outgoing-stream.ts';
import { PacketHistory } from '../rtp/packet-history.ts';
import { looksLikeRtcp, RtpPacket } from '../rtp/packet.ts';
import { ReportSession, sentSoFar } from '../rtp/report-session.ts';
import type { SpeechScorer } from '../vad/voice-detector.ts';
import type { LegCore } from './leg-core.ts';
import { inboundFormat } from './leg-formats.ts';
import type { RtpPath } from './rtp-path.ts';

export interface LegIdentity extends OutboundIdentity {
  readonly cname: string;
}

/** What a leg is given. */
export interface RtpLegDeps {
  readonly options: MediaOptions;
  readonly identity: LegIdentity;
  readonly path: RtpPath;
  readonly scorer?: SpeechScorer | undefined;
  /** Absent: Opus cannot be agreed on. */
  readonly opus?: OpusLibrary | undefined;
  readonly emit: (event: LegMediaEvent) => void;
}

/**
 * All that happens to the media of one leg of RTP (core): packets, commands and ticks in; packets and events out. What it does beyond the plain case
 * follows from what was agreed: keys as events, comfort noise, lost packets asked for, waits that follow the network.
 */
export class RtpLeg implements LegCore {
  readonly #deps: RtpLegDeps;
  #agreed: AgreedAudio;
  readonly #path: RtpPath;
  readonly #stream: OutgoingStream;
  #sender: Sender;
  readonly #inbound: Inbound;
  #recovery: PacketRecovery | undefined;
  #history: PacketHistory | undefined;
  readonly #dtmf: DtmfSender;
  readonly #voices: LegVoices;
  readonly #watch: LegWatch;
  readonly #reports: ReportSession;
  #schedule: PlayoutSchedule;
  #ptimeMs: Ms;
  #frameSamples: number;
  /** RTP clock for one sample of speech. */
  #ticksPerSample: number;
  #complexity: number;
  #nowMs: Ms;
  #malformed = 0;

  constructor(nowMs: Ms, agreed: AgreedAudio, deps: RtpLegDeps) {
    const { options, identity, path, emit } = deps;
    const codec = CODECS[agreed.codec];
    this.#deps = deps;
    this.#nowMs = nowMs;
    this.#agreed = agreed;
    this.#path = path;
    this.#complexity = options.opus.complexity;
    this.#stream = new OutgoingStream(identity);
    this.#recovery = this.#recoveryOf(nowMs);
    this.#history = agreed.nack === true ? new PacketHistory() : undefined;
    this.#voices = new LegVoices(
      options,
      { echo: { lineRateHz: codec.sampleRateHz, outputRateHz: codec.speechRateHz, ...PACKETS } },
      deps.scorer,
      emit,
    );
    this.#sender = this.#senderOf();
    this.#inbound = new Inbound(options.jitter, inboundFormat(agreed), deps.opus, this.#voices, identity.ssrc, this.#recovery);
    this.#dtmf = new DtmfSender(this.#stream);
    this.#watch = new LegWatch(nowMs, options, emit);
    const intervalMs = agreed.feedback === true ? options.peer.rtcpIntervalMs : options.rtcpIntervalMs;
    this.#reports = new ReportSession(nowMs, identity.ssrc, identity.cname, intervalMs, (sequences) => this.#sendAgain(sequences));
    this.#ptimeMs = packetMs(codec, agreed.ptimeMs);
    this.#frameSamples = (this.#ptimeMs * codec.speechRateHz) / 1000;
    this.#ticksPerSample = codec.clockHz / codec.speechRateHz;
    this.#schedule = new PlayoutSchedule(nowMs, this.#ptimeMs);
    this.#tellVoices(nowMs);
  }

  /** RTP or RTCP that came to the port of RTP (RFC 5761), from where unless the path knows that by itself. `bytes` need not outlive the call. */
  packet(nowMs: Ms, wallMs: number, bytes: Uint8Array, address = '', port = 0): void {
    this.#nowMs = nowMs;
    if (looksLikeRtcp(bytes)) return this.rtcp(nowMs, wallMs, bytes, address);
    if (!rtp.read(bytes)) {
      this.#malformed += 1;
      return;
    }
    if (!this.#path.accepts(nowMs, address, port, rtp.ssrc, rtp.sequence)) return;
    this.#watch.heard(nowMs);
    this.#sender.heard();
    if (!this.#receives) return;
    this.#inbound.packet(nowMs, rtp, bytes);
    this.#ask(nowMs);
  }

  rtcp(nowMs: Ms, wallMs: number, bytes: Uint8Array, address: string): void {
    this.#nowMs = nowMs;
    if (!this.#path.trusts(address) || !this.#reports.received(nowMs, wallMs, bytes)) return;
    this.#watch.heard(nowMs, false);
    this.#sender.heard();
    const { roundTripMs, remoteLossRatio } = this.#reports;
    if (roundTripMs !== undefined && this.#recovery !== undefined) this.#recovery.roundTripMs = roundTripMs;
    if (remoteLossRatio !== undefined) this.#sender.setRemoteLoss(remoteLossRatio);
  }

  tick(nowMs: Ms, wallMs: number): void {
    this.#nowMs = nowMs;
    this.#recovery?.tick(nowMs);
    if (this.#receives) {
      this.#inbound.tick(nowMs);
      this.#ask(nowMs);
    }
    const stale = this.#schedule.skipStale(nowMs);
    if (stale > 0) this.#sender.skip(stale * this.#frameSamples);
    while (this.#schedule.dueMs <= nowMs) {
      this.#sendFrame(nowMs);
      this.#schedule.advance();
    }
    if (this.#path.takesReports && this.#reports.isDue(nowMs)) {
      const { remoteSsrc, stats } = this.#inbound;
      this.#path.sendRtcp(this.#reports.report(nowMs, wallMs, sentSoFar(this.#stream), remoteSsrc, stats));
    }
    this.#watch.tick(nowMs, !this.#voices.isHeld && this.#receives, this.#currentStats);
  }

  get dueMs(): Ms {
    return this.#schedule.dueMs;
  }

  get ptimeMs(): Ms {
    return this.#ptimeMs;
  }

  command(nowMs: Ms, command: LegMediaCommand): void {
    this.#voices.command(nowMs, command);
  }

  /** What a new agreement changed. Another codec is sent at once, and heard from the first of its packets on. */
  update(nowMs: Ms, change: LegChange): void {
    const before = this.#agreed;
    const agreed: AgreedAudio = { ...(change.payloadType === undefined ? before : withoutExtras(before)), ...change };
    this.#nowMs = nowMs;
    this.#agreed = agreed;
    this.#path.update(nowMs, change);
    if (agreed.codec !== before.codec || !isSame(agreed.parameters, before.parameters)) this.#changeSender();
    else this.#sender.setFormat(agreed.payloadType, agreed.comfortNoisePayloadType);
    if (adapts(agreed) !== adapts(before) || agreed.nack !== before.nack) this.#recovery = this.#recoveryOf(nowMs);
    // A packet of before would be sealed by a key that was not in use then.
    if (agreed.nack !== before.nack || change.srtp !== undefined) this.#history = agreed.nack === true ? new PacketHistory() : undefined;
    this.#inbound.setFormat(inboundFormat(agreed), this.#recovery);
    this.#tellVoices(nowMs);
    if (!this.#sendsKeys) this.#dtmf.cut();
    this.#watch.heard(nowMs, false);
    this.#setPtime();
  }

  /** What the thread can afford, 0 to 10; see `codec/complexity.ts`. */
  setComplexity(complexity: number): void {
    this.#complexity = complexity;
    this.#sender.setComplexity(complexity);
  }

  /** Says goodbye by RTCP and frees the codecs. */
  close(nowMs: Ms, wallMs: number): LegMediaStats {
    const { remoteSsrc, stats } = this.#inbound;
    if (this.#path.takesReports) this.#path.sendRtcp(this.#reports.goodbye(nowMs, wallMs, sentSoFar(this.#stream), remoteSsrc, stats));
    this.#sender.close();
    this.#inbound.close();
    return this.stats();
  }

  stats(): LegMediaStats {
    const { lost, lossRatio, jitterMs } = this.#inbound.stats;
    const { roundTripMs } = this.#reports;
    return {
      packetsReceived: this.#inbound.packetsReceived,
      packetsSent: this.#stream.packetsSent,
      packetsLost: lost,
      packetsLate: this.#inbound.late,
      packetsDuplicate: this.#inbound.duplicates,
      ...this.#path.stats,
      packetsMalformed: this.#malformed + this.#inbound.malformed + this.#reports.malformed,
      framesConcealed: this.#inbound.framesConcealed,
      jitterMs,
      ...(this.#recovery !== undefined && {
        packetsRecovered: this.#inbound.packetsRecovered,
        jitterBufferMs: this.#recovery.gapWaitMs,
      }),
      lossRatio: ratio(lossRatio),
      ...(roundTripMs !== undefined && { roundTripMs }),
      mos: meanOpinionScore(lossRatio, oneWayDelayMs(roundTripMs, this.#ptimeMs, jitterMs)),
      sendJitterMaxMs: this.#watch.sendJitterMaxMs,
      ...this.#voices.stats,
    };
  }

  readonly #currentStats = (): LegMediaStats => this.stats();

  #sendFrame(nowMs: Ms): void {
    const count = this.#frameSamples;
    if (!this.#sends || !this.#path.takesAudio) return this.#sender.skip(count);
    this.#watch.sent(nowMs, this.#schedule.dueMs);
    const isVoice = this.#voices.fill(nowMs, frame, count);
    if (this.#sendsKeys && this.#sendKeys(nowMs, isVoice, count)) return;
    const packet = isVoice ? this.#sender.voice(frame, count) : this.#sender.quiet(count);
    if (packet !== undefined) this.#sendRtp(nowMs, packet);
  }

  /** Keys leave as telephone events where those were agreed on, each end told three times. True: they took the place of this frame. */
  #sendKeys(nowMs: Ms, isVoice: boolean, count: number): boolean {
    const { bot, isEcho } = this.#voices;
    const isAmong = isVoice && !isEcho && bot.pressesKeys;
    const packets = this.#dtmf.frame(
      isAmong ? bot.heldKey : undefined,
      this.#agreed.telephoneEventPayloadType!,
      count * this.#ticksPerSample,
    );
    for (const packet of packets) this.#sendRtp(nowMs, packet);
    if (packets.length > 0 && (isAmong || !isVoice)) {
      this.#sender.pressed(count);
      return true;
    }
    if (!isAmong) return false;
    const quiet = this.#sender.quiet(count);
    if (quiet !== undefined) this.#sendRtp(nowMs, quiet);
    return true;
  }

  #sendRtp(nowMs: Ms, packet: Uint8Array): void {
    this.#history?.sent(nowMs, packet);
    this.#path.sendRtp(packet);
  }

  #ask(nowMs: Ms): void {
    const sequences = this.#recovery?.ask(nowMs);
    if (sequences !== undefined && sequences.length > 0) this.#path.sendRtcp(this.#reports.nack(this.#inbound.remoteSsrc, sequences));
  }

  #sendAgain(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      const packet = this.#history?.again(this.#nowMs, sequence, this.#recovery?.roundTripMs ?? 0);
      if (packet !== undefined) this.#path.sendRtp(packet);
    }
  }

  #changeSender(): void {
    this.#sender.close();
    this.#sender = this.#senderOf();
    const codec = CODECS[this.#agreed.codec];
    this.#ticksPerSample = codec.clockHz / codec.speechRateHz;
    this.#voices.setOutputRate(codec.speechRateHz);
  }

  #senderOf(): Sender {
    const { codec, payloadType, comfortNoisePayloadType, parameters = NO_PARAMETERS } = this.#agreed;
    const opusOptions = { bitrateBps: this.#deps.options.opus.bitrateBps, complexity: this.#complexity };
    return CODECS[codec].createSender({
      stream: this.#stream,
      payloadType,
      comfortNoisePayloadType,
      parameters,
      opus: this.#deps.opus,
      opusOptions,
    });
  }

  #recoveryOf(nowMs: Ms): PacketRecovery | undefined {
    if (!adapts(this.#agreed)) return undefined;
    const { jitter, peer } = this.#deps.options;
    return new PacketRecovery(nowMs, {
      rtpClockHz: CODECS[this.#agreed.codec].clockHz,
      nack: this.#agreed.nack === true,
      firstWaitMs: jitter.maxWaitMs,
      mostWaitMs: peer.maxWaitMs,
      starveMs: jitter.starveMs,
    });
  }

  #tellVoices(nowMs: Ms): void {
    this.#voices.setHeld(nowMs, this.#agreed.held === true);
    this.#voices.bot.keysAreEvents = this.#sendsKeys;
  }

  #setPtime(): void {
    const codec = CODECS[this.#agreed.codec];
    const ptimeMs = packetMs(codec, this.#agreed.ptimeMs);
    this.#frameSamples = (ptimeMs * codec.speechRateHz) / 1000;
    if (ptimeMs === this.#ptimeMs) return;
    this.#ptimeMs = ptimeMs;
    this.#schedule = new PlayoutSchedule(this.#schedule.dueMs, ptimeMs);
  }

  get #sendsKeys(): boolean {
    const { codec, telephoneEventPayloadType, telephoneEventClockHz } = this.#agreed;
    return telephoneEventPayloadType !== undefined && (telephoneEventClockHz ?? CODECS[codec].clockHz) === CODECS[codec].clockHz;
  }

  get #sends(): boolean {
    return this.#agreed.direction === 'sendrecv' || this.#agreed.direction === 'sendonly';
  }

  get #receives(): boolean {
    return this.#agreed.direction === 'sendrecv' || this.#agreed.direction === 'recvonly';
  }
}

/** Where what is behind a gap may mend it, or what is lost may be asked for, a fixed wait is too long or too short. */
function adapts({ codec, feedback }: AgreedAudio): boolean {
  return feedback === true || CODECS[codec].hasFec;
}

/** What a new agreement has to name again, or it is not agreed on any more. */
function withoutExtras({
  telephoneEventPayloadType: _events,
  telephoneEventClockHz: _clock,
  comfortNoisePayloadType: _noise,
  parameters: _parameters,
  feedback: _feedback,
  nack: _nack,
  receives: _receives,
  ...agreed
}: AgreedAudio): AgreedAudio {
  return agreed;
}

function isSame(a: CodecParameters = NO_PARAMETERS, b: CodecParameters = NO_PARAMETERS): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const NO_PARAMETERS: CodecParameters = {};
/** How an echo of packets is buffered. */
const PACKETS = { firstMs: 20, mostMs: 100, slackMs: 60 };
/** Work space of the thread: what is read now, and the frame that leaves now (up to 60 ms at 24 kHz). */
const rtp = new RtpPacket();
const frame = new Int16Array(60 * 24);
