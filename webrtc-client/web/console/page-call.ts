import { listen, type CallClient, type CallFailure, type CallSettings } from './call-client.ts';
import { fileName, levelColumns, MessageLog, type CallDocument } from './call-record.ts';
import { ClockAlign } from './clock-align.ts';
import { firstSoundFigures, type NetworkFigures } from './figures.ts';
import { LevelTrack, type LevelSample } from './level-track.ts';
import type { BotState, ServerMessage } from './messages.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import { addTyped, EMPTY_TRANSCRIPT, reduceTranscript, type Transcript } from './transcript.ts';

export interface PageCallListener {
  /** Something that is shown has changed. */
  changed(): void;
  message(message: ServerMessage): void;
  failed(failure: CallFailure): void;
  ended(reason: string): void;
}

/** One call of the page: what was said, measured and went wrong in it, from its client's events. */
export class PageCall {
  readonly client: CallClient;
  readonly settings: CallSettings;
  readonly startedAt: Date;
  state: 'idle' | BotState = 'connecting';
  transcript: Transcript = EMPTY_TRANSCRIPT;
  title: string | undefined;
  muted = false;
  failure: CallFailure | undefined;
  endReason: string | undefined;
  /** What the server measures of the caller's packets, and the browser of the bot's. */
  network: { fromCaller?: NetworkFigures; toCaller?: NetworkFigures } = {};
  transport: string | undefined;
  readonly #log = new MessageLog(MAX_MESSAGES);
  readonly #track = new LevelTrack(LEVEL_STEP_MS, MAX_LEVELS);
  readonly #clock = new ClockAlign();
  readonly #reports: ({ readonly atMs: number } & NetworkFigures)[] = [];
  readonly #nowMs: () => number;
  readonly #listener: PageCallListener;
  #callId: string | undefined;
  #timeline: Timeline | undefined;

  constructor(client: CallClient, settings: CallSettings, startedAt: Date, nowMs: () => number, listener: PageCallListener) {
    this.#nowMs = nowMs;
    this.client = client;
    this.settings = settings;
    this.startedAt = startedAt;
    this.#listener = listener;
    listen(client, 'state', ({ state }) => this.#stateIs(state));
    listen(client, 'message', (message) => this.#take(message));
    listen(client, 'network', (report) => this.#measured(report));
    listen(client, 'failure', (failure) => this.fail(failure));
    listen(client, 'ended', ({ reason }) => this.#end(reason));
  }

  get isOver(): boolean {
    return this.endReason !== undefined;
  }

  /** A round trip from either side's measurement; the browser's is preferred, as it covers the way of the sound. */
  get roundTripMs(): number | undefined {
    return this.network.toCaller?.roundTripMs ?? this.network.fromCaller?.roundTripMs;
  }

  fail(failure: CallFailure): void {
    if (this.failure?.code === failure.code && this.failure.text === failure.text) return;
    this.failure = failure;
    this.#listener.failed(failure);
    this.#listener.changed();
  }

  /** The call did not come about, or is over without the server's word. */
  end(reason: string): void {
    this.#end(reason);
  }

  type(text: string): void {
    this.client.sendText(text);
    this.transcript = addTyped(this.transcript, this.#clock.toServerMs(this.#nowMs()) ?? 0, text);
    this.#listener.changed();
  }

  mute(on: boolean): void {
    this.client.mute(on);
    this.muted = on;
    this.#listener.changed();
  }

  /** To be called about every `LEVEL_STEP_MS` while the call goes on. */
  sampleLevels(nowMs: number): Omit<LevelSample, 'atMs'> {
    const levels = this.client.levels();
    const atMs = this.#clock.toServerMs(nowMs);
    if (atMs !== undefined && atMs >= 0 && !this.isOver) this.#track.add({ atMs, ...levels });
    return levels;
  }

  /** How long the call has been going on; undefined before it is answered. */
  elapsedMs(nowMs: number): number | undefined {
    return this.#clock.toServerMs(nowMs);
  }

  timeline(): Timeline {
    if (!this.isOver) return timelineOf(this.#log.messages, this.#track.samples);
    this.#timeline ??= timelineOf(this.#log.messages, this.#track.samples);
    return this.#timeline;
  }

  document(): CallDocument {
    return {
      format: 'parley-call',
      version: 1,
      callId: this.#callId,
      persona: this.settings.persona ?? '',
      transport: this.transport ?? this.settings.transport,
      startedAt: this.startedAt.toISOString(),
      endReason: this.endReason,
      firstSound: firstSoundFigures(this.transcript),
      messages: this.#log.messages,
      droppedMessages: this.#log.dropped,
      levels: levelColumns(this.#track.samples, this.#track.stepMs),
      network: this.#reports,
    };
  }

  fileName(ending: string): string {
    return fileName(this.startedAt, ending);
  }

  #stateIs(state: 'idle' | BotState): void {
    if (this.isOver || state === 'idle') return;
    this.state = state;
    this.#listener.changed();
  }

  #take(message: ServerMessage): void {
    if (this.isOver) return;
    this.#log.add(message);
    if (message.kind === 'hello') {
      this.title = message.title;
      this.#callId = message.callId;
    } else {
      this.#clock.seen(this.#nowMs(), message.atMs);
    }
    if (message.kind === 'network') {
      const { lossRatio, jitterMs, roundTripMs } = message;
      this.network = { ...this.network, fromCaller: { lossRatio, jitterMs, roundTripMs } };
    }
    this.transcript = reduceTranscript(this.transcript, message);
    this.#listener.message(message);
    this.#listener.changed();
  }

  #measured(report: NetworkFigures & { readonly transport: string }): void {
    const { transport, lossRatio, jitterMs, roundTripMs } = report;
    this.transport = transport;
    this.network = { ...this.network, toCaller: { lossRatio, jitterMs, roundTripMs } };
    const atMs = this.#clock.toServerMs(this.#nowMs());
    if (atMs !== undefined && this.#reports.length < MAX_REPORTS)
      this.#reports.push({ atMs: Math.round(atMs), lossRatio, jitterMs, roundTripMs });
    this.#listener.changed();
  }

  #end(reason: string): void {
    if (this.isOver) return;
    this.endReason = reason;
    this.state = 'ended';
    this.#listener.ended(reason);
    this.#listener.changed();
  }
}

export const LEVEL_STEP_MS = 50;
/** Five minutes at full resolution, then half of it, and so on. */
const MAX_LEVELS = 6_000;
const MAX_MESSAGES = 10_000;
const MAX_REPORTS = 5_000;
