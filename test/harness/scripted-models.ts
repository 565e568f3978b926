import { AppError } from '#domain/errors';
import type { Tone, ToneShares } from '#domain/tone';
import { ms, ratio, type Ms } from '#domain/units';
import type {
  ActionRequest,
  ActionResult,
  ActionRunner,
  ChatMessage,
  Knowledge,
  KnowledgeMatch,
  LanguageModel,
  SpeechRequest,
  SpeechToText,
  SttEvent,
  SttSession,
  SttSessionOptions,
  TextToSpeech,
  ToneReader,
} from '#pipeline';
import { BOT_VOICE, type AudibleWords } from './audible-words.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How a service misbehaves from now on. */
export type Misbehaviour = 'none' | 'slow' | 'dead' | 'cut' | 'silent';

/** Recognition that understands the words which it truly hears, and nothing else. */
export class ScriptedStt implements SpeechToText {
  behaves: Misbehaviour = 'none';
  decodeMs: Ms = ms(160);
  turnMs: Ms = ms(80);
  partialEveryMs: Ms = ms(400);
  readonly pauses: number[] = [];
  readonly judged: number[] = [];
  /** The hot words that were set, oldest first. */
  readonly hotwords: string[] = [];
  readonly prompts: string[] = [];
  /** An event beside those that are scripted, in the session opened last. */
  tell: (event: SttEvent) => void = () => undefined;
  readonly #clock: VirtualClock;
  readonly #air: AudibleWords;

  constructor(clock: VirtualClock, air: AudibleWords) {
    this.#clock = clock;
    this.#air = air;
  }

  open(options: SttSessionOptions, onEvent: (event: SttEvent) => void, signal: AbortSignal): SttSession {
    if (options.hotwords !== undefined) this.hotwords.push(options.hotwords);
    this.tell = onEvent;
    const listener = this.#air.listener(16_000);
    let generation = 0;
    let lastPartialMs = this.#clock.nowMs();
    const later = (delayMs: Ms, event: () => SttEvent): void => {
      const asked = generation;
      this.#clock.schedule(delayMs, () => {
        if (asked === generation && !signal.aborted && this.behaves !== 'silent') onEvent(event());
      });
    };
    const text = (): string => listener.words.join(' ');
    const recognised = () => listener.heard.at(-1)?.utterance.recognised;
    return {
      sendAudio: (pcm) => {
        listener.hear(pcm);
        if (this.#clock.nowMs() - lastPartialMs < this.partialEveryMs) return;
        lastPartialMs = this.#clock.nowMs();
        const now = listener.wordsSoFar.join(' ');
        if (this.behaves === 'none' && now !== '') later(ms(120), () => ({ kind: 'partial', text: now }));
      },
      pause: (pause) => {
        this.pauses.push(pause);
        const last = recognised();
        const now = text();
        if (this.behaves === 'dead') return later(ms(5), () => ({ kind: 'fault', code: 'STT_UNREACHABLE', message: 'gone' }));
        later(this.behaves === 'slow' ? ms(5_000) : this.decodeMs, () => ({
          kind: 'final',
          pause,
          text: now,
          confidence: ratio(last?.confidence ?? 0.9),
          noSpeech: ratio(0.02),
          audioMs: ms(1_000),
          decodeMs: this.decodeMs,
          ...(now === '' && { rejected: last?.rejected ?? 'no-speech' }),
        }));
        later(this.turnMs, () => ({ kind: 'turn-probability', pause, probability: ratio(last?.probability ?? 0.5), silenceMs: ms(200) }));
      },
      judgeTurn: (pause, silenceMs) => {
        this.judged.push(silenceMs);
        const last = recognised();
        later(this.turnMs, () => ({ kind: 'turn-probability', pause, probability: ratio(last?.probability ?? 0.5), silenceMs }));
      },
      reset: () => {
        generation += 1;
        listener.reset();
      },
      configure: ({ hotwords, prompt }) => {
        if (hotwords !== undefined) this.hotwords.push(hotwords);
        if (prompt !== undefined) this.prompts.push(prompt);
      },
      close: () => {
        generation += 1;
      },
    };
  }
}

/** A language model that streams what `answers` gives, word by word. */
export class ScriptedLlm implements LanguageModel {
  capable = false;
  readonly modelName = 'scripted';
  behaves: Misbehaviour = 'none';
  firstTokenMs: Ms = ms(150);
  /** Words after which a cut stream breaks. */
  cutAfterWords = 3;
  answers: (text: string) => string = (text) => `You said ${text}.`;
  readonly asked: (readonly ChatMessage[])[] = [];
  readonly warmed: (readonly ChatMessage[])[] = [];
  aborted = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async *reply(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<string> {
    this.asked.push(messages);
    signal.addEventListener('abort', () => (this.aborted += 1), { once: true });
    if (this.behaves === 'dead') throw new AppError('LLM_UNAVAILABLE', 'the breaker is open');
    if (this.behaves === 'silent') await this.#clock.wait(ms(1e9), signal);
    await this.#clock.wait(this.behaves === 'slow' ? ms(10_000) : this.firstTokenMs, signal);
    let words = 0;
    for (const word of this.answers(messages.at(-1)?.content ?? '').match(/\S+\s*/g) ?? []) {
      if (this.behaves === 'cut' && words >= this.cutAfterWords) throw new AppError('LLM_CUT', 'the stream broke off');
      words += 1;
      yield word;
      await this.#clock.wait(ms(20), signal);
    }
  }

  async warm(messages: readonly ChatMessage[]): Promise<void> {
    this.warmed.push(messages);
  }
}

/** Speech of 60 ms a character, at 24 kHz. */
export class ScriptedTts implements TextToSpeech {
  behaves: Misbehaviour = 'none';
  firstPcmMs: Ms = ms(40);
  readonly requests: SpeechRequest[] = [];
  readonly #clock: VirtualClock;
  readonly #air: AudibleWords;

