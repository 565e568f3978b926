/** What differs between the two bands; tables 11 to 20 of ITU-T G.722. */
export interface BandFacts {
  /** Of the scale factor, at the start. */
  readonly firstScale: number;
  readonly maxLogScale: number;
  /** How far the logarithm of the scale factor is shifted to make one. */
  readonly scaleShift: number;
}

export const LOW_BAND: BandFacts = { firstScale: 32, maxLogScale: 18_432, scaleShift: 8 };
export const HIGH_BAND: BandFacts = { firstScale: 8, maxLogScale: 22_528, scaleShift: 10 };

/**
 * The adaptive differential coder of one band: a predictor with two poles and six zeros, and a scale factor that follows the signal. Encoder and
 * decoder run the same adaptation, named here as in clause 6 of the recommendation.
 */
export class G722Band {
  readonly #facts: BandFacts;
  /** Predicted signal, and the part of it that the zeros make. */
  #s = 0;
  #sz = 0;
  #scale: number;
  #logScale = 0;
  /** Reconstructed signals r and partly reconstructed ones p of one and two samples ago, and the poles a. */
  #r1 = 0;
  #r2 = 0;
  #p1 = 0;
  #p2 = 0;
  #a1 = 0;
  #a2 = 0;
  /** The last six differences, newest first, and the zeros b. */
  readonly #d = new Int32Array(ZEROS);
  readonly #b = new Int32Array(ZEROS);

  constructor(facts: BandFacts) {
    this.#facts = facts;
    this.#scale = facts.firstScale;
  }

