import type { SpurtId, TurnStages } from '#domain/turn';
import { TimerTable } from '#domain/timer-table';
import { ms, ratio, samples, type Ms, type Ratio } from '#domain/units';
import type { LegMediaEvent } from '#domain/leg-media';
import type { PipelineOptions } from '../options.ts';
import type { SttEvent } from '../ports.ts';
import type { Asked, TurnLanguage } from '../language/turn-language.ts';
import { CallerUtterance } from '../text/utterance.ts';
import { notSpeech } from '../turn/wordless-speech.ts';
import { judgePause, type TurnEndRule } from '../turn/turn-end.ts';
import type { ConversationAction } from './messages.ts';
import { TURN_STUCK } from './stuck.ts';

/** What listening has found out, for the rest of the conversation. */
export type ListeningSignal =
  /** Sound that opens an utterance or goes on with it. */
  | { readonly kind: 'caller-began' }
  /** New words of an utterance that is not accepted yet because it was begun over the bot. */
  | { readonly kind: 'words'; readonly text: string; readonly isFinal: boolean; readonly confidence: Ratio }
  /** The caller pauses and may have finished: these would be the words. */
  | { readonly kind: 'candidate'; readonly text: string; readonly isFinal: boolean; readonly confidence: Ratio }
  | { readonly kind: 'turn-ended'; readonly turn: CallerTurn }
  /** The utterance came to nothing: noise. */
  | { readonly kind: 'nothing' }
  /** Somebody spoke and recognition found no words. */
  | { readonly kind: 'wordless'; readonly voicedMs: Ms; readonly anchorMs: Ms }
  /** Somebody spoke and recognition failed. */
  | { readonly kind: 'unheard'; readonly code: string; readonly anchorMs: Ms };

/** A finished turn of the caller. */
export interface CallerTurn {
  readonly text: string;
  readonly utterance: CallerUtterance;
  /** The caller's last sound; stages count from here. */
  readonly anchorMs: Ms;
  readonly rule: TurnEndRule;
  readonly stages: TurnStages;
  readonly silenceMs: Ms;
}

export type ListeningOutput = { readonly action: ConversationAction } | { readonly signal: ListeningSignal };

type Voice<Kind extends LegMediaEvent['kind']> = Extract<LegMediaEvent, { kind: Kind }>;

/**
 * The hearing half of a conversation: talkspurts and transcripts in, finished turns of the caller out. An utterance
 * that began over the bot is followed but not ended until it is accepted or discarded.
 */
export class Listening {
  /** Whether a text is all that was asked for. */
  isComplete: (text: string) => boolean = () => false;
  /** Takes out of a text what may not be recorded. */
  masked: (text: string) => string = (text) => text;
  readonly turns: TurnLanguage;
  /** Whether who is not understood is told so: otherwise nothing is waited for. */
  answersWordless = true;
  readonly #options: PipelineOptions;
  readonly #timers = new TimerTable<'turn-end' | 'judge' | 'transcript-late' | 'too-long' | 'stuck'>();
  #utterance: CallerUtterance | undefined;
  #accepted = false;
  #asked: Asked = 'nothing';
  #pause = 0;
  /** When something was last heard of the caller or of recognition. */
  #livelyAtMs: Ms = ms(0);
  /** The rest of this talkspurt is not listened to. */
  #ignoredSpurt: SpurtId | undefined;
  #spurt: SpurtId | undefined;

  constructor(options: PipelineOptions, turns: TurnLanguage) {
    this.#options = options;
    this.turns = turns;
  }

  get wakeAtMs(): Ms | undefined {
    return this.#timers.earliestMs;
  }

  get utterance(): CallerUtterance | undefined {
    return this.#utterance;
  }

  /** Whether an utterance is followed that still has to prove that it is meant for the bot. */
  get isUndecided(): boolean {
    return this.#utterance !== undefined && !this.#accepted;
  }

  get isCallerSpeaking(): boolean {
    return this.#utterance?.spurtOpen ?? false;
  }

  /** A talkspurt goes on that is not listened to any more. */
  get ignoresSound(): boolean {
    return this.#ignoredSpurt !== undefined;
  }

  /** The caller has paused and recognition has yet to say what the words were. */
  get awaitsFinal(): boolean {
    return this.#utterance !== undefined && !this.#utterance.spurtOpen && this.#utterance.finalText === undefined;
  }

