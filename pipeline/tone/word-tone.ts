import { TONES, type ToneShares } from '#domain/tone';
import type { ToneReader } from '../ports.ts';
import { queryText } from '../knowledge/query.ts';
import type { KnowledgeLanguage } from '../language/knowledge-language.ts';
import type { ToneLanguage } from '../language/tone-language.ts';
import { CUE_FEATURES, cueFeatures } from './cue-reader.ts';
import { SoftmaxLayer } from './softmax-layer.ts';

/**
 * Core: the tone in words. Two small layers, both learnt from the examples: one over the cues alone, for a text whose meaning is not known (yet),
 * and one over sentence vector and cues. Until the second has learnt, the first answers.
 */
export class WordTone implements ToneReader {
  readonly #tone: ToneLanguage;
  /** A text as its vector is asked for: the knowledge leaves fillers out, too. */
  readonly asLookedUp: (text: string) => string;
  readonly #labels: readonly number[];
  readonly #texts: readonly string[];
  readonly #cues: readonly Float32Array[];
  readonly #byCues = new SoftmaxLayer(TONES.length, CUE_FEATURES);
  #byMeaning: { readonly layer: SoftmaxLayer; readonly width: number } | undefined;

  constructor(tone: ToneLanguage, knowledge: KnowledgeLanguage) {
    this.#tone = tone;
    this.asLookedUp = (text) => queryText(text, knowledge);
    const examples = TONES.flatMap((each, label) => tone.examples[each].map((text) => ({ text, label })));
    this.#labels = examples.map(({ label }) => label);
    // As the knowledge looks them up, so that vectors are shared.
    this.#texts = examples.map(({ text }) => this.asLookedUp(text));
    this.#cues = examples.map(({ text }) => cueFeatures(text, tone));
    for (const _ of this.#byCues.learn(this.#cues, this.#labels, { steps: CUE_STEPS }));
  }

  /** The texts whose vectors `learn` takes, in their order. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** In small steps, a few milliseconds each. */
  *learn(vectors: readonly Float32Array[]): Generator<void, void, void> {
    const width = vectors[0]?.length ?? 0;
    const layer = new SoftmaxLayer(TONES.length, width + CUE_FEATURES);
    yield* layer.learn(
      vectors.map((vector, at) => joined(vector, this.#cues[at]!)),
      this.#labels,
    );
    this.#byMeaning = { layer, width };
  }

  read(text: string, vector: Float32Array | undefined): ToneShares {
    const cues = cueFeatures(text, this.#tone);
    const meaning = this.#byMeaning;
    const shares =
      meaning === undefined || vector?.length !== meaning.width ? this.#byCues.shares(cues) : meaning.layer.shares(joined(vector, cues));
    return Object.fromEntries(TONES.map((tone, at) => [tone, shares[at]!])) as ToneShares;
  }
}

function joined(vector: Float32Array, cues: Float32Array): Float32Array {
  const row = new Float32Array(vector.length + cues.length);
  row.set(vector);
  row.set(cues, vector.length);
  return row;
}

/** A few features converge slower than their number suggests, and cost nothing. */
const CUE_STEPS = 400;