  /** QUANTL: six bits for a sample of the low band. */
  quantizeLow(sample: number): number {
    const e = saturate(sample - this.#s);
    const size = e >= 0 ? e : -(e + 1);
    let level = 1;
    while (level < 30 && size >= (Q6[level]! * this.#scale) >> 12) level += 1;
    const code = e < 0 ? ILN[level]! : ILP[level]!;
    this.#adaptLow(code >> 2);
    return code;
  }

  /** QUANTH: two bits for a sample of the high band. */
  quantizeHigh(sample: number): number {
    const e = saturate(sample - this.#s);
    const size = e >= 0 ? e : -(e + 1);
    const isLarge = size >= (564 * this.#scale) >> 12;
    const code = e < 0 ? (isLarge ? 0 : 1) : isLarge ? 2 : 3;
    this.#adapt((this.#scale * QM2[code]!) >> 15, WH[code]!);
    return code;
  }

  /** INVQBL and LIMIT: the sample of the low band that six bits stand for. */
  reconstructLow(code: number): number {
    const sample = limit(this.#s + ((this.#scale * QM6[code]!) >> 15));
    this.#adaptLow(code >> 2);
    return sample;
  }

  /** INVQAH and LIMIT. */
  reconstructHigh(code: number): number {
    const d = (this.#scale * QM2[code]!) >> 15;
    const sample = limit(this.#s + d);
    this.#adapt(d, WH[code]!);
    return sample;
  }

  /** By the four upper bits, so that the two lower ones may be taken for data. */
  #adaptLow(code: number): void {
    this.#adapt((this.#scale * QM4[code]!) >> 15, WL[code]!);
  }

  #adapt(d: number, logStep: number): void {
    this.#adaptScale(logStep);
    const p = saturate(this.#sz + d);
    const r = saturate(this.#s + d);
    this.#adaptPoles(p);
    this.#adaptZeros(d);
    this.#r2 = this.#r1;
    this.#r1 = r;
    this.#p2 = this.#p1;
    this.#p1 = p;
    this.#predict();
  }

  /** LOGSCL, SCALEL; LOGSCH, SCALEH. */
  #adaptScale(logStep: number): void {
    const { maxLogScale, scaleShift } = this.#facts;
    const log = ((this.#logScale * 127) >> 7) + logStep;
    this.#logScale = log < 0 ? 0 : log > maxLogScale ? maxLogScale : log;
    const mantissa = ILB[(this.#logScale >> 6) & 31]!;
    const shift = scaleShift - (this.#logScale >> 11);
    this.#scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** UPPOL2, UPPOL1. */
  #adaptPoles(p: number): void {
    const isSame1 = p < 0 === this.#p1 < 0;
    const isSame2 = p < 0 === this.#p2 < 0;
    const quadruple = saturate(this.#a1 << 2);
    const towards = isSame1 ? saturate(-quadruple) : quadruple;
    const a2 = (isSame2 ? 128 : -128) + (towards >> 7) + ((this.#a2 * 32_512) >> 15);
    this.#a2 = a2 > 12_288 ? 12_288 : a2 < -12_288 ? -12_288 : a2;
    const a1 = saturate((isSame1 ? 192 : -192) + ((this.#a1 * 32_640) >> 15));
    const most = saturate(15_360 - this.#a2);
    this.#a1 = a1 > most ? most : a1 < -most ? -most : a1;
  }

  /** UPZERO and the delay of the differences. */
  #adaptZeros(d: number): void {
    const before = this.#d;
    const b = this.#b;
    const step = d === 0 ? 0 : 128;
    for (let i = 0; i < ZEROS; i += 1) b[i] = saturate((before[i]! < 0 === d < 0 ? step : -step) + ((b[i]! * 32_640) >> 15));
    for (let i = ZEROS - 1; i > 0; i -= 1) before[i] = before[i - 1]!;
    before[0] = d;
  }

  /** FILTEP, FILTEZ, PREDIC. */
  #predict(): void {
    const sp = saturate(((this.#a1 * saturate(2 * this.#r1)) >> 15) + ((this.#a2 * saturate(2 * this.#r2)) >> 15));
    let sz = 0;
    for (let i = 0; i < ZEROS; i += 1) sz += (this.#b[i]! * saturate(2 * this.#d[i]!)) >> 15;
    this.#sz = saturate(sz);
    this.#s = saturate(sp + this.#sz);
  }
}

function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

function limit(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}

const ZEROS = 6;
/** Decision levels of the low band, 12 bits of fraction. */
const Q6 = Int32Array.of(
  0,
  35,
  72,
  110,
  150,
  190,
  233,
  276,
  323,
  370,
  422,
  473,
  530,
  587,
  650,
  714,
  786,
  858,
  940,
  1023,
  1121,
  1219,
  1339,
  1458,
  1612,
  1765,
  1980,
  2195,
  2557,
  2919,
);
/** Codes of the intervals between them, for negative and for positive differences. */
const ILN = Int32Array.of(
  0,
  63,
  62,
  31,
  30,
  29,
  28,
  27,
  26,
  25,
  24,
  23,
  22,
  21,
  20,
  19,
  18,
  17,
  16,
  15,
  14,
  13,
  12,
  11,
  10,
  9,
  8,
  7,
  6,
  5,
  4,
);
const ILP = Int32Array.of(
  0,
  61,
  60,
  59,
  58,
  57,
  56,
  55,
  54,
  53,
  52,
  51,
  50,
  49,
  48,
  47,
  46,
  45,
  44,
  43,
  42,
  41,
  40,
  39,
  38,
  37,
  36,
  35,
  34,
  33,
  32,
);
/** What codes of four, six and two bits stand for, 15 bits of fraction. */
const QM4 = Int32Array.of(0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200, 20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0);
const QM6 = Int32Array.of(
  -136,
  -136,
  -136,
  -136,
  -24_808,
  -21_904,
  -19_008,
  -16_704,
  -14_984,
  -13_512,
  -12_280,
  -11_192,
  -10_232,
  -9360,
  -8576,
  -7856,
  -7192,
  -6576,
  -6000,
  -5456,
  -4944,
  -4464,
  -4008,
  -3576,
  -3168,
  -2776,
  -2400,
  -2032,
  -1688,
  -1360,
  -1040,
  -728,
  24_808,
  21_904,
  19_008,
  16_704,
  14_984,
  13_512,
  12_280,
  11_192,
  10_232,
  9360,
  8576,
  7856,
  7192,
  6576,
  6000,
  5456,
  4944,
  4464,
  4008,
  3576,
  3168,
  2776,
  2400,
  2032,
  1688,
  1360,
  1040,
  728,
  432,
  136,
  -432,
  -136,
);
const QM2 = Int32Array.of(-7408, -1616, 7408, 1616);
/** Steps of the logarithm of the scale factor: by the four upper bits of the low band, and by the two of the high one. */
const WL = ((steps: readonly number[], rl42: readonly number[]) => Int32Array.from(rl42, (level) => steps[level]!))(
  [-60, -30, 58, 172, 334, 538, 1198, 3042],
  [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0],
);
const WH = Int32Array.of(798, -214, 798, -214);
/** Mantissas of the scale factor: 2048 times 2 to the power of n/32. */
const ILB = Int32Array.of(
  2048,
  2093,
  2139,
  2186,
  2233,
  2282,
  2332,
  2383,
  2435,
  2489,
  2543,
  2599,
  2656,
  2714,
  2774,
  2834,
  2896,
  2960,
  3025,
  3091,
  3158,
  3228,
  3298,
  3371,
  3444,
  3520,
  3597,
  3676,
  3756,
  3838,
  3922,
  4008,
);
