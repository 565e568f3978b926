/**
 * Numbers that carry their unit. The brands cost nothing at run time. None is taken for another; a plain number is taken for a duration or a
 * ratio, but for a count of samples only by `samples`: see docs/decisions/2026-12-01-brands.md and units.test.ts.
 */

declare const unit: unique symbol;

/** A moment on the monotonic clock, or a duration; milliseconds, fractions allowed. */
export type Ms = number & { readonly [unit]?: 'ms' };
/** A count of mono samples at the rate that the context names; a non-negative integer. */
export type Samples = number & { readonly [unit]: 'samples' };
/** The sample rates that Parley handles, in Hz. */
export type Hz = 8000 | 16000 | 24000 | 48000;
/** A share between 0 and 1. */
export type Ratio = number & { readonly [unit]?: 'ratio' };

export function ms(value: number): Ms {
  return value as Ms;
}

export function samples(value: number): Samples {
  return value as Samples;
}

export function ratio(value: number): Ratio {
  return value as Ratio;
}

/** How long `count` samples last at `rateHz`. */
export function samplesToMs(count: Samples, rateHz: Hz): Ms {
  return ((count * 1000) / rateHz) as Ms;
}

/** The whole samples that fit into `duration` at `rateHz`, rounded to the nearest. */
export function msToSamples(duration: Ms, rateHz: Hz): Samples {
  return Math.round((duration * rateHz) / 1000) as Samples;
}
