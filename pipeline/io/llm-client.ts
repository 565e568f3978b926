import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import type { Ms } from '#domain/units';
import { Breaker, type BreakerOptions } from '../flow/breaker.ts';
import { ChatStreamReader } from '../flow/chat-stream.ts';
import type { RetryOptions } from '../flow/retry.ts';
import { ThinkFilter } from '../flow/think-filter.ts';
import type { ChatMessage, LanguageModel, ReplyPart, ToolSpec } from '../ports.ts';
import { readHealth, type Health } from '../wire.ts';
import { carefully, type Care } from './careful-stream.ts';
import { HttpService } from './http-service.ts';
import type { OnServiceNote, ServiceLog } from './service-log.ts';
import { Watchdog } from './watchdog.ts';

export interface LlmClientOptions {
  /** With or without `/v1` at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly temperature: number;
  readonly maxNewTokens: number;
  /** Whether it can be trusted with facts. */
  readonly capable: boolean;
  /** Which fields beyond OpenAI's the server knows: `llama.cpp` keeps the prompt's cache on request, the others need nothing. */
  readonly dialect: 'llama.cpp' | 'vllm' | 'openai';
  /** Asks models that think aloud first (Qwen3) not to; sent as `chat_template_kwargs`. */
  readonly disableThinking: boolean;
  readonly connectTimeoutMs: Ms;
  readonly firstTokenTimeoutMs: Ms;
  readonly idleTimeoutMs: Ms;
  readonly totalTimeoutMs: Ms;
  /** A reply is ended here, whatever the server makes of the token limit. */
  readonly maxReplyChars: number;
  readonly connections: number;
  readonly keepAliveMs: Ms;
  readonly retry: RetryOptions;
  readonly breaker: BreakerOptions;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly onNote?: OnServiceNote;
}

export interface LlmClient extends LanguageModel {
  /** Opens a connection and asks how the service is. Never throws. */
  health(signal: AbortSignal): Promise<Health>;
  close(): Promise<void>;
}

/** An OpenAI-compatible language model: `POST /v1/chat/completions` with `stream: true`. */
export function createLlmClient(options: LlmClientOptions): LlmClient {
  const { root, api } = splitBaseUrl(options.baseUrl);
  const headers: Record<string, string> = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
  const service = new HttpService({ ...options, codePrefix: 'LLM', baseUrl: root, headers });
  const care: Care = { ...options, service: 'llm', breaker: new Breaker(options.breaker) };
  const path = `${api}/chat/completions`;
  return {
    capable: options.capable,
    modelName: options.model,
    reply: (messages, signal) => textOf(carefully(care, () => stream(service, path, options, requestBody(options, messages, options.maxNewTokens), signal), signal)),
    replyWithTools: (messages, tools, signal) =>
      carefully(care, () => stream(service, path, options, requestBody(options, messages, Math.max(options.maxNewTokens, TOOL_TOKENS), tools), signal), signal),
    warm: async (messages, signal) => {
      try {
        for await (const _ of stream(service, path, options, requestBody(options, messages, 1), signal)) break;
      } catch (error) {
        options.log.debug({ service: 'llm', code: error instanceof AppError ? error.code : 'aborted' }, 'prompt was not prefilled');
      }
    },
    health: async (signal) => {
      const reply = await service.touch('/health', signal);
      return reply === undefined ? { ready: false, reason: `${root} does not answer` } : readHealth(reply.status, reply.body);
    },
    close: () => service.close(),
  };
}

/** `http://host:8000/v1` and `http://host:8000` mean the same server. */
export function splitBaseUrl(baseUrl: string): { readonly root: string; readonly api: string } {
  const trimmed = baseUrl.replace(/\/+$/, '');
  return { root: trimmed.replace(/\/v1$/, ''), api: '/v1' };
}

async function* stream(
  service: HttpService,
  path: string,
  options: LlmClientOptions,
  body: string,
  signal: AbortSignal,
): AsyncGenerator<ReplyPart, void, void> {
  using watchdog = new Watchdog(
    { firstMs: options.firstTokenTimeoutMs, idleMs: options.idleTimeoutMs, totalMs: options.totalTimeoutMs },
    options.clock,
    'LLM_TIMEOUT',
    signal,
  );
  const reader = new ChatStreamReader();
  const filter = new ThinkFilter();
  let charsLeft = options.maxReplyChars;
  for await (const bytes of service.post(path, body, /^text\/event-stream/i, watchdog, () => reader.state === 'complete')) {
    const text = filter.push(reader.push(bytes)).slice(0, charsLeft);
    charsLeft -= text.length;
    if (text !== '') {
      watchdog.hold();
      yield { kind: 'text', delta: text };
      watchdog.resume();
    }
    if (charsLeft <= 0) return;
    if (reader.state !== 'reading') break;
  }
  const rest = filter.flush().slice(0, charsLeft);
  if (rest !== '') yield { kind: 'text', delta: rest };
  const end = reader.end();
  if (end === 'bad') throw new AppError('LLM_BAD_REPLY', `the stream is not a chat completion: ${reader.why}`);
  if (end === 'error') throw new AppError('LLM_BAD_REPLY', `the server reports a fault: ${reader.why}`, { retryable: true });
  if (end === 'cut') throw new AppError('LLM_CUT', 'the stream ended in the middle', { retryable: true });
  const { calls } = reader;
  if (calls.length > 0) yield { kind: 'calls', calls };
}

async function* textOf(parts: AsyncIterable<ReplyPart>): AsyncGenerator<string, void, void> {
  for await (const part of parts) if (part.kind === 'text') yield part.delta;
}

/** Keys in a fixed order and the prompt first: an identical prefix is what prompt caches hit on. */
function requestBody(options: LlmClientOptions, messages: readonly ChatMessage[], maxTokens: number, tools: readonly ToolSpec[] = []): string {
  return JSON.stringify({
    model: options.model,
    messages: messages.map(wireMessage),
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    stream: true,
    temperature: options.temperature,
    max_tokens: maxTokens,
    ...(options.dialect === 'llama.cpp' ? { cache_prompt: true } : {}),
    ...(options.disableThinking ? { chat_template_kwargs: { enable_thinking: false } } : {}),
  });
}

function wireMessage({ role, content, toolCalls, toolCallId }: ChatMessage): object {
  return {
    role,
    content,
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(({ id, name, argumentsText }) => ({ id, type: 'function', function: { name, arguments: argumentsText } })) }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

/** Arguments are longer than spoken sentences, and useless when cut. */
const TOOL_TOKENS = 400;
