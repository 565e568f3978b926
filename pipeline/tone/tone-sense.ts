import { TONES, type Tone, type ToneReading, type ToneShares, type ToneSource, type VoiceChange } from '#domain/tone';
import type { SpurtSound } from '#domain/leg-media';
import { ms, ratio, type Ms } from '#domain/units';
import type { PipelineOptions } from '../options.ts';
import type { ToneReader } from '../ports.ts';
import { sameWords } from '../text/words.ts';
import { OwnVoice, type TurnSound } from './own-voice.ts';

/** What speaks for a tone besides the words. */
export interface ToneEvidence {
  readonly voice: VoiceChange | undefined;
  readonly model: ToneShares | undefined;
  /** That of the turn before, which was known too late for that. */
  readonly carried: ToneReading | undefined;
}

/**
 * Core: the tone of one caller, guessed from what is there at the moment of asking: the words, the voice against its own first turns, and a model of
 * emotion in speech where there is one. It is never waited for: what comes after the turn counts for the next one.
 */
export class ToneSense {
  readonly #options: PipelineOptions['tone'];
  readonly #reader: ToneReader | undefined;
  readonly #ownVoice: OwnVoice;
  #sound: TurnSound | undefined;
  #model: ToneShares | undefined;
  /** By the meaning of a text; that of the last text that was asked about. */
  #meaning: { readonly text: string; readonly shares: ToneShares } | undefined;
  /** The text whose meaning was asked for last. */
  #asked: string | undefined;
  #carried: ToneReading | undefined;

  constructor(options: PipelineOptions['tone'], reader: ToneReader | undefined) {
    this.#options = options;
    this.#reader = options.enabled ? reader : undefined;
    this.#ownVoice = new OwnVoice(options);
  }

  get isOn(): boolean {
    return this.#options.enabled;
  }

  /** One more talkspurt of the turn that is being said. */
  heardSpurt(sound: SpurtSound | undefined, voicedMs: Ms): void {
    if (sound !== undefined) this.#sound = joined(this.#sound, { ...sound, voicedMs });
  }

  /** By the model; one that comes when its turn is over speaks in the next one, until that has its own. */
  heardModel(shares: ToneShares): void {
    this.#model = shares;
  }

  /** What the meaning of `text` says. */
  heardMeaning(text: string, shares: ToneShares | undefined): void {
    if (shares !== undefined) this.#meaning = { text, shares };
  }