  /** From the first sound of the utterance to the last, or to now while it goes on. */
  speechMs(nowMs: Ms): Ms {
    if (this.#utterance === undefined) return ms(0);
    return this.#utterance.spurtOpen ? ms(nowMs - this.#utterance.startedAtMs) : this.#utterance.speechMs;
  }

  /** What the bot's last words asked for: decides how long a short answer is waited on. */
  set asked(asked: Asked) {
    this.#asked = asked;
  }

  /** `prefix`: words of a turn that was ended too early and goes on now. */
  voiceStarted(event: Voice<'voice-started'>, prefix = ''): readonly ListeningOutput[] {
    this.#spurt = event.spurtId;
    this.#livelyAtMs = event.atMs;
    if (this.#utterance === undefined) {
      this.#utterance = new CallerUtterance({ atMs: event.startedAtMs, prefix, overBot: event.botSpeaking });
      this.#accepted = !event.botSpeaking;
      this.#timers.arm('too-long', ms(event.atMs + this.#options.turn.maxUtteranceMs));
      this.#timers.arm('stuck', ms(event.atMs + this.#options.faults.stuckMs));
    } else {
      this.#utterance.voiceStarted();
      this.#cancelPauseTimers();
    }
    return [{ signal: { kind: 'caller-began' } }];
  }

  audio(event: Voice<'caller-audio'>): readonly ListeningOutput[] {
    const granted: ListeningOutput = { action: { kind: 'media', command: { kind: 'grant-uplink', samples: samples(event.pcm.length) } } };
    this.#livelyAtMs = event.atMs;
    if (this.#utterance === undefined || event.spurtId === this.#ignoredSpurt) return [granted];
    return [{ action: { kind: 'stt-audio', pcm: event.pcm } }, granted];
  }

  voiceStopped(event: Voice<'voice-stopped'>): readonly ListeningOutput[] {
    if (event.spurtId === this.#ignoredSpurt) this.#ignoredSpurt = undefined;
    const utterance = this.#utterance;
    if (utterance === undefined || !utterance.spurtOpen) return [];
    this.#livelyAtMs = event.atMs;
    this.#pause += 1;
    utterance.voiceStopped(event.atMs, event.lastVoiceAtMs, event.voicedMs, this.#pause, event.sound);
    if (utterance.lostCode !== undefined) return this.#unheard(utterance.lostCode);
    const lateAtMs = Math.max(event.lastVoiceAtMs + this.#options.faults.transcriptWithinMs, event.atMs + MIN_DECODE_MS);
    this.#timers.arm('transcript-late', ms(lateAtMs));
    return [{ action: { kind: 'stt-pause', pause: this.#pause } }, ...this.#guess()];
  }

  stt(nowMs: Ms, event: SttEvent): readonly ListeningOutput[] {
    const utterance = this.#utterance;
    if (utterance === undefined) return [];
    this.#livelyAtMs = nowMs;
    switch (event.kind) {
      case 'partial':
        utterance.partial(event.text);
        return [...heard({ kind: 'caller-partial', text: this.masked(event.text) }), ...this.#undecidedWords(false), ...this.#guess()];
      case 'final':
        if (!utterance.final(nowMs, event)) return this.#undecidedWords(false);
        this.#timers.cancel('transcript-late');
        return [
          ...(event.queueMs === undefined ? [] : heard({ kind: 'queue-wait', queue: 'stt', waitMs: event.queueMs })),
          ...heard({
            kind: 'caller-final',
            text: this.masked(utterance.newText),
            confidence: event.confidence,
            audioMs: event.audioMs,
            decodeMs: event.decodeMs,
          }),
          ...(this.#accepted ? this.#evaluate(nowMs) : this.#undecidedWords(true)),
        ];
      case 'turn-probability':
        return utterance.vote(nowMs, event.pause, event.probability) && this.#accepted ? this.#evaluate(nowMs) : [];
      case 'tone':
        return [];
      case 'fault':
        utterance.lostCode = event.code;
        return utterance.spurtOpen || utterance.finalText !== undefined ? [] : this.#unheard(event.code);
    }
  }

  /** The words over the bot are meant for it, and continue `prefix`: from now on they are a turn like any other. */
  accept(nowMs: Ms, prefix: string): readonly ListeningOutput[] {
    if (this.#utterance === undefined) return [];
    this.#utterance.overBot = false;
    this.#utterance.tookFloor = true;
    if (prefix !== '') this.#utterance.continueFrom(prefix);
    return this.botFinished(nowMs);
  }

  /** The bot has finished by itself: what was begun over it is a turn unless it turns out to be an echo or a nod. */
  botFinished(nowMs: Ms): readonly ListeningOutput[] {
    if (this.#utterance === undefined) return [];
    this.#accepted = true;
    return this.#utterance.spurtOpen ? [] : this.#evaluate(nowMs);
  }

  /** The bot is speaking after all: the words have to prove again that they are meant for it. */
  followOnly(): void {
    this.#accepted = false;
    this.#cancelPauseTimers();
  }

  /** Forget what was heard; a talkspurt that still goes on is not listened to any further. */
  discard(): readonly ListeningOutput[] {
    if (this.#utterance === undefined) return [];
    if (this.#utterance.spurtOpen) this.#ignoredSpurt = this.#spurt;
    return this.#forget();
  }

  wake(nowMs: Ms): readonly ListeningOutput[] {
    return this.#timers.takeDue(nowMs).flatMap((timer) => {
      const utterance = this.#utterance;
      if (utterance === undefined) return [];
      switch (timer) {
        case 'turn-end':
          return this.#evaluate(nowMs);
        case 'judge':
          this.#armJudge(nowMs, utterance);
          return [{ action: { kind: 'stt-judge', pause: utterance.pause, silenceMs: ms(Math.round(nowMs - utterance.lastVoiceAtMs)) } }];
        case 'transcript-late':
          return this.#unheard('STT_TIMEOUT');
        case 'stuck':
          return this.#stuck(nowMs, utterance);
        case 'too-long':
          if (utterance.bestText === '' || !this.#accepted) return [...this.discard(), { signal: { kind: 'nothing' } }];
          if (utterance.spurtOpen) this.#ignoredSpurt = this.#spurt;
          return this.#end(nowMs, utterance, 'too-long', nowMs);
      }
    });
  }

  #evaluate(nowMs: Ms): readonly ListeningOutput[] {
    const utterance = this.#utterance;
    const text = utterance?.finalText;
    if (utterance === undefined || text === undefined) return [];
    if (text === '') return this.#withoutWords(nowMs, utterance);
    const { speechMs, votes, newText } = utterance;
    const verdict = judgePause(
      {
        text,
        speechMs,
        votes,
        asked: this.#asked,
        isLeadIn: utterance.tookFloor && this.turns.isLeadIn(newText),
        isComplete: this.isComplete(text),
      },
      this.#options.turn,
      this.turns,
    );
    const voteDueMs = verdict.awaitsVote === true ? (utterance.transcriptAtMs ?? nowMs) + this.#options.turn.voteWithinMs : 0;
    const endAtMs = Math.max(utterance.lastWordsAtMs + verdict.endAtSilenceMs, voteDueMs);
    if (nowMs >= endAtMs) return this.#end(nowMs, utterance, verdict.rule, utterance.lastWordsAtMs);
    this.#timers.arm('turn-end', ms(endAtMs));
    if (!verdict.votesMatter) this.#timers.cancel('judge');
    else if (!this.#timers.isArmed('judge')) this.#armJudge(nowMs, utterance);
    return [{ signal: { kind: 'candidate', text, isFinal: true, confidence: utterance.confidence } }];
  }

  /** Noise is forgotten at once. Who spoke is told that they were not understood, unless they go on. */
  #withoutWords(nowMs: Ms, utterance: CallerUtterance): readonly ListeningOutput[] {
    const { voicedMs, lastVoiceAtMs } = utterance;
    if (notSpeech(utterance) !== undefined) return [...this.#forget(), { signal: { kind: 'nothing' } }];
    if (!this.answersWordless || nowMs >= lastVoiceAtMs + WORDLESS_MS)
      return [...this.#forget(), { signal: { kind: 'wordless', voicedMs, anchorMs: lastVoiceAtMs } }];
    this.#timers.arm('turn-end', ms(lastVoiceAtMs + WORDLESS_MS));
    return [];
  }

  /** Nothing has come for so long, and nothing is waited for, such as the end of keys that the bot presses: neither sound, nor its end, nor what the words were. */
  #stuck(nowMs: Ms, utterance: CallerUtterance): readonly ListeningOutput[] {
    const dueAtMs = this.#livelyAtMs + this.#options.faults.stuckMs;
    const waitsForBot = !this.#accepted && utterance.finalText !== undefined;
    if (nowMs < dueAtMs || waitsForBot || this.#timers.isArmed('turn-end') || this.#timers.isArmed('transcript-late')) {
      this.#timers.arm('stuck', ms(Math.max(dueAtMs, nowMs + MIN_DECODE_MS)));
      return [];
    }
    const service = utterance.spurtOpen ? 'media' : 'stt';
    const anchorMs = utterance.lastVoiceAtMs;
    return [
      ...heard({ kind: 'fault', service, code: TURN_STUCK }),
      ...this.discard(),
      { signal: { kind: 'unheard', code: TURN_STUCK, anchorMs } },
    ];
  }

  #armJudge(nowMs: Ms, utterance: CallerUtterance): void {
    const silenceMs = nowMs - utterance.lastVoiceAtMs;
    const next = this.#options.turn.judgeAgainMs.find((at) => at > silenceMs);
    if (next !== undefined) this.#timers.arm('judge', ms(utterance.lastVoiceAtMs + next));
  }

  #end(nowMs: Ms, utterance: CallerUtterance, rule: TurnEndRule, anchorMs: Ms): readonly ListeningOutput[] {
    const since = (atMs: Ms | undefined): Ms | undefined => (atMs === undefined ? undefined : ms(atMs - anchorMs));
    const stages = defined({
      vadStopMs: since(utterance.vadStopAtMs),
      transcriptMs: since(utterance.transcriptAtMs),
      turnProbabilityMs: since(utterance.probabilityAtMs),
      turnEndMs: since(nowMs),
    });
    const turn: CallerTurn = { text: utterance.bestText, utterance, anchorMs, rule, stages, silenceMs: ms(nowMs - anchorMs) };
    return [...this.#forget(), { signal: { kind: 'turn-ended', turn } }];
  }

  #unheard(code: string): readonly ListeningOutput[] {
    const { voicedMs = 0, lastVoiceAtMs = 0 } = this.#utterance ?? {};
    const signal: ListeningSignal = voicedMs < MIN_SPEECH_MS ? { kind: 'nothing' } : { kind: 'unheard', code, anchorMs: lastVoiceAtMs };
    return [...this.#forget(), { signal }];
  }

  /** The partial text of a pause is a first guess at what the final one will be. */
  #guess(): readonly ListeningOutput[] {
    const utterance = this.#utterance;
    if (utterance === undefined || !this.#accepted || utterance.spurtOpen || utterance.newText === '' || utterance.finalText !== undefined)
      return [];
    return [{ signal: { kind: 'candidate', text: utterance.bestText, isFinal: false, confidence: ratio(1) } }];
  }

  #undecidedWords(isFinal: boolean): readonly ListeningOutput[] {
    if (this.#accepted || this.#utterance === undefined) return [];
    const { newText: text, confidence } = this.#utterance;
    return [{ signal: { kind: 'words', text, isFinal, confidence } }];
  }

  #forget(): readonly ListeningOutput[] {
    this.#utterance = undefined;
    this.#timers.cancelAll();
    return [{ action: { kind: 'stt-reset' } }];
  }

  #cancelPauseTimers(): void {
    for (const name of ['turn-end', 'judge', 'transcript-late'] as const) this.#timers.cancel(name);
  }
}

function heard(event: Extract<ConversationAction, { kind: 'emit' }>['event']): readonly ListeningOutput[] {
  return [{ action: { kind: 'emit', event } }];
}

function defined(stages: { readonly [Name in keyof TurnStages]: TurnStages[Name] | undefined }): TurnStages {
  return Object.fromEntries(Object.entries(stages).filter(([, value]) => value !== undefined));
}

/** Recognition is given so long after the pause was noticed, however late that was. */
const MIN_DECODE_MS = 800;
/** Who goes on after so long a silence has not begun anew; with it an answer comes well within 1.2 s. A guess. */
const WORDLESS_MS = 700;
/** Less voiced sound than this is not apologised for when recognition fails. */
const MIN_SPEECH_MS = 200;
