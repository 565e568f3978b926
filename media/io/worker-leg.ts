import type { LegId } from '#domain/call';
import { errorText } from '#domain/errors';
import type { Ms } from '#domain/units';
import type { KeyedPath } from '../legs/keyed-path.ts';
import type { PcmLeg } from '../legs/pcm-leg.ts';
import type { RtpLeg } from '../legs/rtp-leg.ts';
import type { PeerTransport } from '../peer-transport.ts';
import type { ScoreRequester, SpeechScorer } from '../vad/voice-detector.ts';
import type { RtpSocketPair } from './rtp-socket.ts';

/** A core with what carries its audio. */
export type LegBody =
  | { readonly kind: 'rtp'; readonly core: RtpLeg; readonly path: KeyedPath; readonly sockets: RtpSocketPair }
  | { readonly kind: 'peer'; readonly core: RtpLeg; readonly transport: PeerTransport }
  | { readonly kind: 'pcm'; readonly core: PcmLeg };

type BodyKind = LegBody['kind'];

/** A leg of a media thread, on its wheel. A defect in it ends it and nothing else. */
export class WorkerLeg implements SpeechScorer, ScoreRequester {
  readonly legId: LegId;
  /** Absent before the leg is open and once it is gone. */
  body: LegBody | undefined;
  readonly #failed: (leg: WorkerLeg, error: unknown) => void;
  readonly #model: SpeechScorer | undefined;
  #requester: ScoreRequester | undefined;

  constructor(legId: LegId, failed: (leg: WorkerLeg, error: unknown) => void, model: SpeechScorer | undefined) {
    this.legId = legId;
    this.#failed = failed;
    this.#model = model;
  }

  get dueMs(): Ms {
    return this.body?.core.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Does nothing where the leg is not there, or is of another kind. */
  guarded<Kind extends BodyKind>(kind: Kind | undefined, work: (body: Extract<LegBody, { kind: Kind }>) => void): void {
    const { body } = this;
    if (body === undefined || (kind !== undefined && body.kind !== kind)) return;
    try {
      work(body as Extract<LegBody, { kind: Kind }>);
    } catch (error) {
      this.#failed(this, error);
    }
  }

  /** The model for this leg's only detector; absent where speech is told by energy. */
  get scorer(): SpeechScorer | undefined {
    return this.#model === undefined ? undefined : this;
  }

  score(requester: ScoreRequester, samples: Float32Array): void {
    this.#requester = requester;
    this.#model?.score(this, samples);
  }

  get modelState(): Float32Array {
    return this.#requester!.modelState;
  }

  scored(nowMs: Ms, probability: number): void {
    this.guarded(undefined, () => this.#requester!.scored(nowMs, probability));
  }
}

/** The text and the code of what stopped a leg from being opened. */
export function openFault(error: unknown): { readonly code: string; readonly message: string } {
  const { code } = error as { code?: unknown };
  return { code: typeof code === 'string' ? code : 'INTERNAL', message: errorText(error) };
}
