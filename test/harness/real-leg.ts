import type { CallFacts } from '#domain/call';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import type { LegMedia, LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import type { LegChange, LegSpec } from '#media';
import type { AudibleWords } from './audible-words.ts';
import { BotAudioLedger } from './bot-audio-ledger.ts';
import { CALLER, openMedia, type MediaUnderTest } from './media-under-test.ts';
import { Netem, type NetworkConditions } from './netem.ts';
import { ScriptedPhone } from './scripted-phone.ts';
import { ScriptedScorer } from './scripted-scorer.ts';
import { loudnessDbov } from './telephone-line.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The world around a leg. All of it is perfect by default, but for the time that messages between threads take. */
export interface LegConditions {
  /** From the caller to the bot, and back. */
  readonly up?: Partial<NetworkConditions>;
  readonly down?: Partial<NetworkConditions>;
  /** Between the main thread and the media worker, each way. */
  readonly portMs?: Ms;
  /** When the leg's first packet is due. Phones tick at 0, 20, 40; between them is usual. */
  readonly startMs?: Ms;
  /** How long the speech model takes for a chunk. */
  readonly scoreMs?: Ms;
  readonly media?: object;
  readonly spec?: Partial<LegSpec>;
}

/** The real media of a telephone leg, tick by tick in virtual time, between a conversation and a scripted phone at the other end of a network. */
export class RealLeg implements CallLeg, LegMedia {
  readonly facts = FACTS;
  readonly legId = FACTS.legId;
  readonly arrivedAtMs = ms(0);
  readonly answeredAtMs = ms(0);
  readonly media: LegMedia = this;
  readonly signal: AbortSignal;
  readonly ended: Promise<{ readonly reason: EndReason; readonly stats: LegMediaStats }>;
  readonly commands: LegMediaCommand[] = [];
  /** Everything that the media told, when the conversation learned of it. */
  readonly events: LegMediaEvent[] = [];
  readonly phone: ScriptedPhone;
  readonly up: Netem;
  readonly down: Netem;
  readonly scorer: ScriptedScorer;
  readonly core: MediaUnderTest;
  endReason: EndReason | undefined;
  readonly #clock: VirtualClock;
  readonly #portMs: Ms;
  readonly #controller = new AbortController();
  readonly #settleEnded: (value: { readonly reason: EndReason; readonly stats: LegMediaStats }) => void;
  readonly #ledger = new BotAudioLedger();
  #listener: ((event: LegMediaEvent) => void) | undefined;
  #kept: LegMediaEvent[] = [];
  #outbox: LegMediaEvent[] = [];
  #flushAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: VirtualClock, words: AudibleWords, conditions: LegConditions = {}) {
    this.#clock = clock;
    this.#portMs = conditions.portMs ?? PORT_MS;
    this.signal = this.#controller.signal;
    const settled = Promise.withResolvers<{ readonly reason: EndReason; readonly stats: LegMediaStats }>();
    this.ended = settled.promise;
    this.#settleEnded = settled.resolve;
    this.up = new Netem({ seed: 1, ...conditions.up });
    this.down = new Netem({ seed: 2, ...conditions.down });
    this.scorer = new ScriptedScorer(clock, conditions.scoreMs ?? SCORE_MS);
    this.core = openMedia({
      nowMs: conditions.startMs ?? START_MS,
      ...(conditions.spec !== undefined && { spec: conditions.spec }),
      ...(conditions.media !== undefined && { options: conditions.media }),
      scorer: this.scorer,
      onPacket: (packet) => this.#toPhone(packet),
      onEvent: (event) => this.#tell(event),
    });
    this.phone = new ScriptedPhone(words, (packet) => this.#toLeg(packet));
    this.#nextTick();
    this.#nextPhoneTick();
  }

  async end(reason: EndReason): Promise<void> {
    if (this.endReason !== undefined) return;
    this.endReason = reason;
    const stats = this.core.close(this.#clock.nowMs(), this.#clock.wallMs());
    this.#controller.abort();
    this.#settleEnded({ reason, stats });
  }

  onEvent(listener: (event: LegMediaEvent) => void): () => void {
    this.#listener = listener;
    for (const event of this.#kept.splice(0)) listener(event);
    return () => {
      this.#listener = undefined;
    };
  }

  /** The audio of a command is given away, as it is to another thread: a view is copied, and whoever keeps a whole buffer has nothing of it. */
  send(command: LegMediaCommand): void {
    this.commands.push(command.kind === 'play' ? { ...command, pcm: new Int16Array(0) } : command);
    const given = command.kind === 'play' ? { ...command, pcm: givenAway(command.pcm) } : command;
    this.#ledger.commanded(given);
    this.#clock.scheduleQuietly(this.#portMs, () => {
      if (this.endReason !== undefined) return;
      this.core.command(this.#clock.nowMs(), given);
      this.#ledger.arrived(this.#clock.nowMs(), given);
    });
  }

  /** What comes by another way than the media, such as text from a data channel. */
  event(event: LegMediaEvent): void {
    this.events.push(event);
    if (this.#listener === undefined) this.#kept.push(event);
    else this.#listener(event);
  }

  /** A re-INVITE. */
  update(change: LegChange): void {
    this.#clock.scheduleQuietly(this.#portMs, () => this.core.update(this.#clock.nowMs(), change));
  }

  callerSays(pcm: Int16Array): void {
    this.phone.say(this.up.localMs(this.#clock.nowMs()), pcm);
  }

  /** Something that the bot is to say has not left yet. */
  get isBotSpeaking(): boolean {
    return this.#ledger.queuedSamples > 0;
  }

  /** The most that was ever on its way to be said, samples at 24 kHz. */
  get mostQueuedSamples(): number {
    return this.#ledger.mostQueuedSamples;
  }

  get piecesRefused(): number {
    return this.core.stats().piecesRefused;
  }

  /** Packets of an aborted turn that left: what the media counted themselves, and what was heard to leave after an abort with nothing new to say. */
  get staleTurnPackets(): number {
    return this.core.stats().staleTurnPackets + this.#ledger.soundsAfterAbort;
  }

  /** When the caller heard the bot begin first after `atMs`. */
  firstSoundAfter(atMs: Ms): Ms | undefined {
    return this.phone.heard.find(({ fromMs }) => fromMs >= atMs)?.fromMs;
  }

  wasSilentBetween(fromMs: Ms, toMs: Ms): boolean {
    return this.phone.heard.every((stretch) => stretch.toMs <= fromMs || stretch.fromMs >= toMs);
  }

  #nextTick(): void {
    this.#clock.scheduleQuietly(ms(this.core.dueMs - this.#clock.nowMs()), () => {
      if (this.endReason !== undefined) return;
      this.core.tick(this.#clock.nowMs(), this.#clock.wallMs());
      if (this.#flushAtMs <= this.#clock.nowMs()) this.#flush();
      this.#nextTick();
    });
  }

  #nextPhoneTick(): void {
    this.#clock.scheduleQuietly(ms(this.up.realMs(this.phone.dueMs) - this.#clock.nowMs()), () => {
      if (this.endReason !== undefined) return;
      this.phone.tick();
      this.#nextPhoneTick();
    });
  }

  #toLeg(packet: Uint8Array): void {
    this.#pass(this.up, () => {
      if (this.endReason === undefined) this.core.packet(this.#clock.nowMs(), this.#clock.wallMs(), packet, CALLER.address, CALLER.port);
    });
  }

  #toPhone(packet: Uint8Array): void {
    const nowMs = this.#clock.nowMs();
    const copy = packet.slice();
    this.#ledger.left(nowMs, loudnessDbov(copy.subarray(12)));
    this.#pass(this.down, () => this.phone.hear(this.#clock.nowMs(), this.up.localMs(this.#clock.nowMs()), copy));
  }

  #pass(network: Netem, arrive: () => void): void {
    const nowMs = this.#clock.nowMs();
    for (const atMs of network.arrivals(nowMs)) {
      if (atMs <= nowMs) arrive();
      else this.#clock.scheduleQuietly(ms(atMs - nowMs), arrive);
    }
  }

  /** As the worker's outbox does it: what nobody decides by at once waits for company. */
  #tell(event: LegMediaEvent): void {
    const nowMs = this.#clock.nowMs();
    this.#ledger.told(event);
    this.#outbox.push(event);
    if (isBulk(event)) this.#flushAtMs = Math.min(this.#flushAtMs, nowMs + BULK_WAIT_MS);
    else if (this.#flushAtMs > nowMs) {
      this.#flushAtMs = nowMs;
      this.#clock.scheduleQuietly(ms(0), () => this.#flush());
    }
  }

  #flush(): void {
    this.#flushAtMs = Number.POSITIVE_INFINITY;
    const events = this.#outbox.splice(0);
    if (events.length === 0) return;
    this.#clock.schedule(this.#portMs, () => {
      for (const event of events) if (this.endReason === undefined) this.event(event);
    });
  }
}

function givenAway(pcm: Int16Array): Int16Array {
  const isWhole = pcm.byteLength === pcm.buffer.byteLength && pcm.buffer instanceof ArrayBuffer;
  return isWhole ? new Int16Array((pcm.buffer as ArrayBuffer).transfer()) : pcm.slice();
}

function isBulk({ kind }: LegMediaEvent): boolean {
  return kind === 'caller-audio' || kind === 'playout-progress' || kind === 'playout-queue' || kind === 'media-stats';
}

const FACTS: CallFacts = {
  callId: 'call-1',
  legId: 'leg-1',
  kind: 'sip',
  direction: 'inbound',
  to: 'sip:bot@192.0.2.7',
  toUser: 'bot',
  from: 'sip:caller@192.0.2.9',
  fromUser: 'caller',
  peer: '192.0.2.9:5060',
  headers: {},
  signallingId: 'a@192.0.2.9',
};
/** What a message between threads takes on a machine with other work. */
const PORT_MS = ms(1);
const BULK_WAIT_MS = 4;
const START_MS = ms(10);
/** Silero takes less than 1 ms; several legs wait for each other. */
const SCORE_MS = ms(2);