  constructor(clock: VirtualClock, air: AudibleWords) {
    this.#clock = clock;
    this.#air = air;
  }

  async *speak(request: SpeechRequest, signal: AbortSignal): AsyncIterable<Int16Array> {
    this.requests.push(request);
    if (this.behaves === 'dead') throw new AppError('TTS_UNAVAILABLE', 'the breaker is open');
    await this.#clock.wait(this.behaves === 'slow' ? ms(10_000) : this.firstPcmMs, signal);
    const pcm = speechOf(this.#air, request.text);
    const half = Math.ceil(pcm.length / 2);
    yield pcm.subarray(0, half);
    if (this.behaves === 'cut') throw new AppError('TTS_CUT', 'the stream broke off');
    if (this.behaves === 'silent') await this.#clock.wait(ms(1e9), signal);
    await this.#clock.wait(ms(10), signal);
    yield pcm.subarray(half);
  }
}

/** Actions that take so long and come to what `results` says; the last one stays. */
export class ScriptedActions implements ActionRunner {
  takesMs: Ms = ms(50);
  results: readonly ActionResult[] = [{ kind: 'done', values: { reference: 7 } }];
  readonly requests: ActionRequest[] = [];
  readonly timeoutMs = (): Ms => ms(8_000);
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async run(request: ActionRequest): Promise<ActionResult> {
    this.requests.push(request);
    await this.#clock.wait(this.takesMs);
    return this.results[Math.min(this.requests.length, this.results.length) - 1] ?? { kind: 'done', values: {} };
  }
}

/** Knowledge by patterns. */
export class ScriptedKnowledge implements Knowledge {
  behaves: Misbehaviour = 'none';
  matchMs: Ms = ms(15);
  answers: readonly (readonly [RegExp, KnowledgeMatch])[] = [];
  readonly asked: { readonly text: string; readonly expecting: readonly string[] }[] = [];
  /** Texts whose vector was made for their tone alone. */
  readonly vectorsMade: string[] = [];
  vectorMs: Ms = ms(15);
  readonly #vectors = new Set<string>();
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async match(text: string, expecting: readonly string[], signal: AbortSignal): Promise<KnowledgeMatch> {
    this.asked.push({ text, expecting });
    if (this.behaves === 'dead') throw new AppError('EMBEDDING_UNAVAILABLE', 'the breaker is open');
    await this.#clock.wait(this.behaves === 'slow' ? ms(10_000) : this.matchMs, signal);
    this.#vectors.add(text);
    return (
      this.answers.find(([pattern]) => pattern.test(text))?.[1] ?? {
        kind: 'none',
        facts: ['Breakfast is from seven to ten.'],
        score: ratio(0.2),
      }
    );
  }

  vectorOf(text: string): Float32Array | undefined {
    return this.#vectors.has(text) ? new Float32Array(1) : undefined;
  }

  async makeVector(text: string, signal: AbortSignal): Promise<Float32Array> {
    this.vectorsMade.push(text);
    if (this.behaves === 'dead') throw new AppError('EMBEDDING_UNAVAILABLE', 'the breaker is open');
    await this.#clock.wait(this.vectorMs, signal);
    return new Float32Array(1);
  }
}

/** Tones by patterns, where the vector of the text is there; without it nothing is certain. */
export class ScriptedTone implements ToneReader {
  tones: readonly (readonly [RegExp, Tone])[] = [];
  /** Single words that tell a tone by themselves. */
  cues: readonly (readonly [RegExp, Tone])[] = [];

  read(text: string, vector: Float32Array | undefined): ToneShares {
    const tone = (vector === undefined ? this.cues : this.tones).find(([pattern]) => pattern.test(text))?.[1] ?? 'neutral';
    return { neutral: 0.05, happy: 0.05, sad: 0.05, upset: 0.05, unsure: 0.05, [tone]: 0.8 };
  }
}

/** The bot's voice, saying a text. */
export function speechOf(air: AudibleWords, text: string): Int16Array {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return air.say({ words, wordMs: (text.length * CHARACTER_MS) / Math.max(1, words.length) }, 24_000, BOT_VOICE);
}

const CHARACTER_MS = 60;
