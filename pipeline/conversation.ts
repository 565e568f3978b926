import { unreachable } from '#domain/assert';
import type { CallEventBody } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import { CallCourse } from './conversation/call-course.ts';
import { CallerTurns } from './conversation/caller-turns.ts';
import { Interrupting } from './conversation/interrupting.ts';
import { Listening, type ListeningOutput } from './conversation/listening.ts';
import type { ConversationAction, ConversationInput } from './conversation/messages.ts';
import { SilentCaller } from './conversation/silent-caller.ts';
import type { ClosedTurn, SpeakingContext, SpeakingOutput } from './conversation/speaking-messages.ts';
import { Speaking } from './conversation/speaking.ts';
import { TURN_STUCK } from './conversation/stuck.ts';
import type { ExpectedSpeech } from './dialogue/forms/active-form.ts';

type Media<Kind extends LegMediaEvent['kind']> = Extract<LegMediaEvent, { kind: Kind }>;

/**
 * Core: one conversation. Joins hearing (`Listening`), speaking (`Speaking`) and what happens where both meet: an
 * interruption, a caller who goes on after all, a silent caller, the end. Inputs in, actions out; the shell keeps one
 * timer for `wakeAtMs` and feeds `wake`.
 */
export class Conversation {
  readonly #context: SpeakingContext;
  readonly #listening: Listening;
  readonly #speaking: Speaking;
  readonly #silence: SilentCaller;
  readonly #course: CallCourse;
  readonly #interrupting: Interrupting;
  readonly #callerTurns: CallerTurns;
  #expected: ExpectedSpeech;
  #out: ConversationAction[] = [];

  constructor(context: SpeakingContext) {
    this.#context = context;
    this.#speaking = new Speaking(context);
    const { dialogue } = this.#speaking.memory;
    this.#listening = new Listening(context.options, dialogue.language.turns);
    this.#silence = new SilentCaller(context.options.silence);
    this.#course = new CallCourse(context.options);
    const parts = {
      context,
      listening: this.#listening,
      speaking: this.#speaking,
      hear: (nowMs: Ms, outputs: readonly ListeningOutput[]) => this.#hear(nowMs, outputs),
      speak: (nowMs: Ms, outputs: readonly SpeakingOutput[]) => this.#speak(nowMs, outputs),
      command: (command: LegMediaCommand) => this.#command(command),
      emit: (event: CallEventBody) => this.#emit(event),
      endLeg: (reason: EndReason) => this.#endLeg(reason),
      tellUntold: (nowMs: Ms) => this.#tellUntold(nowMs),
    };
    this.#interrupting = new Interrupting(parts);
    this.#callerTurns = new CallerTurns({ ...parts, course: this.#course, silence: this.#silence, interrupting: this.#interrupting });
    this.#expected = dialogue.expected;
    this.#listening.isComplete = (text) => dialogue.isComplete(text);
    this.#listening.masked = (text) => dialogue.masked(text);
  }

