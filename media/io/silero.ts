import type { InferenceSession as Session, Tensor as TensorType } from 'onnxruntime-node';
import type { Clock } from '#domain/clock';
import { CHUNK_SAMPLES, CONTEXT_SAMPLES, MODEL_STATE, type ScoreRequester, type SpeechScorer } from '../vad/voice-detector.ts';

/**
 * The Silero VAD model (version 5, ONNX) at 8 kHz for all legs of a thread. Chunks that wait are run together: one call of
 * the model costs nearly the same for one line as for several.
 */
export class SileroScorer implements SpeechScorer {
  readonly #session: Session;
  readonly #tensor: typeof TensorType;
  readonly #clock: Clock;
  readonly #rate: TensorType;
  #waiting: Request[] = [];
  #running = false;
  #stopped = false;
  /** Runs that failed; the chunks count as speech, so that a caller is rather heard than not. */
  faults = 0;

  private constructor(session: Session, tensor: typeof TensorType, clock: Clock) {
    this.#session = session;
    this.#tensor = tensor;
    this.#clock = clock;
    this.#rate = new tensor('int64', BigInt64Array.of(8000n), []);
  }

  /** Throws when the file cannot be read or is another model. */
  static async load(path: string, clock: Clock): Promise<SileroScorer> {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    });
    for (const name of ['input', 'state', 'sr']) {
      if (!session.inputNames.includes(name)) throw new Error(`${path} has no input "${name}": not a Silero VAD model of version 5`);
    }
    const scorer = new SileroScorer(session, Tensor, clock);
    await scorer.#warm();
    return scorer;
  }

  score(requester: ScoreRequester, samples: Float32Array): void {
    if (this.#stopped) return;
    this.#waiting.push({ requester, samples: samples.slice() });
    if (this.#running) return;
    this.#running = true;
    // After all packets that have come by now: their chunks can share a run.
    setImmediate(() => void this.#runAll());
  }

  /**
   * Forgets what waits. A thread must end by itself soon after: ending it by force while the model runs takes the whole
   * process with it (an N-API call that fails there throws past the runtime).
   */
  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#runBatch(this.#takeBatch());
    this.#running = false;
  }

  /** At most one chunk of each line: the next needs the state that this one leaves. */
  #takeBatch(): Request[] {
    const batch: Request[] = [];
    const rest: Request[] = [];
    for (const request of this.#waiting) {
      const fits = batch.length < MAX_TOGETHER && !batch.some((other) => other.requester === request.requester);
      (fits ? batch : rest).push(request);
    }
    this.#waiting = rest;
    return batch;
  }

  async #runBatch(batch: Request[]): Promise<void> {
    const count = batch.length;
    const input = new Float32Array(count * INPUT);
    const state = new Float32Array(count * MODEL_STATE);
    batch.forEach(({ requester, samples }, index) => {
      input.set(samples, index * INPUT);
      moveState(requester.modelState, state, index, count, 'in');
    });
    let probabilities: Float32Array | undefined;
    try {
      const result = await this.#session.run({
        input: new this.#tensor('float32', input, [count, INPUT]),
        state: new this.#tensor('float32', state, [2, count, LAYER]),
        sr: this.#rate,
      });
      probabilities = result['output']!.data as Float32Array;
      const next = result['stateN']!.data as Float32Array;
      batch.forEach(({ requester }, index) => moveState(requester.modelState, next, index, count, 'out'));
    } catch {
      this.faults += 1;
    }
    const nowMs = this.#clock.nowMs();
    batch.forEach(({ requester }, index) => requester.scored(nowMs, probabilities?.[index] ?? 1));
  }

  /** The first run of a session is many times slower than the others. */
  async #warm(): Promise<void> {
    const nobody: ScoreRequester = { modelState: new Float32Array(MODEL_STATE), scored: () => undefined };
    for (let i = 0; i < 3; i += 1) await this.#runBatch([{ requester: nobody, samples: new Float32Array(INPUT) }]);
    if (this.faults > 0) throw new Error('the VAD model does not run on 8 kHz audio');
  }
}

interface Request {
  readonly requester: ScoreRequester;
  readonly samples: Float32Array;
}

/** Between the state of one line, two layers one after the other, and that of a batch, layer by layer. */
function moveState(line: Float32Array, batch: Float32Array, index: number, count: number, direction: 'in' | 'out'): void {
  for (let layer = 0; layer < 2; layer += 1) {
    const inBatch = (layer * count + index) * LAYER;
    const inLine = layer * LAYER;
    for (let i = 0; i < LAYER; i += 1) {
      if (direction === 'in') batch[inBatch + i] = line[inLine + i]!;
      else line[inLine + i] = batch[inBatch + i]!;
    }
  }
}

const INPUT = CONTEXT_SAMPLES + CHUNK_SAMPLES;
const LAYER = MODEL_STATE / 2;
/** A run of 16 lines takes about a millisecond: longer would delay packets. */
const MAX_TOGETHER = 16;
