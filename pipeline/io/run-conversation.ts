import type { CallEventBody } from '#domain/call-event';
import type { CallLeg } from '#domain/call-leg';
import type { Clock } from '#domain/clock';
import type { EndReason } from '#domain/end-reason';
import { AppError, errorText } from '#domain/errors';
import type { ToneShares } from '#domain/tone';
import type { TurnId } from '#domain/turn';
import { ms, samples, type Ms } from '#domain/units';
import { Conversation } from '../conversation.ts';
import { speakingTo } from '../dialogue/caller-words.ts';
import type { ConversationAction, ConversationInput } from '../conversation/messages.ts';
import { PAUSE_SAMPLES, TONE_SAMPLES, isKeysName, keyTones, keysName } from '../dialogue/actions/key-tones.ts';
import type { DeclaredAction } from '../dialogue/actions/declared-action.ts';
import type { ActionResult, ActionRunner } from '../dialogue/actions/action.ts';
import { civilTime } from '../dialogue/forms/civil-time.ts';
import type { PipelineOptions } from '../options.ts';
import type { Persona } from '../persona.ts';
import type { PhraseCache } from '../phrases.ts';
import type { Knowledge, LanguageModel, ReplyPart, SpeechToText, SttSession, TextToSpeech, ToneReader } from '../ports.ts';
import { languageOrDefault, primarySubtag } from '../language/language-of.ts';
import { hotwordsText } from '../text/hotwords.ts';
import { mannerRatio } from '../tone/manner.ts';
import { makeSpeakable } from '../text/speakable.ts';

export interface ConversationLog {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ConversationDeps {
  readonly leg: CallLeg;
  readonly persona: Persona;
  readonly options: PipelineOptions;
  readonly stt: SpeechToText;
  readonly llm: LanguageModel;
  readonly tts: TextToSpeech;
  /** Guesses at the tone in callers' words; absent where nothing does. */
  readonly tone?: ToneReader;
  readonly knowledge: Knowledge;
  readonly phrases: PhraseCache;
  /** Performs the persona's actions; one without actions needs none. */
  readonly actions?: ActionRunner;
  /** Those of them that a capable LLM may be told of. */
  readonly tools?: readonly DeclaredAction[];
  readonly clock: Clock;
  /** Runs `callback` once after `delayMs`; the function returned prevents it. */
  readonly schedule: (delayMs: Ms, callback: () => void) => () => void;
  readonly emit: (event: CallEventBody) => void;
  readonly log: ConversationLog;
}

export interface RunningConversation {
  /** Says `text`, waits until it was heard (bounded by `faults.goodbyeWithinMs`) and ends the leg. */
  sayGoodbye(text: string, reason: EndReason): Promise<void>;
  /** Presses keys of a telephone, in the bot's voice. */
  pressKeys(digits: string): void;
  /** Settles when the leg has ended and nothing of the conversation runs any more. Never rejects. */
  readonly ended: Promise<void>;
}

/** Has a conversation on an answered leg. The shell: performs what the core asks for and tells it what came of it. */
export function runConversation(deps: ConversationDeps): RunningConversation {
  const shell = new ConversationShell(deps);
  return {
    sayGoodbye: (text, reason) => shell.sayGoodbye(text, reason),
    pressKeys: (digits) => shell.pressKeys(digits),
    ended: shell.run(),
  };
}

/** While the call rings: has the LLM read its prompt, where one will be needed. Never throws. */
export async function warmConversation(deps: Pick<ConversationDeps, 'persona' | 'llm'>, signal: AbortSignal): Promise<void> {
  const { persona, llm } = deps;
  const needsLlm = persona.mode === 'chat' || (persona.mode === 'knowledge' && llm.capable);
  if (needsLlm && persona.prompt !== '') await llm.warm([{ role: 'system', content: persona.prompt }], signal);
}

type Action<Kind extends ConversationAction['kind']> = Extract<ConversationAction, { kind: Kind }>;

class ConversationShell {
  readonly #deps: ConversationDeps;
  readonly #core: Conversation;
  readonly #call = new AbortController();
  readonly #turns = new Map<TurnId, { readonly all: AbortController; readonly llm: AbortController }>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #inputs: ConversationInput[] = [];
  /** Digits by the names of keys to press. */
  readonly #keys = new Map<string, string>();
  #keysPressed = 0;
  #isHandling = false;
  #stt: SttSession | undefined;
  #timer: { readonly atMs: Ms; readonly cancel: () => void } | undefined;

