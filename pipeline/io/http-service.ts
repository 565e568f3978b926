import { errors, Pool, type Dispatcher } from 'undici';
import { AppError, errorText, isAbort } from '#domain/errors';
import type { Ms } from '#domain/units';
import { readErrorBody } from '../wire.ts';
import type { Watchdog } from './watchdog.ts';

export interface HttpServiceOptions {
  /** Begins the error codes: `LLM`, `TTS`, `EMBEDDING`. */
  readonly codePrefix: string;
  /** Where the service is, with an optional path before its own. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Kept open and used again; more requests than this wait for one another. */
  readonly connections: number;
  readonly connectTimeoutMs: Ms;
  /** Below the 5 s after which uvicorn closes an idle connection, so that we seldom write into a closed one. */
  readonly keepAliveMs: Ms;
}

/** One HTTP service: a pool of kept connections, and every fault as an `AppError` with the service's codes. */
export class HttpService {
  readonly #options: HttpServiceOptions;
  readonly #pool: Pool;
  readonly #basePath: string;

  constructor(options: HttpServiceOptions) {
    this.#options = options;
    const url = new URL(options.baseUrl);
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#pool = new Pool(url.origin, {
      connections: options.connections,
      pipelining: 1,
      keepAliveTimeout: options.keepAliveMs,
      // The watchdog has finer limits, and does not count the time in which we are the slow ones.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.connectTimeoutMs },
    });
  }

  /**
   * Posts JSON and gives the chunks of a 200 whose content type `accepts`. Leaving the loop early, or aborting the
   * watchdog's signal, closes the connection, which ends the service's work; unless `isComplete`: then the few bytes
   * that end the body are read aside, and the connection is kept.
   */
  async *post(
    path: string,
    body: string,
    accepts: RegExp,
    watchdog: Watchdog,
    isComplete: () => boolean,
  ): AsyncGenerator<Uint8Array, void, void> {
    let response: Dispatcher.ResponseData | undefined;
    try {
      response = await this.#pool.request({
        method: 'POST',
        path: this.#basePath + path,
        body,
        headers: { ...this.#options.headers, 'content-type': 'application/json' },
        signal: watchdog.signal,
      });
      await this.#checkHead(response, accepts);
      for await (const chunk of response.body) yield chunk as Uint8Array;
    } catch (error) {
      throw this.#translate(error, response !== undefined, watchdog);
    } finally {
      if (response !== undefined) leave(response.body, isComplete());
    }
  }

  /** Opens a connection ahead of need. Never throws. */
  async touch(path: string, signal: AbortSignal): Promise<{ readonly status: number; readonly body: string } | undefined> {
    try {
      const response = await this.#pool.request({ method: 'GET', path: this.#basePath + path, headers: this.#options.headers, signal });
      return { status: response.statusCode, body: await readShort(response.body) };
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #checkHead(response: Dispatcher.ResponseData, accepts: RegExp): Promise<void> {
    const status = response.statusCode;
    if (status !== 200) {
      const said = readErrorBody(await readShort(response.body));
      throw new AppError(`${this.#options.codePrefix}_HTTP`, `HTTP ${status}${said === '' ? '' : `: ${said}`}`, {
        retryable: RETRYABLE_STATUS.has(status),
        cause: { status },
      });
    }
    const contentType = String(response.headers['content-type'] ?? '');
    if (!accepts.test(contentType)) {
      throw new AppError(`${this.#options.codePrefix}_BAD_REPLY`, `content type ${contentType.slice(0, 80) || 'missing'}`);
    }
  }

  #translate(error: unknown, answered: boolean, watchdog: Watchdog): unknown {
    if (watchdog.expired !== undefined) return watchdog.expired;
    if (error instanceof AppError) return error;
    if (watchdog.signal.aborted || isAbort(error)) return watchdog.signal.reason ?? error;
    const { codePrefix, baseUrl } = this.#options;
    if (error instanceof errors.HTTPParserError) return new AppError(`${codePrefix}_BAD_REPLY`, 'the reply is not HTTP', { cause: error });
    if (answered) return new AppError(`${codePrefix}_CUT`, `the connection broke: ${errorText(error)}`, { cause: error, retryable: true });
    return new AppError(`${codePrefix}_UNREACHABLE`, `${new URL(baseUrl).origin} cannot be reached: ${errorText(error)}`, {
      cause: error,
      retryable: true,
    });
  }
}

/** What a server that wants a key is shown (RFC 6750 section 2.1). */
export function bearer(key: string | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** The beginning of a body, enough for an error text; the rest is thrown away with the connection. */
async function readShort(body: Dispatcher.ResponseData['body']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > SHORT_BODY_CHARS) break;
  }
  return text;
}

function leave(body: Dispatcher.ResponseData['body'], complete: boolean): void {
  // Without a listener the stream's abort error would be uncaught.
  body.on('error', ignore);
  if (!complete) body.destroy();
  else if (!body.readableEnded) body.dump({ limit: SHORT_BODY_CHARS, signal: AbortSignal.timeout(DRAIN_MS) }).catch(ignore);
}

function ignore(): void {}

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const SHORT_BODY_CHARS = 8192;
/** The end of a body follows its last frame at once; a guess with room. */
const DRAIN_MS = 500;
