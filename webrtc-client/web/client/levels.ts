import { levelDbov, SILENCE_DBOV } from './level.ts';

/** About 21 ms at 48 kHz: short enough for a meter that follows syllables. */
const WINDOW_SAMPLES = 1024;

interface Meter {
  readonly source: MediaStreamAudioSourceNode;
  readonly analyser: AnalyserNode;
}

/** Meters for both sides of a call. */
export class LevelMeters {
  readonly #context: AudioContext;
  readonly #window = new Float32Array(WINDOW_SAMPLES);
  #caller: Meter | undefined;
  #bot: Meter | undefined;

  /** `context` belongs to whoever made it. */
  constructor(context: AudioContext) {
    this.#context = context;
  }

  watchCaller(track: MediaStreamTrack): void {
    remove(this.#caller);
    this.#caller = this.#meter(new MediaStream([track]));
  }

  watchBot(stream: MediaStream): void {
    remove(this.#bot);
    this.#bot = this.#meter(stream);
  }

  read(): { readonly callerDbov: number; readonly botDbov: number } {
    return { callerDbov: this.#level(this.#caller), botDbov: this.#level(this.#bot) };
  }

  /** Whether the figures mean anything: before a click browsers keep an AudioContext asleep. */
  get isAwake(): boolean {
    return this.#context.state === 'running';
  }

  close(): void {
    remove(this.#caller);
    remove(this.#bot);
    this.#caller = undefined;
    this.#bot = undefined;
  }

  #meter(stream: MediaStream): Meter | undefined {
    try {
      const source = this.#context.createMediaStreamSource(stream);
      const analyser = new AnalyserNode(this.#context, { fftSize: WINDOW_SAMPLES });
      source.connect(analyser);
      return { source, analyser };
    } catch {
      // A stream without audio, or one at a rate that the browser will not mix: a call without a meter is still a call.
      return undefined;
    }
  }

  #level(meter: Meter | undefined): number {
    if (meter === undefined) return SILENCE_DBOV;
    meter.analyser.getFloatTimeDomainData(this.#window);
    return levelDbov(this.#window);
  }
}

function remove(meter: Meter | undefined): void {
  meter?.source.disconnect();
}
