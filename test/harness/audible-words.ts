/** What somebody says: its words, and whatever whoever recognises it has to know of it. */
export interface Utterance {
  readonly words: readonly string[];
  /** How long one word sounds. */
  readonly wordMs: number;
  readonly recognised?: Recognised;
}

/** What recognition says about an utterance beside its words. */
export interface Recognised {
  readonly probability: number;
  readonly confidence: number;
  /** It is sound without words. */
  readonly rejected?: string;
}

/** How a voice sounds. */
export interface Voice {
  readonly levelDbov: number;
  /** One of `PITCHES_HZ`. */
  readonly pitchHz: number;
  /** People take breath: what sounds at one level for seconds is the noise of a line to whoever looks for speech in it. */
  readonly takesBreath: boolean;
}

export const CALLER_VOICE: Voice = { levelDbov: -26, pitchHz: 100, takesBreath: true };
export const BOT_VOICE: Voice = { levelDbov: -26, pitchHz: 100, takesBreath: true };
/** Whose period is a whole number of samples at 8, 16 and 24 kHz. */
export const PITCHES_HZ = [100, 125] as const;

/**
 * Words that can be heard: each is a chord of its own over the fundamental of a voice, so that whoever listens at the other end of a codec, a jitter
 * buffer and a playout queue hears which words came through, in which order, and which are missing. A telephone passes it and a pitch meter takes it for a voice.
 */
export class AudibleWords {
  readonly #spoken: (SpokenWord | undefined)[] = Array.from({ length: CODES });
  readonly #pitches = new Set<number>();
  #next = 0;

  /** The samples of `utterance`, evenly over all of its words. */
  say(utterance: Utterance, rateHz: 8000 | 24000, voice: Voice): Int16Array {
    this.#pitches.add(voice.pitchHz);
    const wordSamples = (utterance.wordMs * rateHz) / 1000;
    const pcm = new Int16Array(Math.round(wordSamples * utterance.words.length));
    utterance.words.forEach((_, index) => {
      const code = this.#next;
      this.#next = (this.#next + STRIDE) % CODES;
      this.#spoken[code] = { utterance, index };
      const period = chord(code, rateHz, voice);
      const end = Math.round(wordSamples * (index + 1));
      for (let at = Math.round(wordSamples * index), i = 0; at < end; at += 1, i += 1) pcm[at] = period[i % period.length]!;
    });
    if (voice.takesBreath) takeBreath(pcm, rateHz);
    return pcm;
  }

  listener(rateHz: 8000 | 16000): WordListener {
    return new WordListener(rateHz, this.#pitches, (code) => this.#spoken[code]);
  }
}

export interface SpokenWord {
  readonly utterance: Utterance;
  readonly index: number;
}

export interface HeardWord extends SpokenWord {
  /** How much of it was heard. */
  heardMs: number;
}

/** Hears words in a line of samples, window by window. */
export class WordListener {
  readonly #step: number;
  readonly #pitches: ReadonlySet<number>;
  readonly #wordOf: (code: number) => SpokenWord | undefined;
  readonly #line = new Float32Array(LINE_SAMPLES);
  #filled = 0;
  #held = 0;
  #hasHeld = false;
  /** In the order in which they were heard; one that is heard, then another, then the first again is there twice. */
  readonly heard: HeardWord[] = [];

  constructor(rateHz: 8000 | 16000, pitches: ReadonlySet<number>, wordOf: (code: number) => SpokenWord | undefined) {
    this.#step = rateHz / 8000;
    this.#pitches = pitches;
    this.#wordOf = wordOf;
  }

