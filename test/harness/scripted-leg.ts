import type { CallFacts } from '#domain/call';
import type { CallLeg } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import type { LegMedia, LegMediaCommand, LegMediaEvent, SpurtSound } from '#domain/leg-media';
import type { PieceId, SpurtId, TurnId } from '#domain/turn';
import { ms, samples, type Ms } from '#domain/units';
import type { VirtualClock } from './virtual-clock.ts';

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

/** One stretch in which a turn of the bot was heard. */
export interface Heard {
  readonly turnId: TurnId;
  readonly fromMs: Ms;
  toMs: Ms;
}

/** What a media worker does with a leg, in virtual time: playout by 20 ms, talkspurts, ducking and pausing. */
export class ScriptedLeg implements CallLeg, LegMedia {
  readonly facts = FACTS;
  readonly legId = FACTS.legId;
  readonly arrivedAtMs = ms(0);
  readonly answeredAtMs = ms(0);
  readonly media: LegMedia = this;
  readonly signal: AbortSignal;
  readonly ended: Promise<{ readonly reason: EndReason }>;
  readonly commands: LegMediaCommand[] = [];
  readonly heard: Heard[] = [];
  endReason: EndReason | undefined;
  piecesRefused = 0;
  staleTurnPackets = 0;
  mostQueuedSamples = 0;
  /** Until the next packet is due when something is given to be played: 0 to 20. */
  startLagMs: Ms = 0;
  /** How the caller's voice sounds from now on. */
  sound: SpurtSound | undefined;
  readonly #clock: VirtualClock;
  readonly #controller = new AbortController();
  #settleEnded: (value: { readonly reason: EndReason }) => void = () => undefined;
  #listener: ((event: LegMediaEvent) => void) | undefined;
  #queue: { readonly turnId: TurnId; readonly pieceId: PieceId; left: number }[] = [];
  readonly #played = new Map<string, number>();
  #abortedUpTo = 0;
  #endedTurns = new Set<TurnId>();
  #started = new Set<TurnId>();
  #ticking = false;
  #paused = false;
  #bargeIn = true;
  #spurt: SpurtId = 0;
  #callerSpeaks = false;
  #sinceProgress = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.signal = this.#controller.signal;
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
  }

  async end(reason: EndReason): Promise<void> {
    if (this.endReason !== undefined) return;
    this.endReason = reason;
    this.#queue = [];
    this.#controller.abort();
    this.#settleEnded({ reason });
  }

  onEvent(listener: (event: LegMediaEvent) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  get isBotSpeaking(): boolean {
    return this.#queue.length > 0;
  }

  send(command: LegMediaCommand): void {
    this.commands.push(command);
    switch (command.kind) {
      case 'play':
        if (command.turnId <= this.#abortedUpTo) this.piecesRefused += 1;
        else this.#queue.push({ turnId: command.turnId, pieceId: command.pieceId, left: command.pcm.length });
        this.mostQueuedSamples = Math.max(
          this.mostQueuedSamples,
          this.#queue.reduce((sum, piece) => sum + piece.left, 0),
        );
        this.#start();
        break;
      case 'mark-keys':
        break;
      case 'play-end':
        this.#endedTurns.add(command.turnId);
        if (!this.#queue.some(({ turnId }) => turnId === command.turnId)) this.#later(0, () => this.#finish(command.turnId));
        break;
      case 'abort-turn':
        this.#abortedUpTo = Math.max(this.#abortedUpTo, command.turnId);
        this.#queue = this.#queue.filter(({ turnId }) => turnId > command.turnId);
        this.#paused = false;
        break;
      case 'resume-playout':
        this.#paused = false;
        this.#start();
        break;
      case 'set-barge-in':
        this.#bargeIn = command.mode === 'on';
        break;
      case 'grant-uplink':
      case 'set-echo':
        break;
    }
  }

  /** A talkspurt of `forMs`, from now; its audio carries its number for the scripted recogniser. */
  speak(forMs: Ms): SpurtId {
    this.#spurt += 1;
    const spurtId = this.#spurt;
    const startedAtMs = this.#clock.nowMs();
    const over = this.isBotSpeaking && this.#bargeIn;
    this.#callerSpeaks = true;
    if (over && forMs >= 60) this.#later(60, () => this.#pause('playout-ducked', spurtId));
    if (over && forMs >= 125) this.#later(125, () => this.#pause('playout-paused', spurtId));
    if (forMs < 96) return spurtId;
    this.#later(96, () =>
      this.event({ kind: 'voice-started', spurtId, atMs: this.#clock.nowMs(), startedAtMs, botSpeaking: over || this.isBotSpeaking }),
    );
    for (let at = 100; at <= forMs + 200; at += 80) this.#later(at, () => this.#audio(spurtId, Math.min(at, forMs) / forMs));
    this.#later(forMs, () => (this.#callerSpeaks = false));
    this.#later(forMs + 200, () => {
      this.event({
        kind: 'voice-stopped',
        spurtId,
        atMs: this.#clock.nowMs(),
        lastVoiceAtMs: ms(startedAtMs + forMs),
        voicedMs: forMs,
        ...(this.sound !== undefined && { sound: this.sound }),
      });
    });
    return spurtId;
  }

  event(event: LegMediaEvent): void {
    this.#listener?.(event);
  }

  /** When sound of the bot left first after `atMs`. */
  firstSoundAfter(atMs: Ms): Ms | undefined {
    return this.heard.find(({ fromMs }) => fromMs >= atMs)?.fromMs;
  }

  wasSilentBetween(fromMs: Ms, toMs: Ms): boolean {
    return this.heard.every((stretch) => stretch.toMs <= fromMs || stretch.fromMs >= toMs);
  }

  get isCallerSpeaking(): boolean {
    return this.#callerSpeaks;
  }

  #audio(spurtId: SpurtId, share: number): void {
    const pcm = new Int16Array(1280);
    pcm[0] = spurtId;
    pcm[1] = Math.round(share * 10_000);
    this.event({ kind: 'caller-audio', spurtId, atMs: this.#clock.nowMs(), pcm });
  }

  #pause(kind: 'playout-ducked' | 'playout-paused', spurtId: SpurtId): void {
    const turnId = this.#queue[0]?.turnId;
    if (turnId === undefined) return;
    const atMs = this.#clock.nowMs();
    if (kind === 'playout-ducked') return this.event({ kind, turnId, atMs });
    this.#paused = true;
    this.event({ kind, turnId, spurtId, atMs });
  }

  #start(): void {
    if (this.#ticking || this.#paused || this.#queue.length === 0) return;
    this.#ticking = true;
    this.#later(this.startLagMs, () => this.#tick());
  }

  #tick(): void {
    const piece = this.#queue[0];
    if (this.#paused || piece === undefined) {
      this.#ticking = false;
      return;
    }
    const atMs = this.#clock.nowMs();
    const { turnId, pieceId } = piece;
    if (turnId <= this.#abortedUpTo) this.staleTurnPackets += 1;
    this.#noteHeard(turnId, atMs);
    if (!this.#started.has(turnId)) {
      this.#started.add(turnId);
      this.event({ kind: 'playout-started', turnId, atMs });
    }
    const now = Math.min(FRAME_SAMPLES, piece.left);
    piece.left -= now;
    const key = `${turnId}/${pieceId}`;
    this.#played.set(key, (this.#played.get(key) ?? 0) + now);
    this.#sinceProgress += now;
    if (piece.left === 0) this.#queue = this.#queue.filter((other) => other !== piece);
    if (piece.left === 0 || this.#sinceProgress >= PROGRESS_SAMPLES) {
      this.#sinceProgress = 0;
      this.event({ kind: 'playout-progress', turnId, pieceId, playedSamples: samples(this.#played.get(key) ?? 0), atMs });
    }
    this.#later(20, () => {
      if (!this.#queue.some((other) => other.turnId === turnId) && this.#endedTurns.has(turnId)) this.#finish(turnId);
      this.#tick();
    });
  }

  #finish(turnId: TurnId): void {
    if (turnId <= this.#abortedUpTo || !this.#endedTurns.delete(turnId)) return;
    this.event({ kind: 'playout-finished', turnId, atMs: this.#clock.nowMs() });
  }

  #noteHeard(turnId: TurnId, atMs: Ms): void {
    const last = this.heard.at(-1);
    if (last?.turnId === turnId && last.toMs >= atMs) last.toMs = ms(atMs + 20);
    else this.heard.push({ turnId, fromMs: atMs, toMs: ms(atMs + 20) });
  }

  #later(delayMs: number, callback: () => void): void {
    this.#clock.schedule(ms(delayMs), () => {
      if (this.endReason === undefined) callback();
    });
  }
}

/** 20 ms and 200 ms at 24 kHz. */
const FRAME_SAMPLES = 480;
const PROGRESS_SAMPLES = 4_800;
