import { unreachable } from '#domain/assert';
import type { CallEventBody } from '#domain/call-event';
import type { EndReason } from '#domain/end-reason';
import type { LegMediaCommand, LegMediaEvent } from '#domain/leg-media';
import { TimerTable } from '#domain/timer-table';
import { ms, type Ms } from '#domain/units';
import { Listening, type CallerTurn, type ListeningOutput, type ListeningSignal } from './conversation/listening.ts';
import type { ConversationAction, ConversationInput } from './conversation/messages.ts';
import { PressedDigits } from './conversation/pressed-digits.ts';
import { SilentCaller } from './conversation/silent-caller.ts';
import type { ClosedTurn, SpeakingContext, SpeakingOutput } from './conversation/speaking-messages.ts';
import { Speaking } from './conversation/speaking.ts';
import { typedLine, wordlessTurn } from './conversation/wordless-turn.ts';
import type { ExpectedSpeech } from './dialogue/forms/active-form.ts';
import { MASKED_DIGIT } from './dialogue/actions/declared-action.ts';
import { goesOn, mayGoOn } from './language/english/turns/completeness.ts';
import { goesToo, Interruption, judgeWords, type InterruptionDecision, type WordsOverBot } from './turn/interruption.ts';
import { refusesTurn } from './turn/turn-start.ts';

