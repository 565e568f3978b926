/** Bad input or a failed dependency. Decide by `code`, never by the message. */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  /** Stable, upper case with underscores, such as `STT_UNREACHABLE`. */
  readonly code: string;
  /** Whether the same request may succeed if it is made again. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** Whether `error` says that somebody aborted on purpose: an outcome, not a fault. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || (error as { code?: unknown }).code === 'ABORT_ERR');
}

/** The text of anything thrown, for a log field. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
