import { Framer } from './framer.ts';
import {
  CAPTURE_PROCESSOR,
  PLAYBACK_PROCESSOR,
  type CaptureOptions,
  type PlaybackCommand,
  type PlaybackOptions,
  type PlaybackReport,
} from './messages.ts';
import { Playout } from './playout.ts';
import { Resampler } from './resampler.ts';

// The AudioWorklet's own global scope, which TypeScript's DOM library leaves out.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new (options: { processorOptions: never }) => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const REPORTS_PER_S = 2;

/** Microphone to frames of PCM16. */
class Capture extends AudioWorkletProcessor {
  readonly #resampler: Resampler;
  readonly #framer: Framer;
  #resampled = new Float32Array(0);

  constructor({ processorOptions }: { processorOptions: CaptureOptions }) {
    super();
    this.#resampler = new Resampler(sampleRate, processorOptions.rateHz);
    this.#framer = new Framer(processorOptions.frameSamples);
  }

  process([input]: readonly Float32Array[][]): boolean {
    const channel = input?.[0];
    if (channel === undefined) return true;
    const most = this.#resampler.outputBound(channel.length);
    if (this.#resampled.length < most) this.#resampled = new Float32Array(most);
    const count = this.#resampler.process(channel, this.#resampled);
    this.#framer.push(this.#resampled.subarray(0, count), (frame) => this.port.postMessage(frame, [frame.buffer]));
    return true;
  }
}

/** PCM16 to the speaker. */
class Playback extends AudioWorkletProcessor {
  readonly #playout: Playout;
  #untilReport = 0;

  constructor({ processorOptions }: { processorOptions: PlaybackOptions }) {
    super();
    this.#playout = new Playout(processorOptions.rateHz, sampleRate);
    this.port.onmessage = ({ data }: MessageEvent<PlaybackCommand>) => {
      if (data.kind === 'audio') this.#playout.push(data.pcm);
      else if (data.kind === 'end') this.#playout.end();
      else this.#playout.cancel();
    };
  }

  process(_inputs: unknown, [output]: readonly Float32Array[][]): boolean {
    const [first, ...others] = output ?? [];
    if (first === undefined) return true;
    this.#playout.render(first);
    for (const channel of others) channel.set(first);
    this.#untilReport -= first.length;
    if (this.#untilReport <= 0) {
      this.#untilReport = sampleRate / REPORTS_PER_S;
      const { bufferedMs, gaps, refused } = this.#playout;
      const report: PlaybackReport = { bufferedMs, gaps, refused };
      this.port.postMessage(report);
    }
    return true;
  }
}

registerProcessor(CAPTURE_PROCESSOR, Capture as never);
registerProcessor(PLAYBACK_PROCESSOR, Playback as never);