type Media<Kind extends LegMediaEvent['kind']> = Extract<LegMediaEvent, { kind: Kind }>;
type Signal<Kind extends ListeningSignal['kind']> = Extract<ListeningSignal, { kind: Kind }>;

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
  readonly #digits: PressedDigits;
  readonly #timers = new TimerTable<'goodbye' | 'call-too-long'>();
  #interruption: Interruption | undefined;
  #state: 'new' | 'talking' | 'leaving' | 'ended' = 'new';
  /** Why the call will end once the last phrase is through. */
  #leaving: EndReason | undefined;
  /** The bot has said goodbye, and the caller was saying something: why the call ends unless that is one more thing. */
  #parting: EndReason | undefined;
  #expected: ExpectedSpeech;
  #allowsBargeIn = true;
  #out: ConversationAction[] = [];

  constructor(context: SpeakingContext) {
    this.#context = context;
    this.#listening = new Listening(context.options);
    this.#speaking = new Speaking(context);
    this.#silence = new SilentCaller(context.options.silence);
    this.#digits = new PressedDigits(context.options.dtmfPauseMs);
    const { dialogue } = this.#speaking.memory;
    this.#expected = dialogue.expected;
    this.#listening.isComplete = (text) => dialogue.isComplete(text);
    this.#listening.masked = (text) => dialogue.masked(text);
  }

  get wakeAtMs(): Ms | undefined {
    const due = [this.#timers, this.#listening, this.#speaking, this.#silence, this.#digits, this.#interruption].flatMap((core) => {
      const atMs = core instanceof TimerTable ? core.earliestMs : core?.wakeAtMs;
      return atMs === undefined ? [] : [atMs];
    });
    return due.length === 0 || this.#state === 'ended' ? undefined : ms(Math.min(...due));
  }

  handle(nowMs: Ms, input: ConversationInput): readonly ConversationAction[] {
    if (this.#state === 'ended') return [];
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
        if (this.#state === 'talking') this.#hear(nowMs, this.#listening.stt(nowMs, input.event));
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
    this.#allowBargeIn();
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #answered(nowMs: Ms): void {
    if (this.#state !== 'new') return;
    this.#state = 'talking';
    const { persona, options } = this.#context;
    if (persona.mode !== 'echo') this.#act({ kind: 'open-stt' });
    this.#timers.arm('call-too-long', ms(nowMs + options.maxCallMs));
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
        return this.#decided(nowMs, this.#interruption?.voiceStopped(nowMs, event.lastVoiceAtMs));
      case 'playout-paused':
        return this.#paused(event);
      case 'playout-ducked':
      case 'playout-resumed':
        return;
      case 'playout-started':
      case 'playout-progress':
      case 'playout-queue':
      case 'playout-finished':
        return this.#speak(nowMs, this.#speaking.playout(nowMs, event));
      case 'dtmf':
        return this.#pressed(nowMs, event);
      case 'caller-text':
        return this.#typed(nowMs, event);
      case 'caller-muted':
        return this.#silence.muted(nowMs, event.muted);
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
    if (this.#state !== 'talking' || this.#context.persona.mode === 'echo') return;
    const prefix = this.#reopened(nowMs);
    // Media may have begun to play what has just been taken back: then nobody is left to be spoken over.
    const botSpeaking = event.botSpeaking && this.#speaking.turn !== undefined;
    this.#hear(nowMs, this.#listening.voiceStarted({ ...event, botSpeaking }, prefix));
  }

  /** The caller goes on although their turn was taken for finished, and has heard nothing yet: the words so far. */
  #reopened(nowMs: Ms): string {
    const turn = this.#speaking.turn;
    if (
      turn === undefined ||
      turn.callerText === '' ||
      turn.times.firstPacketAtMs !== undefined ||
      turn.failure !== undefined ||
      turn.hasActed
    )
      return '';
    if (turn.plan?.kind === 'say' && turn.plan.message !== undefined) return '';
    if (nowMs - (turn.times.openedAtMs ?? nowMs) > this.#context.options.turn.reopenMs) return '';
    this.#speak(nowMs, this.#speaking.abort('abandoned'));
    this.#speaking.memory.takeBack(false);
    return turn.callerText;
  }

  #hear(nowMs: Ms, outputs: readonly ListeningOutput[]): void {
    for (const output of outputs) {
      if ('action' in output) this.#act(output.action);
      else this.#signalled(nowMs, output.signal);
    }
  }

  #signalled(nowMs: Ms, signal: ListeningSignal): void {
    switch (signal.kind) {
      case 'caller-began':
        return this.#speak(nowMs, this.#speaking.dropSpeculation('speech resumed'));
      case 'candidate':
        return this.#speak(nowMs, this.#speaking.speculate(nowMs, signal.text, signal.isFinal, signal.confidence));
      case 'words':
        return this.#wordsOverBot(nowMs, signal);
      case 'turn-ended':
        return this.#turnEnded(nowMs, signal.turn);
      case 'nothing':
        return this.#nothing(nowMs, 'nothing');
      case 'unheard':
        return this.#unheard(nowMs, signal);
      default:
        unreachable(signal);
    }
  }

  #turnEnded(nowMs: Ms, caller: CallerTurn): void {
    const awaitsAnswer = (this.#speaking.turn?.callerText ?? '') !== '';
    const refused = refusesTurn(caller.utterance, {
      asked: this.#speaking.memory.dialogue.asked,
      botText: this.#botText,
      echo: this.#context.options.bargeIn,
      awaitsAnswer,
    });
    if (refused !== undefined) return this.#nothing(nowMs, refused);
    if (this.#parting !== undefined && goesToo(caller.text)) return this.#endLeg(this.#parting);
    this.#parting = undefined;
    this.#silence.callerSpoke();
    if (this.#speaking.turn !== undefined) this.#speak(nowMs, this.#speaking.abort('interrupted'));
    const { utterance } = caller;
    const unclear =
      utterance.newText !== '' &&
      utterance.confidence < this.#context.options.turn.minConfidence &&
      !utterance.isContinuation &&
      caller.rule !== 'too-long';
    if (!unclear) return this.#speak(nowMs, this.#speaking.answer(nowMs, caller));
    const plan = this.#speaking.memory.dialogue.planUnclear();
    this.#speak(nowMs, this.#speaking.say(nowMs, plan.texts, { source: 'dialogue', callerText: caller.text, caller, plan }));
  }

  #nothing(nowMs: Ms, why: string): void {
    if (this.#parting !== undefined) return this.#endLeg(this.#parting);
    this.#speaking.toning.sense.nothing();
    this.#speak(nowMs, this.#speaking.dropSpeculation(why));
    if (this.#interruption !== undefined) this.#decided(nowMs, this.#interruption.nothing(nowMs, why));
    this.#silence.wasNoise(nowMs);
    this.#tellUntold(nowMs);
  }

  #unheard(nowMs: Ms, { code, anchorMs }: Signal<'unheard'>): void {
    if (this.#parting !== undefined) return this.#endLeg(this.#parting);
    this.#speak(nowMs, this.#speaking.dropSpeculation(code));
    if (code === 'STT_TIMEOUT') this.#emit({ kind: 'fault', service: 'stt', code });
    if (this.#interruption !== undefined) return this.#decided(nowMs, this.#interruption.nothing(nowMs, code));
    if (this.#speaking.turn !== undefined) return;
    this.#silence.callerSpoke();
    this.#speak(nowMs, this.#speaking.say(nowMs, [this.#context.persona.fault], { source: 'fault', anchorMs, failure: code }));
  }

  #paused({ turnId, spurtId: _, atMs }: Media<'playout-paused'>): void {
    if (this.#speaking.turn?.turnId !== turnId) return;
    if (this.#state !== 'talking') return this.#command({ kind: 'resume-playout', turnId });
    this.#listening.followOnly();
    const { bargeIn, turn } = this.#context.options;
    this.#interruption = new Interruption(atMs, turnId, bargeIn, turn.minConfidence);
  }

  #wordsOverBot(nowMs: Ms, { text, isFinal, confidence }: Signal<'words'>): void {
    const asked = this.#speaking.memory.asksYesNo(this.#speaking.turn) ? 'yes-no' : 'nothing';
    const words: WordsOverBot = {
      text,
      isFinal,
      confidence,
      botText: this.#botText,
      asked,
      isParting: this.#speaking.turn?.endReason !== undefined,
      speechMs: this.#listening.speechMs(nowMs),
    };
    if (this.#interruption !== undefined) return this.#decided(nowMs, this.#interruption.words(nowMs, words));
    const turn = this.#speaking.turn;
    // What is said over keys is a turn once they are through.
    if (turn === undefined || turn.speech.pressesKeys) return;
    const {
      bargeIn,
      turn: { minConfidence },
    } = this.#context.options;
    const judged = judgeWords(words, bargeIn, minConfidence);
    if (judged.kind === 'abort') this.#interrupt(nowMs, { decision: 'abort', why: judged.why, decidedMs: ms(0) });
    if (judged.kind === 'resume') this.#hear(nowMs, this.#listening.discard());
  }

  #decided(nowMs: Ms, decision: InterruptionDecision | undefined): void {
    const { turn } = this.#speaking;
    if (decision === undefined || turn === undefined) return;
    if (decision.decision === 'abort') return this.#interrupt(nowMs, decision);
    this.#interruption = undefined;
    this.#emit({ kind: 'barge-in', turnId: turn.turnId, ...decision });
    this.#command({ kind: 'resume-playout', turnId: turn.turnId });
    // Words that come late after all are judged when they come.
    const wordsMayCome = this.#listening.isCallerSpeaking || (decision.why === 'undecided' && this.#listening.awaitsFinal);
    if (!wordsMayCome) this.#hear(nowMs, this.#listening.discard());
  }

  /** The caller means it: the bot stops, and the words over it become the caller's turn. */
  #interrupt(nowMs: Ms, decision: InterruptionDecision): void {
    const { turn, memory } = this.#speaking;
    if (turn === undefined) return;
    this.#emit({ kind: 'barge-in', turnId: turn.turnId, ...decision });
    const hardlyHeard =
      !turn.hasActed &&
      decision.why !== 'dtmf' &&
      decision.why !== 'typed' &&
      turn.failure === undefined &&
      turn.speech.heardMs < this.#context.options.bargeIn.mergeHeardMs;
    const continues =
      hardlyHeard && (mayGoOn(turn.callerText) || (turn.callerText !== '' && goesOn(this.#listening.utterance?.newText ?? '')));
    this.#speak(nowMs, this.#speaking.abort('interrupted'));
    if (continues) memory.takeBack(true);
    this.#hear(nowMs, this.#listening.accept(nowMs, continues ? turn.callerText : ''));
  }

  #pressed(nowMs: Ms, { digit, atMs }: Media<'dtmf'>): void {
    this.#emit({ kind: 'dtmf', digit: this.#speaking.memory.dialogue.asksSecret ? MASKED_DIGIT : digit });
    if (this.#state !== 'talking' || this.#context.persona.mode === 'echo') return;
    this.#withoutVoice(nowMs, 'dtmf');
    this.#dialled(nowMs, this.#digits.press(atMs, digit));
  }

  #dialled(nowMs: Ms, digits: string | undefined): void {
    if (digits !== undefined) this.#turnEnded(nowMs, wordlessTurn(nowMs, this.#digits.lastAtMs, digits, 'digits'));
  }

  /** The caller's whole turn at once; what they were saying aloud at that moment is let go. */
  #typed(nowMs: Ms, { text, atMs }: Media<'caller-text'>): void {
    if (this.#state !== 'talking' || this.#context.persona.mode === 'echo') return;
    const line = typedLine(text);
    if (line === '') return this.#emit({ kind: 'dropped', queue: 'typed-text', count: 1 });
    this.#digits.drop();
    this.#withoutVoice(nowMs, 'typed');
    this.#turnEnded(nowMs, wordlessTurn(nowMs, atMs, line, 'typed'));
  }

  /** The caller has taken the turn by hand: nobody can have meant that by mistake, so the bot stops at once. */
  #withoutVoice(nowMs: Ms, why: 'dtmf' | 'typed'): void {
    this.#silence.callerSpoke();
    this.#hear(nowMs, this.#listening.discard());
    this.#interrupt(nowMs, { decision: 'abort', why, decidedMs: ms(0) });
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
    this.#interruption = undefined;
    this.#listening.asked = this.#speaking.memory.dialogue.asked;
    if (outcome !== 'interrupted' && outcome !== 'abandoned' && turn.endReason !== undefined) {
      // Nobody is hung up on in the middle of a word.
      if (this.#state !== 'talking' || this.#listening.utterance === undefined) return this.#endLeg(turn.endReason);
      this.#parting = turn.endReason;
    }
    if (this.#state !== 'talking') return;
    if (this.#context.persona.mode === 'echo') this.#command({ kind: 'set-echo', on: true });
    this.#silence.botFinished(nowMs, turn.plan?.kind === 'say' && turn.plan.aside === 'hold');
    if (this.#context.persona.mode === 'echo') return;
    if (outcome !== 'interrupted' && this.#listening.isUndecided) this.#hear(nowMs, this.#listening.botFinished(nowMs));
    if (outcome !== 'interrupted') this.#tellUntold(nowMs);
  }

  /** What an action came to while the caller or the bot was speaking. */
  #tellUntold(nowMs: Ms): void {
    if (this.#state === 'talking' && this.#speaking.turn === undefined && this.#listening.utterance === undefined)
      this.#speak(nowMs, this.#speaking.tellUntold(nowMs));
  }

  /** Recognition hears what it expects more surely: the words of the question that is being asked. */
  #expect(): void {
    const { expected } = this.#speaking.memory.dialogue;
    if (expected === this.#expected || this.#state !== 'talking') return;
    this.#expected = expected;
    this.#act({ kind: 'stt-expect', speech: expected });
  }

  /** Whoever speaks while keys are pressed, or to a goodbye, does not pause them. */
  #allowBargeIn(): void {
    const allowed = this.#leaving === undefined && this.#speaking.turn?.speech.pressesKeys !== true;
    if (allowed === this.#allowsBargeIn || this.#state === 'ended') return;
    this.#allowsBargeIn = allowed;
    this.#command({ kind: 'set-barge-in', mode: allowed ? 'on' : 'off' });
  }

  #wake(nowMs: Ms): void {
    for (const timer of this.#timers.takeDue(nowMs)) {
      if (timer === 'call-too-long') this.#leave(nowMs, this.#context.persona.goodbye, { by: 'system', code: 'max-duration' });
      else if (this.#leaving !== undefined) {
        this.#speak(nowMs, this.#speaking.abort('abandoned'));
        this.#endLeg(this.#leaving);
      }
    }
    this.#hear(nowMs, this.#listening.wake(nowMs));
    this.#decided(nowMs, this.#interruption?.wake(nowMs, this.#listening.isCallerSpeaking));
    this.#speak(nowMs, this.#speaking.wake(nowMs));
    this.#dialled(nowMs, this.#digits.wake(nowMs));
    this.#askSilent(nowMs);
  }

  #askSilent(nowMs: Ms): void {
    const busy = this.#listening.utterance !== undefined || this.#speaking.turn !== undefined;
    const step = this.#silence.wake(nowMs, busy);
    if (step === undefined || this.#state !== 'talking') return;
    if (this.#parting !== undefined) return this.#endLeg(this.#parting);
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
    if (this.#leaving !== undefined) return;
    this.#leaving = reason;
    this.#state = 'leaving';
    this.#timers.cancelAll();
    this.#timers.arm('goodbye', ms(nowMs + this.#context.options.faults.goodbyeWithinMs));
    this.#hear(nowMs, this.#listening.discard());
    if (this.#context.persona.mode === 'echo') this.#command({ kind: 'set-echo', on: false });
    this.#allowBargeIn();
    this.#speak(nowMs, this.#speaking.abort('interrupted'));
    this.#silence.callerSpoke();
    this.#speak(nowMs, this.#speaking.say(nowMs, [text], { source: 'dialogue', endReason: reason }));
  }

  #ended(nowMs: Ms): void {
    this.#state = 'leaving';
    this.#speak(nowMs, this.#speaking.dropSpeculation('call ended'));
    this.#speak(nowMs, this.#speaking.abort('abandoned'));
    this.#state = 'ended';
  }

  #endLeg(reason: EndReason): void {
    this.#state = 'leaving';
    for (const output of this.#listening.discard()) if ('action' in output) this.#act(output.action);
    this.#act({ kind: 'end-leg', reason });
  }

  get #botText(): string {
    return this.#speaking.memory.echoable(this.#speaking.turn);
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