  get wakeAtMs(): Ms | undefined {
    const cores = [this.#course, this.#listening, this.#speaking, this.#silence, this.#callerTurns, this.#interrupting];
    const due = cores.map(({ wakeAtMs }) => wakeAtMs).filter((atMs) => atMs !== undefined);
    return due.length === 0 || this.#course.hasEnded ? undefined : ms(Math.min(...due));
  }

  handle(nowMs: Ms, input: ConversationInput): readonly ConversationAction[] {
    if (this.#course.hasEnded) return [];
    switch (input.kind) {
      case 'answered':
        this.#answered(nowMs);
        break;
      case 'media':
        this.#media(nowMs, input.event);
        break;
      case 'stt':
        if (input.event.kind === 'fault') this.#emit({ kind: 'fault', service: 'stt', code: input.event.code });
        if (input.event.kind === 'tone') this.#speaking.toning.sense.heardModel(input.event.tone);
        if (this.#course.isTalking) this.#hear(nowMs, this.#listening.stt(nowMs, input.event));
        break;
      case 'matched':
      case 'match-failed':
      case 'llm-text':
      case 'llm-done':
      case 'llm-calls':
      case 'llm-failed':
      case 'pcm':
      case 'piece-made':
      case 'piece-failed':
        this.#speak(nowMs, this.#speaking.work(nowMs, input));
        break;
      case 'tone-read':
        this.#speak(nowMs, this.#speaking.toneRead(input.text, input.tone));
        break;
      case 'action-result':
      case 'press-keys':
        this.#speak(nowMs, this.#speaking.acted(nowMs, input));
        this.#tellUntold(nowMs);
        break;
      case 'say-goodbye':
        this.#leave(nowMs, input.text, input.reason);
        break;
      case 'leg-ended':
        this.#ended(nowMs);
        break;
      case 'wake':
        this.#wake(nowMs);
        break;
      default:
        unreachable(input);
    }
    this.#expect();
    if (!this.#course.hasEnded) this.#interrupting.allowBargeIn(this.#course.saysGoodbye);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #answered(nowMs: Ms): void {
    if (!this.#course.answered(nowMs)) return;
    const { persona } = this.#context;
    if (persona.mode !== 'echo') this.#act({ kind: 'open-stt' });
    this.#speak(nowMs, this.#speaking.say(nowMs, [persona.greeting], { source: 'greeting' }));
  }

  #media(nowMs: Ms, event: LegMediaEvent): void {
    switch (event.kind) {
      case 'voice-started':
        return this.#voiceStarted(nowMs, event);
      case 'caller-audio':
        return this.#hear(nowMs, this.#listening.audio(event));
      case 'voice-stopped':
        this.#speaking.toning.sense.heardSpurt(event.sound, event.voicedMs);
        this.#hear(nowMs, this.#listening.voiceStopped(event));
        return this.#interrupting.voiceStopped(nowMs, event.lastVoiceAtMs);
      case 'playout-paused':
        return this.#interrupting.paused(event, this.#course.isTalking);
      case 'playout-ducked':
      case 'playout-resumed':
        return;
      case 'playout-started':
      case 'playout-progress':
      case 'playout-queue':
      case 'playout-finished':
        return this.#speak(nowMs, this.#speaking.playout(nowMs, event));
      case 'dtmf':
        return this.#callerTurns.pressed(nowMs, event);
      case 'caller-text':
        return this.#callerTurns.typed(nowMs, event);
      case 'caller-muted':
        return this.#silence.muted(nowMs, event.muted);
      case 'held':
        this.#silence.held(nowMs, event.held);
        return this.#speaking.held(nowMs, event.held);
      // Somebody whose microphone is off may send nothing at all; whether they are there, the leg finds out by other means.
      case 'media-timeout':
        return this.#silence.isMuted ? undefined : this.#endLeg({ by: 'network', code: 'media-timeout' });
      case 'media-lost':
        return this.#endLeg({ by: 'system', code: 'media-worker-died', detail: event.detail });
      case 'media-stats':
        return this.#emit({ kind: 'media-stats', stats: event.stats });
      case 'uplink-dropped':
        return this.#emit({ kind: 'dropped', queue: 'uplink-samples', count: event.samples });
      default:
        unreachable(event);
    }
  }

  #voiceStarted(nowMs: Ms, event: Media<'voice-started'>): void {
    if (!this.#course.isTalking || this.#context.persona.mode === 'echo') return;
    const prefix = this.#interrupting.reopened(nowMs);
    // Media may have begun to play what has just been taken back: then nobody is left to be spoken over.
    const botSpeaking = event.botSpeaking && this.#speaking.turn !== undefined;
    this.#hear(nowMs, this.#listening.voiceStarted({ ...event, botSpeaking }, prefix));
  }

  #hear(nowMs: Ms, outputs: readonly ListeningOutput[]): void {
    for (const output of outputs) {
      if ('action' in output) this.#act(output.action);
      else this.#callerTurns.signalled(nowMs, output.signal);
    }
  }

  #speak(nowMs: Ms, outputs: readonly SpeakingOutput[]): void {
    for (const output of outputs) {
      if ('closed' in output) {
        this.#closed(nowMs, output.closed);
        continue;
      }
      if (output.action.kind === 'emit' && output.action.event.kind === 'turn-opened') this.#silence.botBegan();
      this.#act(output.action);
    }
  }

  #closed(nowMs: Ms, { turn, outcome }: ClosedTurn): void {
    this.#interrupting.turnClosed();
    this.#listening.asked = this.#speaking.memory.dialogue.asked;
    if (outcome !== 'interrupted' && outcome !== 'abandoned' && turn.endReason !== undefined) {
      // Nobody is hung up on in the middle of a word.
      if (!this.#course.isTalking || this.#listening.utterance === undefined) return this.#endLeg(turn.endReason);
      this.#course.part(turn.endReason);
    }
    if (!this.#course.isTalking) return;
    if (this.#context.persona.mode === 'echo') this.#command({ kind: 'set-echo', on: true });
    this.#silence.botFinished(nowMs, turn.plan?.kind === 'say' && turn.plan.aside === 'hold');
    if (this.#context.persona.mode === 'echo') return;
    if (outcome !== 'interrupted' && this.#listening.isUndecided) this.#hear(nowMs, this.#listening.botFinished(nowMs));
    if (outcome !== 'interrupted') this.#tellUntold(nowMs);
    // Once: an apology that sticks too would be followed by others without end.
    // Nor is it said over a caller who speaks again: they will be answered.
    const isFree = this.#speaking.turn === undefined && this.#listening.utterance === undefined;
    if (turn.failure === TURN_STUCK && turn.callerText !== '' && isFree) this.#callerTurns.apologise(nowMs, TURN_STUCK);
  }

  /** What an action came to while the caller or the bot was speaking. */
  #tellUntold(nowMs: Ms): void {
    if (this.#course.isTalking && this.#speaking.turn === undefined && this.#listening.utterance === undefined)
      this.#speak(nowMs, this.#speaking.tellUntold(nowMs));
  }

  /** Recognition hears what it expects more surely: the words of the question that is being asked. */
  #expect(): void {
    const { expected } = this.#speaking.memory.dialogue;
    if (expected === this.#expected || !this.#course.isTalking) return;
    this.#expected = expected;
    this.#act({ kind: 'stt-expect', speech: expected });
  }

  #wake(nowMs: Ms): void {
    for (const step of this.#course.wake(nowMs)) {
      if (step.kind === 'too-long') this.#leave(nowMs, this.#context.persona.goodbye, { by: 'system', code: 'max-duration' });
      else {
        this.#speak(nowMs, this.#speaking.abort('abandoned'));
        this.#endLeg(step.reason);
      }
    }
    this.#hear(nowMs, this.#listening.wake(nowMs));
    this.#interrupting.wake(nowMs);
    this.#speak(nowMs, this.#speaking.wake(nowMs));
    this.#callerTurns.wake(nowMs);
    this.#askSilent(nowMs);
  }

  #askSilent(nowMs: Ms): void {
    const busy = this.#listening.utterance !== undefined || this.#speaking.turn !== undefined;
    if (this.#listening.ignoresSound) this.#silence.noiseGoesOn(nowMs);
    const step = this.#silence.wake(nowMs, busy);
    if (step === undefined || !this.#course.isTalking) return;
    if (this.#course.parting !== undefined) return this.#endLeg(this.#course.parting);
    if (this.#context.persona.mode === 'echo') return this.#echoedNothing(nowMs);
    const { stillThere, silentGoodbye } = this.#context.persona;
    const text = step.kind === 'ask' ? (stillThere[step.question] ?? silentGoodbye) : silentGoodbye;
    const endReason: EndReason | undefined = step.kind === 'let-go' ? { by: 'bot', code: 'silent-caller' } : undefined;
    const { openQuestion } = this.#speaking.memory.dialogue;
    const texts = endReason === undefined && openQuestion !== '' ? [text, openQuestion] : [text];
    this.#speak(nowMs, this.#speaking.say(nowMs, texts, { source: 'dialogue', ...(endReason && { endReason }) }));
  }

  /** Whoever tries out a line may be silent for long; with the microphone off there is nothing to play back. */
  #echoedNothing(nowMs: Ms): void {
    if (this.#silence.isMuted) return this.#endLeg({ by: 'bot', code: 'silent-caller' });
    this.#silence.callerSpoke();
    this.#silence.botFinished(nowMs);
  }

  /** The last words of the call, whoever wants them said. */
  #leave(nowMs: Ms, text: string, reason: EndReason): void {
    if (!this.#course.leave(nowMs, reason)) return;
    this.#hear(nowMs, this.#listening.discard());
    if (this.#context.persona.mode === 'echo') this.#command({ kind: 'set-echo', on: false });
    this.#interrupting.allowBargeIn(true);
    this.#speak(nowMs, this.#speaking.abort('interrupted'));
    this.#silence.callerSpoke();
    this.#speak(nowMs, this.#speaking.say(nowMs, [text], { source: 'dialogue', endReason: reason }));
  }

  #ended(nowMs: Ms): void {
    this.#course.leaveSilently();
    this.#speak(nowMs, this.#speaking.dropSpeculation('call ended'));
    this.#speak(nowMs, this.#speaking.abort('abandoned'));
    this.#course.ended();
  }

  #endLeg(reason: EndReason): void {
    this.#course.leaveSilently();
    for (const output of this.#listening.discard()) if ('action' in output) this.#act(output.action);
    this.#act({ kind: 'end-leg', reason });
  }

  #command(command: LegMediaCommand): void {
    this.#act({ kind: 'media', command });
  }

  #emit(event: CallEventBody): void {
    this.#act({ kind: 'emit', event });
  }

  #act(action: ConversationAction): void {
    this.#out.push(action);
  }
}
