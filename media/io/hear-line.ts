import type { Clock } from '#domain/clock';
import { ms } from '#domain/units';
import { CallerVoice } from '../caller-voice.ts';
import { mediaOptions } from '../options.ts';
import type { SpeechScorer } from '../vad/voice-detector.ts';
import { SileroScorer } from './silero.ts';

/** A whole line at 8 kHz → what recognition would be sent of it, 16 kHz: every talkspurt with its pre-roll and the silence that ended it. */
type LineListener = (pcm: Int16Array) => Promise<Int16Array>;

/** With the detection, the pre-roll and the resampling of a call, as fast as the machine can. Throws when the model cannot be read. */
export async function createLineListener(sileroPath: string, clock: Clock): Promise<LineListener> {
  const silero = await SileroScorer.load(sileroPath, clock);
  return async (pcm) => {
    const sent: Int16Array[] = [];
    let asked = 0;
    const scorer: SpeechScorer = {
      score: (requester, samples) => {
        asked += 1;
        silero.score(
          {
            modelState: requester.modelState,
            scored: (nowMs, probability) => {
              asked -= 1;
              requester.scored(nowMs, probability);
            },
          },
          samples,
        );
      },
    };
    const voice = new CallerVoice(mediaOptions.parse({}), scorer, SILENT_BOT, (event) => {
      if (event.kind === 'caller-audio') sent.push(event.pcm);
    });
    voice.grant(ms(0), pcm.length * 2);
    for (let from = 0; from + FRAME_SAMPLES <= pcm.length; from += FRAME_SAMPLES) {
      voice.frame(ms(from / 8), pcm.subarray(from, from + FRAME_SAMPLES), FRAME_SAMPLES, 'voice');
      // On a call a verdict is there before the next packet.
      while (asked > 0) await new Promise(setImmediate);
    }
    return joined(sent);
  };
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const SILENT_BOT = { isSpeaking: () => false, takePlayedDbov: () => -96, bargeIn: () => undefined };
/** 20 ms. */
const FRAME_SAMPLES = 160;
