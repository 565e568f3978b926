/** What the far side is going to lose, by its reports: more at once, less slowly, because losses come in bursts. Whole percent. */
export class LossForecast {
  #expected = 0;
  #told = 0;

  /** The loss to prepare for, where that has changed. */
  reported(lossRatio: number): number | undefined {
    this.#expected = Math.max(lossRatio * 100, this.#expected * FORGET);
    const percent = Math.min(MAX_PERCENT, Math.round(this.#expected));
    if (percent === this.#told) return undefined;
    this.#told = percent;
    return percent;
  }
}

/** For each report, about one a second. */
const FORGET = 0.9;
/** Beyond that an encoder would give half of its bits away. */
const MAX_PERCENT = 30;
