/**
 * Core: multinomial logistic regression. Learns by gradient descent with momentum; deterministic. Rows are features of equal length, labels
 * the index of a class.
 */
export class SoftmaxLayer {
  readonly #classes: number;
  readonly #width: number;
  /** For each class the weights of the features and, last, the bias. */
  readonly #weights: Float64Array;

  constructor(classes: number, width: number) {
    this.#classes = classes;
    this.#width = width;
    this.#weights = new Float64Array(classes * (width + 1));
  }

  /** Learns step by step, so that whoever has calls to serve can do so in between. */
  *learn(
    given: readonly Float32Array[],
    labels: readonly number[],
    { steps = STEPS, penalty = PENALTY }: { readonly steps?: number; readonly penalty?: number } = {},
  ): Generator<void, void, void> {
    const rows = unequal(given, labels);
    const stride = this.#width + 1;
    const velocity = new Float64Array(this.#weights.length);
    const gradient = new Float64Array(this.#weights.length);
    for (let step = 0; step < steps; step += 1) {
      gradient.fill(0);
      for (const { row, label, count } of rows) {
        const shares = this.shares(row);
        for (let of = 0; of < this.#classes; of += 1) {
          const error = (((shares[of] ?? 0) - (label === of ? 1 : 0)) * count) / given.length;
          const from = of * stride;
          for (let i = 0; i < this.#width; i += 1) gradient[from + i]! += error * row[i]!;
          gradient[from + this.#width]! += error;
        }
      }
      for (let i = 0; i < gradient.length; i += 1) {
        const isBias = i % stride === this.#width;
        velocity[i] = MOMENTUM * velocity[i]! - RATE * (gradient[i]! + (isBias ? 0 : penalty * this.#weights[i]!));
        this.#weights[i]! += velocity[i]!;
      }
      yield;
    }
  }

  /** How likely each class is; they add up to 1. */
  shares(row: Float32Array): Float64Array {
    const stride = this.#width + 1;
    const shares = new Float64Array(this.#classes);
    let most = -Infinity;
    for (let of = 0; of < this.#classes; of += 1) {
      let sum = this.#weights[of * stride + this.#width]!;
      for (let i = 0; i < this.#width; i += 1) sum += this.#weights[of * stride + i]! * row[i]!;
      shares[of] = sum;
      if (sum > most) most = sum;
    }
    let total = 0;
    for (let of = 0; of < this.#classes; of += 1) total += shares[of] = Math.exp(shares[of]! - most);
    for (let of = 0; of < this.#classes; of += 1) shares[of]! /= total;
    return shares;
  }
}

/** Equal rows of one class count once for each, and are computed once. */
function unequal(
  rows: readonly Float32Array[],
  labels: readonly number[],
): readonly { readonly row: Float32Array; readonly label: number; readonly count: number }[] {
  const found = new Map<string, { readonly row: Float32Array; readonly label: number; count: number }>();
  for (const [at, row] of rows.entries()) {
    const label = labels[at] ?? 0;
    const key = `${label} ${row.join(' ')}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { row, label, count: 1 });
    else known.count += 1;
  }
  return [...found.values()];
}

/** Measured with all-MiniLM-L6-v2 by tenfold cross-validation over the examples: more steps and a smaller penalty change little. */
const STEPS = 250;
const PENALTY = 3e-4;
/** Vectors are of unit length: safe below 4. */
const RATE = 2;
const MOMENTUM = 0.9;
