/** The channel on which the bench and the probed worker talk. */
export const MEASURE_CHANNEL = 'parley-bench-media';

/** The sender's clock reading stands at the end of its 172-byte packets; the clock is the same in all processes of a machine. */
export const STAMP_AT_BYTE = 164;

export interface MeasureRequest {
  readonly kind: 'begin' | 'end';
}

export interface WorkerFigures {
  readonly kind: 'figures';
  readonly sendJitterMs: Float64Array;
  readonly rtpToPcmMs: Float64Array;
  readonly cpuUs: number;
  /** The part of it that the kernel took: each packet is a system call. */
  readonly systemCpuUs: number;
}

export type ToSender =
  /** One call for each port of the instance. `payload`: a caller's loop, 20 ms frames of mu-law one after the other. */
  | { readonly kind: 'start'; readonly ports: readonly number[]; readonly payload: readonly number[] }
  | { readonly kind: 'stop' }
  | { readonly kind: 'quit' };

export type FromSender =
  | { readonly kind: 'ready'; readonly ports: readonly number[] }
  | {
      readonly kind: 'stopped';
      readonly sent: number;
      readonly received: number;
      readonly lost: number;
      /** How late each packet was sent, against its due time. */
      readonly lateMs: readonly number[];
      /** Share of one core that the callers took. */
      readonly core: number;
    };
