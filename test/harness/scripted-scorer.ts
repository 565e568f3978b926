import type { Ms } from '#domain/units';
import type { ScoreRequester, SpeechScorer } from './media-under-test.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** In place of the speech model: sound of voices is speech and noise is none, after the time that a model takes. */
export class ScriptedScorer implements SpeechScorer {
  /** Another opinion, for scenarios about a model that errs. */
  opinion: (samples: Float32Array) => number = probabilityOfVoice;
  readonly #clock: VirtualClock;
  readonly #takesMs: Ms;

  constructor(clock: VirtualClock, takesMs: Ms) {
    this.#clock = clock;
    this.#takesMs = takesMs;
  }

  score(requester: ScoreRequester, samples: Float32Array): void {
    const probability = this.opinion(samples);
    this.#clock.scheduleQuietly(this.#takesMs, () => requester.scored(this.#clock.nowMs(), probability));
  }
}

/** Neighbouring samples of a voice are alike, those of noise are not. */
function probabilityOfVoice(samples: Float32Array): number {
  let power = 0;
  let alike = 0;
  for (let i = 1; i < samples.length; i += 1) {
    power += samples[i]! * samples[i]!;
    alike += samples[i]! * samples[i - 1]!;
  }
  return power > 0 && alike / power > 0.3 ? 0.97 : 0.03;
}
