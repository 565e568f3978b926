/** What of our requests a server may refuse; each can be left out or put another way. */
export type LlmFeature = 'tools' | 'cache_prompt' | 'chat_template_kwargs' | 'temperature' | 'max_tokens' | 'system' | 'roles';

/**
 * Core: what a language model's server has refused, learnt from its 400s, so that the request is made once more without
 * it and later ones from the start. OpenAI's form leaves much open: vLLM refuses `tools` unless it was started for them,
 * llama.cpp without a template, OpenAI's reasoning models want `max_completion_tokens`, some templates know no system role.
 */
export class LlmLimits {
  readonly #refused = new Set<LlmFeature>();
  /** Guesses that have not helped are not made again. */
  readonly #futile = new Set<LlmFeature>();

  /** What is left out from now on, in the order in which it was learnt. */
  get refused(): readonly LlmFeature[] {
    return [...this.#refused];
  }

  has(feature: LlmFeature): boolean {
    return this.#refused.has(feature);
  }

  /** One request, in as many tries as it takes. */
  attempt(): LlmAttempt {
    return new LlmAttempt(this.#refused, this.#futile);
  }
}

class LlmAttempt {
  readonly #refused: Set<LlmFeature>;
  readonly #futile: Set<LlmFeature>;
  readonly #dropped: LlmFeature[] = [];
  #guess: LlmFeature | undefined;

  constructor(refused: Set<LlmFeature>, futile: Set<LlmFeature>) {
    this.#refused = refused;
    this.#futile = futile;
  }

  /**
   * The request was refused though it was made of `features` only. What to leave out of the next try; undefined: nothing
   * of ours is to blame, and what this request has left out is sent again by later ones.
   */
  refusedBy(status: number, said: string, features: ReadonlySet<LlmFeature>): LlmFeature | undefined {
    if (this.#guess !== undefined) {
      this.#futile.add(this.#guess);
      this.#refused.delete(this.#guess);
      this.#guess = undefined;
    }
    // Without its tools a conversation that is too long may fit, and every later one would have lost them.
    if (TOO_LONG.test(said)) return undefined;
    const usable = (feature: LlmFeature): boolean =>
      features.has(feature) && !this.#dropped.includes(feature) && !this.#refused.has(feature);
    const named = REFUSAL_STATUS.has(status)
      ? NAMED_BY.find(([feature, pattern]) => usable(feature) && pattern.test(said))?.[0]
      : undefined;
    const feature = named ?? (GUESS_STATUS.has(status) ? GUESSES.find((each) => usable(each) && !this.#futile.has(each)) : undefined);
    if (feature === undefined) {
      for (const dropped of this.#dropped) this.#refused.delete(dropped);
      return undefined;
    }
    this.#refused.add(feature);
    this.#dropped.push(feature);
    if (named === undefined) this.#guess = feature;
    return feature;
  }
}

/** How servers name what they refuse. The order matters: a message about tool choice names a parser, not a template. */
const NAMED_BY: readonly (readonly [LlmFeature, RegExp])[] = [
  ['tools', /\btools?\b|tool[_ -]?(?:choice|call)|function[_ -]?call/i],
  ['max_tokens', /\bmax_tokens\b.*\bmax_completion_tokens\b|unsupported.*\bmax_tokens\b/is],
  ['temperature', /\btemperature\b/i],
  ['chat_template_kwargs', /chat_template_kwargs|enable_thinking/i],
  ['cache_prompt', /cache_prompt/i],
  [
    'roles',
    /roles? must alternate|alternate user\/assistant|first message must be (?:from )?(?:the )?user|after the optional system message/i,
  ],
  ['system', /system (?:role|message|prompt)|role.{0,20}\bsystem\b/i],
];
/** The length of the conversation is to blame. */
const TOO_LONG =
  /context[ _-]?(?:length|window|size)|(?:prompt|input|messages?|request|conversation) (?:is|are|was) too (?:long|large)|maximum (?:prompt|input|sequence) length|too many (?:input )?tokens|reduce the length/i;
/** Refusals of the request as it stands; llama.cpp answers 500 for what its build or its template lacks. */
const REFUSAL_STATUS: ReadonlySet<number> = new Set([400, 404, 415, 422, 500, 501]);
/** Only these say that the request itself is wrong, so that it is worth trying what is least common first. */
const GUESS_STATUS: ReadonlySet<number> = new Set([400, 422]);
const GUESSES: readonly LlmFeature[] = ['cache_prompt', 'chat_template_kwargs', 'tools'];