  hear(pcm: Int16Array): void {
    for (const sample of pcm) {
      if (this.#step === 1) this.#take(sample);
      else if (this.#hasHeld) {
        this.#hasHeld = false;
        this.#take((this.#held + sample) / 2);
      } else {
        this.#hasHeld = true;
        this.#held = sample;
      }
    }
  }

  /** Words of which enough was heard to know them; a sound without words is none. */
  get words(): readonly string[] {
    return texts(this.heard);
  }

  /** The same, each word of an utterance once. */
  get wordsOnce(): readonly string[] {
    const isSame = (a: HeardWord, b: HeardWord): boolean => a.utterance === b.utterance && a.index === b.index;
    const known = this.heard.filter(isKnown);
    return texts(known.filter((word, at) => known.findIndex((other) => isSame(word, other)) === at));
  }

  /** The same while more may come: a word of which most is still to be said is not known yet. */
  get wordsSoFar(): readonly string[] {
    const last = this.heard.at(-1);
    return last !== undefined && isKnown(last) && last.heardMs < last.utterance.wordMs * 0.6 ? this.words.slice(0, -1) : this.words;
  }

  reset(): void {
    this.heard.length = 0;
    this.#filled = 0;
    this.#hasHeld = false;
  }

  #take(sample: number): void {
    this.#line[this.#filled] = sample;
    this.#filled += 1;
    if (this.#filled < WINDOW_SAMPLES) return;
    this.#listen();
    this.#line.copyWithin(0, HOP_SAMPLES, WINDOW_SAMPLES);
    this.#filled = WINDOW_SAMPLES - HOP_SAMPLES;
  }

  #listen(): void {
    let best: Chord | undefined;
    for (const pitchHz of this.#pitches) {
      const found = chordIn(this.#line, pitchHz);
      if (found !== undefined && found.purity > (best?.purity ?? MIN_PURITY)) best = found;
    }
    const word = best === undefined ? undefined : this.#wordOf(best.code);
    if (word === undefined) return;
    const last = this.heard.at(-1);
    const heardMs = HOP_SAMPLES / 8;
    if (last !== undefined && last.utterance === word.utterance && last.index === word.index) last.heardMs += heardMs;
    else this.heard.push({ ...word, heardMs });
  }
}

function texts(words: readonly HeardWord[]): readonly string[] {
  return words
    .filter(isKnown)
    .map(({ utterance, index }) => utterance.words[index] ?? '')
    .filter((word) => word !== '');
}

/** A quarter of it: windows across its borders tell nothing, and a breath may fall into it. */
function isKnown({ utterance, heardMs }: HeardWord): boolean {
  return heardMs >= Math.min(utterance.wordMs / 4, MAX_NEEDED_MS);
}

/** Not at the very end: the last sound is when it is said to be. */
function takeBreath(pcm: Int16Array, rateHz: number): void {
  const perMs = rateHz / 1000;
  const last = pcm.length - LAST_SOUND_MS * perMs;
  for (let at = BREATH_EVERY_MS * perMs; at < last; at += BREATH_EVERY_MS * perMs) pcm.fill(0, at - BREATH_MS * perMs, at);
}

interface Chord {
  readonly code: number;
  readonly purity: number;
}

/** The strongest harmonic of each group in three periods of the fundamental, which makes harmonics orthogonal. */
function chordIn(line: Float32Array, pitchHz: number): Chord | undefined {
  const count = Math.round((3 * 8000) / pitchHz);
  let power = 0;
  for (let i = 0; i < count; i += 1) power += line[i]! * line[i]!;
  if (power / count < MIN_MEAN_SQUARE) return undefined;
  let code = 0;
  let kept = 0;
  for (let group = 0; group < GROUPS; group += 1) {
    let best = 0;
    let bestEnergy = -1;
    for (let choice = 0; choice < CHOICES; choice += 1) {
      const energy = harmonicEnergy(line, count, pitchHz * (FIRST_HARMONIC + group * CHOICES + choice));
      if (energy <= bestEnergy) continue;
      bestEnergy = energy;
      best = choice;
    }
    kept += bestEnergy;
    code += best * CHOICES ** group;
  }
  const rest = power - harmonicEnergy(line, count, pitchHz);
  return { code, purity: rest <= 0 ? 0 : kept / rest };
}

/** Goertzel: the energy of one frequency in `count` samples at 8 kHz, in the unit of their sum of squares. */
function harmonicEnergy(line: Float32Array, count: number, hz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / 8000);
  let before = 0;
  let last = 0;
  for (let i = 0; i < count; i += 1) {
    const now = line[i]! + turn * last - before;
    before = last;
    last = now;
  }
  return (2 * (last * last + before * before - turn * last * before)) / count;
}

/** One period of a word's sound. */
function chord(code: number, rateHz: number, { levelDbov, pitchHz }: Voice): Int16Array {
  const length = rateHz / pitchHz;
  if (!Number.isInteger(length)) throw new Error(`no voice of ${pitchHz} Hz: use one of ${PITCHES_HZ.join(', ')}`);
  // The fundamental has twice the amplitude, so that a pitch is heard: (4 + 3) / 2 times the square of the others'.
  const amplitude = (32_768 * 10 ** (levelDbov / 20)) / Math.sqrt(3.5);
  return Int16Array.from({ length }, (_, i) => {
    const angle = (2 * Math.PI * i) / length;
    let sum = 2 * Math.sin(angle);
    for (let group = 0; group < GROUPS; group += 1) {
      const choice = Math.floor(code / CHOICES ** group) % CHOICES;
      sum += Math.sin(angle * (FIRST_HARMONIC + group * CHOICES + choice));
    }
    return Math.round(amplitude * sum);
  });
}

const GROUPS = 3;
const CHOICES = 7;
const CODES = CHOICES ** GROUPS;
/** One more in each group: two words that follow each other, or sound at once, share no tone. */
const STRIDE = 1 + CHOICES + CHOICES ** 2;
/** Harmonics 4 to 24: 400 to 2400 Hz in a voice of 100 Hz, 500 to 3000 in one of 125. */
const FIRST_HARMONIC = 4;
/** 30 ms and 10 ms at 8 kHz. */
const WINDOW_SAMPLES = 240;
const HOP_SAMPLES = 80;
const LINE_SAMPLES = WINDOW_SAMPLES;
/** Two chunks of voice detection: one of them is silent as a whole. */
const BREATH_MS = 64;
const BREATH_EVERY_MS = 600;
const LAST_SOUND_MS = 100;
/** -56 dBov. */
const MIN_MEAN_SQUARE = 2 ** 30 * 10 ** -5.6;
const MIN_PURITY = 0.75;
const MAX_NEEDED_MS = 60;
