/** What can go wrong with a call, as seen from the browser. Decide by it; show `text` and `advice`. */
export type CallErrorCode =
  | 'UNSUPPORTED_BROWSER'
  | 'INSECURE_CONTEXT'
  | 'MICROPHONE_MISSING'
  | 'MICROPHONE_REFUSED'
  | 'MICROPHONE_BUSY'
  | 'MICROPHONE_FAILED'
  | 'MICROPHONE_SILENT'
  | 'SPEAKER_FAILED'
  | 'AUTOPLAY_BLOCKED'
  | 'NO_AUDIO'
  | 'SERVER_UNREACHABLE'
  | 'SERVER_FAULT'
  | 'NOT_READY'
  | 'TOO_MANY_CALLS'
  | 'TOO_MANY_OFFERS'
  | 'UNKNOWN_PERSONA'
  | 'ORIGIN_NOT_ALLOWED'
  | 'TOKEN_NEEDED'
  | 'TOKEN_REFUSED'
  | 'OFFER_REFUSED'
  | 'WEBRTC_OFF'
  | 'MEDIA_UNREACHABLE'
  | 'AUDIO_WORKLET_FAILED'
  | 'CALL_LOST'
  | 'CANCELLED';

export interface CallErrorDetails {
  readonly cause?: unknown;
  /** When to try again at the earliest, as the server asks. */
  readonly retryAfterMs?: number;
  /** HTTP status, where an answer came at all. */
  readonly status?: number;
}

/** A failure in words that a caller understands: what happened, and what to do about it. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: CallErrorCode;
  /** What happened; one sentence. */
  readonly text: string;
  /** What the caller can do; one or two sentences. */
  readonly advice: string;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  constructor(code: CallErrorCode, text: string, advice: string, details: CallErrorDetails = {}) {
    super(`${text} ${advice}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.text = text;
    this.advice = advice;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
  }
}