  /** Whether a sentence vector of `text` would tell more than is known, or on its way. */
  wants(text: string): boolean {
    if (this.#reader === undefined || isSame(this.#meaning?.text, text) || isSame(this.#asked, text)) return false;
    return text.trim().split(/\s+/).length >= MIN_WORDS;
  }

  /** The meaning of `text` was asked for. */
  asked(text: string): void {
    this.#asked = text;
  }

  /** What can be said of a turn with these words: of one that is over by its evidence. Undefined where tones are not looked at. */
  reading(text: string, evidence: ToneEvidence = this.#evidence(text)): ToneReading | undefined {
    if (!this.isOn) return undefined;
    const { voice, model, carried } = evidence;
    const byMeaning = isSame(this.#meaning?.text, text) ? this.#meaning?.shares : undefined;
    const byWords = byMeaning ?? this.#reader?.read(text, undefined);
    const basis: ToneSource[] = byMeaning !== undefined ? ['words'] : byWords !== undefined ? ['cues'] : [];
    if (voice !== undefined) basis.push('sound');
    if (model !== undefined) basis.push('model');
    const own = this.#decide(fused(byWords ?? NEUTRAL, voice, model), basis, voice);
    if (own.tone !== 'neutral' || carried === undefined) return own;
    return { ...own, tone: carried.tone, confidence: carried.confidence, basis: [...basis, 'before'] };
  }

  /** The turn was taken: what comes from now on belongs to another one. Returns what spoke for this one besides its words. */
  turnEnded(text: string): ToneEvidence {
    const evidence = this.#evidence(text);
    if (this.#sound !== undefined) this.#ownVoice.remember(this.#sound, text);
    this.#carried = undefined;
    this.nothing();
    return evidence;
  }

  /** What was heard was no turn. */
  nothing(): void {
    this.#sound = undefined;
    this.#model = undefined;
  }

  /** The meaning of a turn that is being answered already: returns its reading if that is another tone than it was answered in. */
  heardLate(shares: ToneShares, evidence: ToneEvidence | undefined, answeredAs: ToneReading | undefined): ToneReading | undefined {
    const late = this.#decide(fused(shares, evidence?.voice, evidence?.model), ['words'], evidence?.voice);
    if (!this.isOn || late.tone === 'neutral' || late.tone === answeredAs?.tone) return undefined;
    this.#carried = late;
    return late;
  }

  #evidence(text: string): ToneEvidence {
    const voice = this.#sound === undefined ? undefined : this.#ownVoice.compare(this.#sound, text);
    return { voice, model: this.#model, carried: this.#carried };
  }

  #decide(shares: ToneShares, basis: readonly ToneSource[], voice: VoiceChange | undefined): ToneReading {
    const best = TONES.filter((tone) => tone !== 'neutral').reduce((a, b) => (shares[b] > shares[a] ? b : a));
    const isSure = shares[best] >= this.#options.minConfidence;
    return {
      tone: isSure ? best : 'neutral',
      confidence: ratio(isSure ? shares[best] : 1 - shares[best]),
      basis,
      ...(voice !== undefined && { voice }),
    };
  }
}

function isSame(known: string | undefined, text: string): boolean {
  return known !== undefined && sameWords(known, text);
}

/** The voice and the model weigh what the words leave open; a raised voice alone names no feeling. */
function fused(words: ToneShares, voice: VoiceChange | undefined, model: ToneShares | undefined): ToneShares {
  const weight = (tone: Tone): number => words[tone] * voiceWeight(tone, voice) * (model === undefined ? 1 : modelWeight(model[tone]));
  const total = TONES.reduce((sum, tone) => sum + weight(tone), 0);
  return Object.fromEntries(TONES.map((tone) => [tone, weight(tone) / total])) as ToneShares;
}

function voiceWeight(tone: Tone, voice: VoiceChange | undefined): number {
  if (voice === undefined) return 1;
  if (voice.raised) return RAISED[tone] * (tone === 'upset' && (voice.rateRatio ?? 1) >= FASTER ? HURRIED : 1);
  return voice.levelDb <= QUIETER_DB && (voice.rateRatio ?? 1) <= SLOWER ? SUBDUED[tone] : 1;
}

/** Half of what it is sure of: such models are trained on actors. */
function modelWeight(share: number): number {
  return Math.sqrt((share + MODEL_FLOOR) * TONES.length);
}

function joined(before: TurnSound | undefined, { levelDbov, pitchHz, voicedMs }: TurnSound): TurnSound {
  if (before === undefined) return { levelDbov, voicedMs, ...(pitchHz !== undefined && { pitchHz }) };
  const all = before.voicedMs + voicedMs;
  const mix = (a: number, b: number): number => (a * before.voicedMs + b * voicedMs) / all;
  const pitch = before.pitchHz === undefined || pitchHz === undefined ? (pitchHz ?? before.pitchHz) : mix(before.pitchHz, pitchHz);
  return { levelDbov: mix(before.levelDbov, levelDbov), voicedMs: ms(all), ...(pitch !== undefined && { pitchHz: pitch }) };
}

const NEUTRAL: ToneShares = { neutral: 0.88, happy: 0.03, sad: 0.03, upset: 0.03, unsure: 0.03 };
/** How much likelier each tone is when the voice is raised, or quiet and slow. Guesses that keep neutral words neutral. */
const RAISED: ToneShares = { neutral: 1, happy: 1.5, sad: 0.6, upset: 3, unsure: 0.8 };
const SUBDUED: ToneShares = { neutral: 1, happy: 0.6, sad: 2, upset: 0.7, unsure: 1.3 };
const HURRIED = 1.3;
const FASTER = 1.3;
const SLOWER = 0.8;
const QUIETER_DB = -5;
const MODEL_FLOOR = 0.05;
/** "Yes", "half past two": single words say what they say. */
const MIN_WORDS = 3;