  constructor(deps: ConversationDeps) {
    this.#deps = deps;
    const { persona, options, llm, phrases } = deps;
    this.#core = new Conversation({
      persona: speakingTo(persona, deps.leg.facts),
      options,
      llmCapable: llm.capable,
      hasPhrase: (text) => phrases.get(text, persona) !== undefined,
      callId: deps.leg.facts.callId,
      tools: llm.replyWithTools === undefined ? [] : (deps.tools ?? []),
      civilTime: () => civilTime(deps.clock.wallMs(), persona.timeZone),
      ...(deps.tone !== undefined && { toneReader: deps.tone }),
    });
  }

  async run(): Promise<void> {
    const { leg } = this.#deps;
    const stopListening = leg.media.onEvent((event) => this.#feed({ kind: 'media', event }));
    const onAbort = (): void => this.#feed({ kind: 'leg-ended' });
    leg.signal.addEventListener('abort', onAbort, { once: true });
    this.#feed({ kind: 'answered' });
    if (leg.signal.aborted) onAbort();
    await leg.ended.catch(() => undefined);
    this.#feed({ kind: 'leg-ended' });
    leg.signal.removeEventListener('abort', onAbort);
    stopListening();
    this.#timer?.cancel();
    this.#call.abort();
    this.#stt?.close();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  /** Records get a name in the place of the digits, which may be a secret. */
  pressKeys(digits: string): void {
    this.#keysPressed += 1;
    const name = keysName(this.#keysPressed);
    this.#keys.set(name, digits);
    this.#feed({ kind: 'press-keys', name });
  }

  async sayGoodbye(text: string, reason: EndReason): Promise<void> {
    this.#feed({ kind: 'say-goodbye', text, reason });
    await this.#deps.leg.ended.catch(() => undefined);
  }

  /** One input after the other: what an action brings at once waits until all actions before it are done. */
  #feed(input: ConversationInput): void {
    this.#inputs.push(input);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const action of this.#core.handle(this.#deps.clock.nowMs(), next)) this.#perform(action);
      }
      this.#setTimer();
    } catch (error) {
      this.#broken(error);
    } finally {
      this.#isHandling = false;
    }
  }

  /** A defect of ours ends this call and no other. */
  #broken(error: unknown): void {
    this.#inputs.length = 0;
    this.#deps.log.error({ err: error }, 'conversation failed');
    this.#track(this.#deps.leg.end({ by: 'system', code: 'internal-error', detail: errorText(error) }));
  }

  #setTimer(): void {
    const atMs = this.#core.wakeAtMs;
    if (atMs === this.#timer?.atMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const wake = (): void => {
      this.#timer = undefined;
      this.#feed({ kind: 'wake' });
    };
    this.#timer = { atMs, cancel: this.#deps.schedule(ms(Math.max(0, atMs - this.#deps.clock.nowMs())), wake) };
  }

  #perform(action: ConversationAction): void {
    switch (action.kind) {
      case 'media':
        return this.#deps.leg.media.send(action.command);
      case 'open-stt':
        return this.#openStt();
      case 'stt-audio':
        return this.#stt?.sendAudio(action.pcm);
      case 'stt-pause':
        return this.#stt?.pause(action.pause);
      case 'stt-judge':
        return this.#stt?.judgeTurn(action.pause, action.silenceMs);
      case 'stt-reset':
        return this.#stt?.reset();
      case 'stt-expect':
        return this.#stt?.configure({ hotwords: hotwordsText(action.speech.hotwords), prompt: action.speech.prompt });
      case 'match':
        return this.#track(this.#match(action));
      case 'read-tone':
        return this.#track(this.#readTone(action));
      case 'ask-llm':
        return this.#track(this.#askLlm(action));
      case 'stop-llm':
        return this.#turns.get(action.turnId)?.llm.abort();
      case 'speak':
        return this.#speak(action);
      case 'run-action':
        return this.#track(this.#runAction(action));
      case 'cancel-turn':
        return this.#cancel(action.turnId);
      case 'emit':
        return this.#emit(action.event);
      case 'end-leg':
        return this.#track(this.#deps.leg.end(action.reason));
    }
  }

  #openStt(): void {
    const { persona, stt } = this.#deps;
    const hotwords = hotwordsText(persona.hotwords);
    const options = { language: primarySubtag(persona.language), ...(hotwords !== '' && { hotwords }) };
    this.#stt = stt.open(options, (event) => this.#feed({ kind: 'stt', event }), this.#call.signal);
  }

  /** An action that has begun is not broken off by the end of the call: its result still belongs in the record. The runner keeps its time limit. */
  async #runAction({ request }: Action<'run-action'>): Promise<void> {
    const { actions } = this.#deps;
    const { actionId } = request;
    if (actions === undefined) return this.#feed({ kind: 'action-result', actionId, result: NO_ACTIONS });
    const result = await actions.run(request, new AbortController().signal);
    this.#feed({ kind: 'action-result', actionId, result });
  }

  async #match({ turnId, text, expecting }: Action<'match'>): Promise<void> {
    const {
      all: { signal },
    } = this.#turn(turnId);
    try {
      const match = await this.#deps.knowledge.match(text, expecting, signal);
      if (!signal.aborted) this.#feed({ kind: 'matched', turnId, match, ...this.#toneOf(text) });
    } catch (error) {
      if (!signal.aborted) this.#feed({ kind: 'match-failed', turnId, code: this.#codeOf(error, 'EMBEDDING_FAILED') });
    }
  }

  /** What the look-up has computed tells the tone, too. */
  #toneOf(text: string): { readonly tone?: ToneShares } {
    const { tone, knowledge, options } = this.#deps;
    const vector = options.tone.enabled ? knowledge.vectorOf?.(text) : undefined;
    return tone === undefined || vector === undefined ? {} : { tone: tone.read(text, vector) };
  }

  async #readTone({ text }: Action<'read-tone'>): Promise<void> {
    const { tone, knowledge } = this.#deps;
    const { signal } = this.#call;
    try {
      const vector = await knowledge.makeVector?.(text, signal);
      if (tone !== undefined && vector !== undefined && !signal.aborted)
        this.#feed({ kind: 'tone-read', text, tone: tone.read(text, vector) });
    } catch (error) {
      // Nobody waits for it, and the next look-up reports what is wrong.
      if (!signal.aborted)
        this.#deps.log.debug({ code: this.#codeOf(error, 'EMBEDDING_FAILED') }, 'the tone of a turn could not be guessed');
    }
  }

  async #askLlm({ turnId, messages, tools }: Action<'ask-llm'>): Promise<void> {
    const {
      llm: { signal },
    } = this.#turn(turnId);
    try {
      const { llm } = this.#deps;
      const parts =
        tools.length > 0 && llm.replyWithTools !== undefined
          ? llm.replyWithTools(messages, tools, signal)
          : textParts(llm.reply(messages, signal));
      for await (const part of parts) {
        if (signal.aborted) return;
        if (part.kind === 'calls') return this.#feed({ kind: 'llm-calls', turnId, calls: part.calls });
        this.#feed({ kind: 'llm-text', turnId, delta: part.delta });
      }
      if (!signal.aborted) this.#feed({ kind: 'llm-done', turnId });
    } catch (error) {
      if (!signal.aborted) this.#feed({ kind: 'llm-failed', turnId, code: this.#codeOf(error, 'LLM_FAILED') });
    }
  }

  #speak(action: Action<'speak'>): void {
    const { turnId, pieceId, text } = action;
    const keys = this.#keys.get(text);
    // Pressed already, or words of somebody who only knows how keys are named.
    if (keys === undefined && isKeysName(text)) return this.#feed({ kind: 'piece-made', turnId, pieceId });
    this.#keys.delete(text);
    if (keys !== undefined)
      this.#deps.leg.media.send({
        kind: 'mark-keys',
        turnId,
        pieceId,
        keys,
        toneSamples: samples(TONE_SAMPLES),
        pauseSamples: samples(PAUSE_SAMPLES),
      });
    const ready = keys === undefined ? this.#deps.phrases.get(text, this.#deps.persona) : keyTones(keys);
    if (ready === undefined || (keys === undefined && action.pace === 'slow')) return this.#track(this.#synthesise(action));
    this.#feed({ kind: 'pcm', turnId, pieceId, pcm: ready });
    this.#feed({ kind: 'piece-made', turnId, pieceId });
  }

  async #synthesise({ turnId, pieceId, text, ...request }: Action<'speak'>): Promise<void> {
    const {
      all: { signal },
    } = this.#turn(turnId);
    const {
      persona: { voice, speedRatio, language },
      tts,
    } = this.#deps;
    const { deadlineMs, first, last, manner, pace } = request;
    const { tone, slowRatio } = this.#deps.options;
    const speed = Math.max(MIN_SPEED, speedRatio * mannerRatio(manner, tone) * (pace === 'slow' ? slowRatio : 1));
    try {
      const spoken = makeSpeakable(text, languageOrDefault(language).speech);
      const chunks = spoken === '' ? [] : tts.speak({ text: spoken, voice, speed, language, deadlineMs, first, last }, signal);
      for await (const pcm of chunks) {
        if (signal.aborted) return;
        this.#feed({ kind: 'pcm', turnId, pieceId, pcm });
      }
      if (!signal.aborted) this.#feed({ kind: 'piece-made', turnId, pieceId });
    } catch (error) {
      if (!signal.aborted) this.#feed({ kind: 'piece-failed', turnId, pieceId, code: this.#codeOf(error, 'TTS_FAILED') });
    }
  }

  #turn(turnId: TurnId): { readonly all: AbortController; readonly llm: AbortController } {
    let turn = this.#turns.get(turnId);
    if (turn === undefined) {
      const all = new AbortController();
      const llm = new AbortController();
      const stop = (): void => all.abort();
      this.#call.signal.addEventListener('abort', stop, { once: true, signal: all.signal });
      all.signal.addEventListener('abort', () => llm.abort(), { once: true });
      turn = { all, llm };
      this.#turns.set(turnId, turn);
    }
    return turn;
  }

  #cancel(turnId: TurnId): void {
    this.#turns.get(turnId)?.all.abort();
    this.#turns.delete(turnId);
  }

  #emit(event: CallEventBody): void {
    if (event.kind === 'turn-closed') this.#cancel(event.turnId);
    this.#deps.emit(event);
  }

  #codeOf(error: unknown, otherwise: string): string {
    if (error instanceof AppError) return error.code;
    this.#deps.log.error({ err: error }, 'a speech service failed unexpectedly');
    return otherwise;
  }

  #track(task: Promise<void>): void {
    const tracked = task.catch((error: unknown) => this.#deps.log.error({ err: error }, 'conversation task failed'));
    this.#tasks.add(tracked);
    void tracked.then(() => this.#tasks.delete(tracked));
  }
}

async function* textParts(deltas: AsyncIterable<string>): AsyncGenerator<ReplyPart, void, void> {
  for await (const delta of deltas) yield { kind: 'text', delta };
}

/** What speech services take. */
const MIN_SPEED = 0.5;
const NO_ACTIONS: ActionResult = { kind: 'failed', code: 'no-actions', detail: 'nothing performs actions here', mayHaveHappened: false };
