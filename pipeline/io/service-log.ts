import type { Log } from '#kit/log';

/** The part of a pino logger that the service clients use. Messages are constant; nothing that was said is logged. */
export type ServiceLog = Pick<Log, 'debug' | 'warn'>;

export type ServiceName = 'stt' | 'llm' | 'tts' | 'embedding';

/** What the clients report besides their results, for counters. */
export type ServiceNote =
  | { readonly kind: 'dropped'; readonly queue: string; readonly count: number }
  | { readonly kind: 'garbage'; readonly service: ServiceName }
  | { readonly kind: 'retry'; readonly service: ServiceName; readonly code: string }
  | { readonly kind: 'failed'; readonly service: ServiceName; readonly code: string }
  | { readonly kind: 'breaker'; readonly service: ServiceName; readonly state: 'closed' | 'open' | 'half-open' };

export type OnServiceNote = (note: ServiceNote) => void;
