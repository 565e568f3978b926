import { describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { CallerVoice, type BotVoice } from '../caller-voice.ts';
import { pitchHz, PITCH_WINDOW_SAMPLES } from '../dsp/pitch.ts';
import { tone } from '../dsp/test-signals.ts';
import { mediaOptions } from '../options.ts';

const silentBot: BotVoice = { isSpeaking: () => false, takePlayedDbov: () => -96, bargeIn: () => undefined };

/** Pulses through nothing, with every harmonic, as a voice has them. */
function pulses(hz: number, rateHz: number, count: number, peak: number): Int16Array {
  let seed = 7;
  return Int16Array.from({ length: count }, (_, i) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
    const phase = (i * hz) / rateHz;
    return Math.round(
      peak * [1, 2, 3, 4, 5].reduce((sum, harmonic) => sum + Math.cos(2 * Math.PI * harmonic * phase) / 5, 0) + (seed >> 25),
    );
  });
}

function soundOf(lineRateHz: 8000 | 16_000, pcm: Int16Array) {
  const events: LegMediaEvent[] = [];
  const voice = new CallerVoice(
    mediaOptions.parse({ vad: { mode: 'energy' } }),
    undefined,
    silentBot,
    (event) => events.push(event),
    lineRateHz,
  );
  const count = lineRateHz / 50;
  for (let i = 0; i < 150; i += 1)
    voice.frame(i * 20, i >= 30 && i < 90 ? pcm.subarray((i - 30) * count, (i - 29) * count) : new Int16Array(count), count, 'voice');
  return events.flatMap((event) => (event.kind === 'voice-stopped' ? [event.sound] : []))[0];
}

describe('pitch', () => {
  it.each([70, 95, 120, 165, 210, 260, 330, 390])('of a voice at %i Hz is right within 3 percent', (hz) => {
    const window = Float32Array.from(pulses(hz, 8000, PITCH_WINDOW_SAMPLES, 8000), (sample) => sample / 32768);
    expect(Math.abs((pitchHz(window, 0) ?? 0) / hz - 1)).toBeLessThan(0.03);
  });

  it('is not found in noise and silence', () => {
    let seed = 1;
    const noise = Float32Array.from(
      { length: PITCH_WINDOW_SAMPLES },
      () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0) / 2 ** 33,
    );
    expect(pitchHz(noise, 0)).toBeUndefined();
    expect(pitchHz(new Float32Array(PITCH_WINDOW_SAMPLES), 0)).toBeUndefined();
  });
});

describe('the sound of a talkspurt', () => {
  it.each([8000, 16_000] as const)('has the level and the pitch of the caller on a line of %i Hz', (rateHz) => {
    const sound = soundOf(rateHz, pulses(140, rateHz, rateHz * 1.2, 6000));
    expect(sound?.pitchHz).toBeGreaterThan(135);
    expect(sound?.pitchHz).toBeLessThan(145);
    // A machine: always voiced, always the same. Speech as such is not asked for here, so every chunk counts as sure.
    expect(sound?.pitchedRatio).toBeGreaterThan(0.8);
    expect(sound?.pitchSpreadSemitones).toBeLessThan(0.3);
    expect(sound?.speechRatio).toBeGreaterThan(0.9);
    // 6000 / sqrt(2 * 5) against the overload point.
    expect(sound?.levelDbov).toBeGreaterThan(-26.5);
    expect(sound?.levelDbov).toBeLessThan(-22.5);
  });

  it('tells twice the loudness as 6 dB more', () => {
    const [soft, loud] = [3000, 6000].map((peak) => soundOf(8000, pulses(140, 8000, 9600, peak))?.levelDbov ?? 0);
    expect(loud! - soft!).toBeGreaterThan(5.5);
    expect(loud! - soft!).toBeLessThan(6.5);
  });

  it('has no pitch where nothing in it repeats itself', () => {
    let seed = 3;
    const hiss = Int16Array.from({ length: 9600 }, () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0) >> 18);
    expect(soundOf(8000, hiss)).not.toHaveProperty('pitchHz');
  });

  it('is not told of a cough of a few chunks', () => {
    expect(soundOf(8000, tone(300, 8000, 800))).toBeUndefined();
  });
});
