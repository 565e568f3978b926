import { TONES, type Tone } from '#domain/tone';

export interface Judged {
  readonly tone: Tone;
  readonly guessed: Tone;
}

export interface ToneFigures {
  readonly trials: number;
  /** Neutral taken for anything else. */
  readonly falseAlarmPercent: number;
  /** Mean over the other tones of how many of each were found. */
  readonly recallPercent: number;
  /** A row a tone, as it was guessed; in the order of the columns. */
  readonly confusion: Readonly<Record<string, string>>;
}

export function figuresOf(judged: readonly Judged[]): ToneFigures {
  const count = (tone: Tone, guessed?: Tone): number =>
    judged.filter((row) => row.tone === tone && (guessed === undefined || row.guessed === guessed)).length;
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
  const others = TONES.filter((tone) => tone !== 'neutral' && count(tone) > 0);
  const neutral = count('neutral');
  return {
    trials: judged.length,
    falseAlarmPercent: rounded(share(neutral - count('neutral', 'neutral'), neutral)),
    recallPercent: rounded(others.reduce((sum, tone) => sum + share(count(tone, tone), count(tone)), 0) / Math.max(1, others.length)),
    confusion: Object.fromEntries([
      ['guessed', TONES.map((tone) => tone.padStart(COLUMN)).join('')],
      ...TONES.map((tone) => [tone, TONES.map((guessed) => String(count(tone, guessed)).padStart(COLUMN)).join('')]),
    ]),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

const COLUMN = 9;
