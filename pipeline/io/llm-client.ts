import type { Clock } from '#domain/clock';
import { AppError } from '#domain/errors';
import type { Ms } from '#domain/units';
import { Breaker, type BreakerOptions } from '../flow/breaker.ts';
import { ChatStreamReader } from '../flow/chat-stream.ts';
import { LlmLimits, type LlmFeature } from '../flow/llm-limits.ts';
import { plainer } from '../flow/plainer-messages.ts';
import type { RetryOptions } from '../flow/retry.ts';
import { ThinkFilter } from '../flow/think-filter.ts';
import type { ChatMessage, LanguageModel, ReplyPart, ToolSpec } from '../ports.ts';
import { readHealth, type Health } from '../wire.ts';
import { withRetryAndBreaker, type Care } from './with-retry-and-breaker.ts';
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
  /** Asks one short question, to find out before the first call what the server refuses and how its model thinks. Never throws. */
  learn(tools: readonly ToolSpec[], signal: AbortSignal): Promise<void>;
  /** What the server has refused, and is not sent any more. */
  readonly refused: readonly LlmFeature[];
  close(): Promise<void>;
}

/** An OpenAI-compatible language model: `POST /v1/chat/completions` with `stream: true`. */
export function createLlmClient(options: LlmClientOptions): LlmClient {
  const { root, api } = splitBaseUrl(options.baseUrl);
  const headers: Record<string, string> = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
  const service = new HttpService({ ...options, codePrefix: 'LLM', baseUrl: root, headers });
  const care: Care = { ...options, service: 'llm', breaker: new Breaker(options.breaker) };
  const path = `${api}/chat/completions`;
  const habits: Habits = { limits: new LlmLimits(), expectsClose: false };
  const ask = (
    messages: readonly ChatMessage[],
    maxTokens: number,
    tools: readonly ToolSpec[],
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart, void, void> =>
    adapting(habits, options, { messages, maxTokens, tools }, (body) => stream(service, path, options, habits, body, signal));
  return {
    capable: options.capable,
    modelName: options.model,
    reply: (messages, signal) => textOf(withRetryAndBreaker(care, () => ask(messages, options.maxNewTokens, [], signal), signal)),
    replyWithTools: (messages, tools, signal) =>
      withRetryAndBreaker(care, () => ask(messages, Math.max(options.maxNewTokens, TOOL_TOKENS), tools, signal), signal),
    warm: async (messages, signal) => {
      try {
        for await (const _ of ask(messages, 1, [], signal)) break;
      } catch (error) {
        options.log.debug({ service: 'llm', code: error instanceof AppError ? error.code : 'aborted' }, 'prompt was not prefilled');
      }
    },
    learn: async (tools, signal) => {
      try {
        for await (const _ of ask(PROBE, PROBE_TOKENS, tools, signal)) continue;
      } catch (error) {
        options.log.debug(
          { service: 'llm', code: error instanceof AppError ? error.code : 'aborted' },
          'the features of the language model server are not known yet',
        );
      }
    },
    get refused() {
      return habits.limits.refused;
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

/** What was learnt of a server and its model. */
interface Habits {
  readonly limits: LlmLimits;
  /** The model's replies begin in the middle of its thoughts. */
  expectsClose: boolean;
}

interface Question {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly tools: readonly ToolSpec[];
}

/** Asks, and once more without it where the server refuses a part of the question: better an answer without tools than an apology. */
async function* adapting(
  habits: Habits,
  options: LlmClientOptions,
  question: Question,
  ask: (body: string) => AsyncGenerator<ReplyPart, void, void>,
): AsyncGenerator<ReplyPart, void, void> {
  const { limits } = habits;
  const attempt = limits.attempt();
  for (;;) {
    const { body, features } = requestBody(options, question, limits);
    try {
      return yield* ask(body);
    } catch (error) {
      // An error before the first part only: HTTP refusals come instead of a body.
      const feature =
        error instanceof AppError && error.code === 'LLM_HTTP' ? attempt.refusedBy(statusOf(error), error.message, features) : undefined;
      if (feature === undefined) throw error;
      options.log.warn({ service: 'llm', feature }, 'the language model server refuses a part of the request; it is left out from now on');
    }
  }
}

function statusOf({ cause }: AppError): number {
  return typeof cause === 'object' && cause !== null && 'status' in cause ? Number(cause.status) : 0;
}

async function* stream(
  service: HttpService,
  path: string,
  options: LlmClientOptions,
  habits: Habits,
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
  const filter = new ThinkFilter(habits.expectsClose);
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
  const rest = (filter.push(reader.finish()) + filter.flush()).slice(0, charsLeft);
  if (filter.sawStrayClose && !habits.expectsClose) {
    habits.expectsClose = true;
    options.log.warn(
      { service: 'llm' },
      'the language model sends its reasoning without an opening mark; from now on only what follows the closing mark is said',
    );
  }
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

/** Keys in a fixed order and the prompt first: an identical prefix is what prompt caches hit on. Without what `limits` says is refused. */
function requestBody(
  options: LlmClientOptions,
  { messages, maxTokens, tools }: Question,
  limits: LlmLimits,
): { readonly body: string; readonly features: ReadonlySet<LlmFeature> } {
  const optional: Partial<Record<LlmFeature, object>> = {
    ...(tools.length === 0 ? {} : { tools: { tools: tools.map((tool) => ({ type: 'function', function: tool })) } }),
    temperature: { temperature: options.temperature },
    max_tokens: { max_tokens: maxTokens },
    ...(options.dialect === 'llama.cpp' ? { cache_prompt: { cache_prompt: true } } : {}),
    ...(options.disableThinking ? { chat_template_kwargs: { chat_template_kwargs: { enable_thinking: false } } } : {}),
  };
  const sent = Object.entries(optional).filter(([feature]) => !limits.has(feature as LlmFeature));
  const body = {
    model: options.model,
    messages: plainer(messages, limits).map(wireMessage),
    ...optionalKeys(sent, 'tools'),
    stream: true,
    ...optionalKeys(sent, 'temperature'),
    ...(limits.has('max_tokens') ? { max_completion_tokens: maxTokens } : optionalKeys(sent, 'max_tokens')),
    ...optionalKeys(sent, 'cache_prompt'),
    ...optionalKeys(sent, 'chat_template_kwargs'),
  };
  return { body: JSON.stringify(body), features: new Set([...sent.map(([feature]) => feature as LlmFeature), 'system', 'roles']) };
}

function optionalKeys(sent: readonly (readonly [string, object])[], feature: LlmFeature): object {
  return sent.find(([name]) => name === feature)?.[1] ?? {};
}

function wireMessage({ role, content, toolCalls, toolCallId }: ChatMessage): object {
  return {
    role,
    content,
    ...(toolCalls === undefined
      ? {}
      : {
          tool_calls: toolCalls.map(({ id, name, argumentsText }) => ({
            id,
            type: 'function',
            function: { name, arguments: argumentsText },
          })),
        }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

const PROBE: readonly ChatMessage[] = [
  { role: 'system', content: 'Answer in one word.' },
  { role: 'user', content: 'Are you there?' },
];
/** Enough for a short thought to end; nobody waits for it. */
const PROBE_TOKENS = 256;
/** Arguments are longer than spoken sentences, and useless when cut. */
const TOOL_TOKENS = 400;
