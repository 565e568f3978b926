import type { ToneReading } from '#domain/tone';
import type { ReplyPlan } from '../dialogue/reply-plan.ts';
import type { Persona } from '../persona.ts';
import { MOODS, variantsFor, type Mood, type Variants } from './variants.ts';

type SayPlan = Extract<ReplyPlan, { kind: 'say' }>;

/**
 * Core: puts what is said into the words that the persona has for the caller's tone. Words that are not ready yet are never preferred to words that
 * are, so that nothing is heard later; and the same apology is not made in two answers in a row.
 */
export class ToneWording {
  readonly #variants: ReadonlyMap<Mood, Variants>;
  readonly #isReady: (text: string) => boolean;
  #lastOpenings: readonly string[] = [];

  constructor(persona: Persona, isReady: (text: string) => boolean) {
    this.#variants = new Map(MOODS.map((mood) => [mood, variantsFor(persona, mood)]));
    this.#isReady = isReady;
  }

  plan(plan: SayPlan, reading: ToneReading | undefined): SayPlan {
    const variants = this.#variantsFor(reading);
    if (variants === undefined || plan.message !== undefined) return plan;
    let offers: string | undefined;
    const texts = plan.texts.flatMap((line) => {
      const variant = variants.get(line);
      if (variant === undefined || offers !== undefined) return [line];
      const { before, after, hasLine } = variant;
      if (hasLine && before !== '' && this.#lastOpenings.includes(before)) return [line];
      const others = [before, after].filter((text) => text !== '');
      // What is said in place of a line that is ready must be ready, and so must what is said before it.
      if (this.#isReady(line) && !others.every(this.#isReady)) return [line];
      // A question of an offer is the last that is said.
      const mayOffer = variant.offers !== undefined && plan.texts.at(-1) === line && plan.followUp === 'go-on';
      if (variant.offers !== undefined && !mayOffer) return hasLine && before !== '' ? [before, line] : [line];
      offers = variant.offers;
      return hasLine ? [before, line, after].filter((text) => text !== '') : others;
    });
    return { ...plan, texts, ...(offers !== undefined && { offers }) };
  }

  /** One line that is said by itself. */
  line(line: string, reading: ToneReading | undefined): string {
    const variant = this.#variantsFor(reading)?.get(line);
    if (variant === undefined) return line;
    const { before, after, hasLine } = variant;
    if (hasLine) return line;
    const whole = `${before} ${after}`.trim();
    return this.#isReady(line) && !this.#isReady(whole) ? line : whole;
  }

  /** This is being said now. */
  opened(plan: ReplyPlan | undefined, reading: ToneReading | undefined): void {
    const variants = this.#variantsFor(reading);
    const openings =
      plan?.kind !== 'say' || variants === undefined
        ? []
        : [...variants.values()].map(({ before }) => before).filter((text) => text !== '' && plan.texts.includes(text));
    this.#lastOpenings = openings;
  }

  /** Hardly anything of it was heard: what it said may be said again. */
  unheard(): void {
    this.#lastOpenings = [];
  }

  #variantsFor(reading: ToneReading | undefined): Variants | undefined {
    return MOODS.includes(reading?.tone as Mood) ? this.#variants.get(reading?.tone as Mood) : undefined;
  }
}
