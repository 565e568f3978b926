import { isIP } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { AppError } from '#domain/errors';
import { Backoff } from '#kit/backoff';
import type { ActionArguments, ActionResult } from '../../dialogue/actions/action.ts';
import type { HttpAction } from '../../dialogue/actions/declaration.ts';
import {
  httpRequest,
  httpResult,
  secretNamesOf,
  type HttpActionAnswer,
  type HttpActionRequest,
} from '../../dialogue/actions/http-exchange.ts';
import { createAddressGuard, guardedLookup, type AddressGuard } from './address-guard.ts';

export interface HttpCallerParts {
  /** Servers that actions may use: `api.example.com`, or `api.example.com:8443` where the port is not that of its scheme. */
  readonly allowHosts: readonly string[];
  /** Environment variables; only those that the action names are read. */
  readonly secretOf: (name: string) => string | undefined;
}

/** Performs one declared `http` action; connections are kept between calls. */
export class HttpCaller {
  readonly #action: HttpAction;
  readonly #parts: HttpCallerParts;
  readonly #guard: AddressGuard;
  readonly #agent: Agent;
  #connected = 0;
  #open = 0;

  constructor(action: HttpAction, parts: HttpCallerParts) {
    this.#action = action;
    this.#parts = parts;
    this.#guard = createAddressGuard(action.allowAddresses);
    this.#agent = new Agent({
      connections: CONNECTIONS,
      pipelining: 1,
      // The runner's time-out covers the whole; these only end what would outlive it.
      headersTimeout: action.timeoutMs,
      bodyTimeout: action.timeoutMs,
      maxResponseSize: action.maxAnswerBytes,
      maxHeaderSize: MAX_HEADER_BYTES,
      // `true` by word: an environment variable can turn the default off for the whole process.
      connect: { timeout: action.timeoutMs, lookup: guardedLookup(this.#guard), rejectUnauthorized: true },
    });
    this.#agent.on('connect', () => {
      this.#connected += 1;
      this.#open += 1;
    });
    this.#agent.on('disconnect', () => (this.#open -= 1));
  }

  /** What keeps it from ever working; for a start that fails with a clear text. */
  get faults(): readonly string[] {
    const missing = secretNamesOf(this.#action).filter((name) => (this.#parts.secretOf(name) ?? '') === '');
    const host = hostFault(new URL(this.#action.url.replaceAll(/\{[^}]*\}/g, 'x')), this.#parts.allowHosts);
    return [
      ...missing.map((name) => `the environment variable ${name} is not set, which its request needs`),
      ...(host === undefined ? [] : [host]),
    ];
  }

  /** Never throws. `sleep` waits between attempts and rejects when the signal is aborted. */
  async run(
    args: ActionArguments,
    idempotencyKey: string,
    sleep: (delayMs: number, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ActionResult> {
    const { retry, method } = this.#action;
    const backoff = new Backoff({ firstMs: retry.waitMs });
    let mayHaveHappened = false;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#attempt(args, idempotencyKey, signal);
      if (result.kind !== 'failed') return result;
      mayHaveHappened ||= result.mayHaveHappened;
      const last = { ...result, mayHaveHappened };
      const mayRepeat = method === 'GET' || retry.idempotencyHeader !== undefined;
      if (!mayRepeat || attempt >= retry.times || signal.aborted || !RETRYABLE.has(result.code)) return last;
      try {
        await sleep(backoff.next(), signal);
      } catch {
        return last;
      }
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #attempt(args: ActionArguments, idempotencyKey: string, signal: AbortSignal): Promise<ActionResult> {
    const connectedBefore = this.#connected;
    const wasOpen = this.#open > 0;
    try {
      const request = httpRequest(this.#action, args, idempotencyKey, this.#parts.secretOf);
      this.#check(request.url);
      return httpResult(this.#action, await this.#exchange(request, signal));
    } catch (error) {
      const { code, detail } = faultOf(error, signal);
      // Without a connection nothing can have left.
      const mayHaveLeft = wasOpen || this.#connected > connectedBefore;
      return { kind: 'failed', code, detail, mayHaveHappened: this.#action.method !== 'GET' && mayHaveLeft && !NEVER_LEFT.has(code) };
    }
  }

  #check(url: URL): void {
    const fault = hostFault(url, this.#parts.allowHosts);
    if (fault !== undefined) throw new AppError('HOST_NOT_ALLOWED', fault);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !this.#guard(literal))
      throw new AppError('ADDRESS_NOT_ALLOWED', `${literal} is not public: name it under allowAddresses if it is meant`);
  }

  async #exchange({ url, method, headers, body }: HttpActionRequest, signal: AbortSignal): Promise<HttpActionAnswer> {
    const response = await this.#agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    try {
      return await this.#read(response);
    } finally {
      // Without a listener the error of a body that is left unread would be uncaught.
      response.body.on('error', ignore);
      if (!response.body.readableEnded) response.body.destroy();
    }
  }

  async #read({ statusCode: status, headers, body }: Dispatcher.ResponseData): Promise<HttpActionAnswer> {
    if (status >= 300 && status <= 399) throw new AppError('REDIRECT', `HTTP ${status}: redirects are not followed`);
    const bytes = await readAll(body, this.#action.maxAnswerBytes);
    const isSuccess = status >= 200 && status <= 299;
    if (bytes.length === 0) return { status, json: undefined };
    const type = String(headers['content-type'] ?? '');
    if (!JSON_TYPE.test(type) || !isIdentity(headers['content-encoding'])) {
      if (isSuccess) throw new AppError('NOT_JSON', `content type ${type.slice(0, 60) || 'missing'}, JSON was expected`);
      return { status, json: undefined };
    }
    try {
      return { status, json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
    } catch {
      if (isSuccess) throw new AppError('NOT_JSON', 'the answer says that it is JSON and is not');
      return { status, json: undefined };
    }
  }
}

/** Why actions may not use this server. */
function hostFault(url: URL, allowHosts: readonly string[]): string | undefined {
  const host = url.host.toLowerCase();
  return allowHosts.some((allowed) => allowed.toLowerCase() === host)
    ? undefined
    : `${host} is not among the allowed hosts: put it under actions.allowHosts of the configuration`;
}

async function readAll(body: AsyncIterable<unknown>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > maxBytes) throw new AppError('TOO_LARGE', `the answer is longer than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** What went wrong, without the texts of libraries where they could hold parts of the request. */
function faultOf(error: unknown, signal: AbortSignal): { readonly code: string; readonly detail: string } {
  if (signal.aborted) return { code: 'timeout', detail: 'broken off before an answer came' };
  const known = appErrorIn(error);
  if (known !== undefined) return { code: known.code.toLowerCase().replaceAll('_', '-'), detail: known.message };
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return { code: 'too-large', detail: 'the answer is too long' };
  if (code.endsWith('_TIMEOUT')) return { code: 'timeout', detail: code };
  if (CERTIFICATE.test(code)) return { code: 'certificate', detail: code };
  if (UNREACHABLE.has(code)) return { code: 'unreachable', detail: code };
  if (code.startsWith('HPE_')) return { code: 'bad-answer', detail: 'the answer is not HTTP' };
  return { code: 'cut', detail: code === '' ? (error instanceof Error ? error.name : 'unknown') : code };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code ?? (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof code === 'string' ? code : '';
}

function appErrorIn(error: unknown): AppError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof AppError) return at;
  return undefined;
}

function isIdentity(encoding: string | string[] | undefined): boolean {
  return encoding === undefined || encoding === '' || encoding === 'identity';
}

function ignore(): void {}

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|EPROTO|ERR_SSL/;
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
]);
/** The request was not made, or the server said that it did not take it. */
const NEVER_LEFT: ReadonlySet<string> = new Set(['host-not-allowed', 'address-not-allowed', 'certificate', 'unreachable']);
/** The same request may find the server in a better mood; a repetition is recognised by its key. */
const RETRYABLE: ReadonlySet<string> = new Set(['unreachable', 'cut', 'http-429', 'http-502', 'http-503', 'http-504']);
const CONNECTIONS = 8;
const MAX_HEADER_BYTES = 16_384;
