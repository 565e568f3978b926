import { describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { CallerVoice, type BotVoice } from './caller-voice.ts';
import { tone } from './dsp/test-signals.ts';
import { mediaOptions } from './options.ts';

const silentBot: BotVoice = { isSpeaking: () => false, takePlayedDbov: () => -96, bargeIn: () => undefined };

function talkspurt(lineRateHz: 8000 | 16_000) {
  const events: LegMediaEvent[] = [];
  const voice = new CallerVoice(
    mediaOptions.parse({ vad: { mode: 'energy' } }),
    undefined,
    silentBot,
    (event) => events.push(event),
    lineRateHz,
  );
  const count = lineRateHz / 50;
  const speech = tone(400, lineRateHz, count);
  for (let i = 0; i < 100; i += 1) voice.frame(i * 20, i >= 30 && i < 60 ? speech : new Int16Array(count), count, 'voice');
  const times = events.flatMap((event) => {
    if (event.kind === 'voice-started') return [event.startedAtMs];
    return event.kind === 'voice-stopped' ? [event.lastVoiceAtMs, event.voicedMs] : [];
  });
  return { times, audioMs: events.reduce((sum, event) => sum + (event.kind === 'caller-audio' ? event.pcm.length / 16 : 0), 0) };
}

describe("a caller's voice", () => {
  it('is found in the same chunk of a wide line as of a narrow one, or the next', () => {
    const narrow = talkspurt(8000);
    const wide = talkspurt(16_000);
    expect(wide.times).toHaveLength(3);
    // The filter's 2 ms may carry a sound into the chunk after.
    wide.times.forEach((time, i) => expect(Math.abs(time - narrow.times[i]!)).toBeLessThanOrEqual(32));
    expect(Math.abs(wide.audioMs - narrow.audioMs)).toBeLessThanOrEqual(32);
  });
});
