import type { SpurtSound } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import { CallerVoice } from '../caller-voice.ts';
import { mediaOptions } from '../options.ts';

export interface MeasuredSpurt {
  readonly voicedMs: Ms;
  readonly sound: SpurtSound | undefined;
}

/** The talkspurts of a whole recording at 8 kHz, as a leg would tell of them; sound counts as speech, so it should be a clean one. */
export function measureSpeech(pcm: Int16Array): readonly MeasuredSpurt[] {
  const found: MeasuredSpurt[] = [];
  const voice = new CallerVoice(mediaOptions.parse({ vad: { mode: 'energy' } }), undefined, SILENT_BOT, (event) => {
    if (event.kind === 'voice-stopped') found.push({ voicedMs: event.voicedMs, sound: event.sound });
  });
  const padded = new Int16Array(LEAD_SAMPLES + pcm.length + TAIL_SAMPLES);
  padded.set(pcm, LEAD_SAMPLES);
  for (let from = 0; from + FRAME_SAMPLES <= padded.length; from += FRAME_SAMPLES) {
    voice.frame(ms(from / 8), padded.subarray(from, from + FRAME_SAMPLES), FRAME_SAMPLES, 'voice');
  }
  return found;
}

const SILENT_BOT = { isSpeaking: () => false, takePlayedDbov: () => -96, bargeIn: () => undefined };
/** 20 ms. */
const FRAME_SAMPLES = 160;
/** The gate learns the quiet of the line first; and a talkspurt ends by silence. */
const LEAD_SAMPLES = 4_000;
const TAIL_SAMPLES = 12_000;
