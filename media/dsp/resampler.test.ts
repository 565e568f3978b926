import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResampler, type Conversion } from './resampler.ts';
import { amplitude, rms, tone } from './test-signals.ts';

const RATES: Record<Conversion, readonly [number, number]> = {
  '8>16': [8000, 16000],
  '16>8': [16000, 8000],
  '24>8': [24000, 8000],
  '24>16': [24000, 16000],
  '16>24': [16000, 24000],
  '48>16': [48000, 16000],
  '24>48': [24000, 48000],
};
const CONVERSIONS = Object.keys(RATES) as Conversion[];

function convert(conversion: Conversion, input: Int16Array, frame = 480): Int16Array {
  const [from, to] = RATES[conversion];
  const resampler = createResampler(conversion);
  const output = new Int16Array(Math.ceil((input.length * to) / from) + 16);
  let written = 0;
  for (let at = 0; at < input.length; at += frame) {
    const count = Math.min(frame, input.length - at);
    const part = new Int16Array(frame * 2);
    const made = resampler.process(input.subarray(at, at + count), count, part);
    output.set(part.subarray(0, made), written);
    written += made;
  }
  return output.subarray(0, written);
}

/** Signal to noise of a tone that went through, decibel: everything that is not the tone is noise. */
function toneSnrDb(conversion: Conversion, hz: number): number {
  const [from, to] = RATES[conversion];
  const output = convert(conversion, tone(hz, from, from, 20_000));
  const start = to / 10;
  const end = start + to / 2;
  const signal = amplitude(output, hz, to, start, end) / Math.SQRT2;
  const total = rms(output, start, end);
  return 20 * Math.log10(signal / Math.sqrt(Math.max(1e-9, total ** 2 - signal ** 2)));
}

function gainDb(conversion: Conversion, hz: number): number {
  const [from, to] = RATES[conversion];
  const output = convert(conversion, tone(hz, from, from, 20_000));
  return 20 * Math.log10(rms(output, to / 10, (to * 6) / 10) / (20_000 / Math.SQRT2));
}

describe.each(CONVERSIONS)('resampler %s', (conversion) => {
  const [from, to] = RATES[conversion];
  const narrow = Math.min(from, to);

  it('makes the right number of samples, however the signal is cut into frames', () => {
    const input = tone(440, from, 2400);
    const whole = convert(conversion, input, 2400);
    expect(whole.length).toBe((2400 * to) / from);
    for (const frame of [48, 96, 240, 480]) expect(convert(conversion, input, frame)).toEqual(whole);
  });

  it('passes speech tones with more than 70 dB', () => {
    for (const hz of [300, 1000, narrow * 0.3125]) expect(toneSnrDb(conversion, hz), `${hz} Hz`).toBeGreaterThan(70);
  });

  it('keeps the level within 0.2 dB up to 30 % of the narrower rate', () => {
    for (const hz of [200, 1000, narrow * 0.25, narrow * 0.3]) expect(Math.abs(gainDb(conversion, hz)), `${hz} Hz`).toBeLessThan(0.2);
  });

  it('delays by what it says, 2.5 ms at most', () => {
    const { delaySamples } = createResampler(conversion);
    expect((delaySamples / from) * 1000).toBeLessThanOrEqual(2.5);
    const input = new Int16Array(960);
    input[480] = 20_000;
    const output = convert(conversion, input, 960);
    const peak = output.reduce((best, value, i) => (Math.abs(value) > Math.abs(output[best]!) ? i : best), 0);
    expect(Math.abs(peak - ((480 + delaySamples) * to) / from)).toBeLessThanOrEqual(1);
  });

  it('adds no energy, whatever the signal', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -16_000, max: 16_000 }), { minLength: 480, maxLength: 480 }), (samples) => {
        const input = Int16Array.from(samples);
        const energyIn = rms(input) ** 2;
        const energyOut = rms(convert(conversion, input)) ** 2;
        expect(energyOut).toBeLessThan(energyIn * 1.05 + 10);
      }),
      { numRuns: 25 },
    );
  });

  it('is silent after a reset', () => {
    const resampler = createResampler(conversion);
    const output = new Int16Array(960);
    resampler.process(tone(440, from, 480), 480, output);
    resampler.reset();
    const made = resampler.process(new Int16Array(480), 480, output);
    expect(rms(output.subarray(0, made))).toBe(0);
  });
});

describe('aliases', () => {
  it.each([
    ['16>8', 5000],
    ['16>8', 7000],
    ['24>8', 4500],
    ['24>8', 7000],
    ['24>8', 11_000],
    ['24>16', 9500],
    ['48>16', 9500],
    ['48>16', 20_000],
  ] as const)('%s keeps %i Hz below -70 dB', (conversion, hz) => {
    expect(gainDb(conversion, hz)).toBeLessThan(-70);
  });

  it.each([
    ['8>16', 1000, 7000],
    ['24>48', 3000, 21_000],
    ['16>24', 5000, 11_000],
    ['16>24', 6500, 9500],
  ] as const)('%s of %i Hz leaves no image at %i Hz', (conversion, hz, image) => {
    const [from, to] = RATES[conversion];
    const output = convert(conversion, tone(hz, from, from, 20_000));
    expect(20 * Math.log10(amplitude(output, image, to, to / 10, (to * 6) / 10) / 20_000 + 1e-12)).toBeLessThan(-70);
  });

  it('loses not more than 2 dB at 3.4 kHz on the way to the telephone', () => {
    expect(gainDb('24>8', 3400)).toBeGreaterThan(-2);
    expect(gainDb('16>8', 3400)).toBeGreaterThan(-1);
  });
});
