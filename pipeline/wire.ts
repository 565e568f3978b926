import * as z from 'zod';

/**
 * The schemas of `gpu-services/protocol`: what the services send, read without trust. Unknown fields and unknown
 * `type`s are ignored. `null` is the same as absent, because Python writes it for what it does not know.
 */

const share = z.number().min(0).max(1);
const duration = z.number().min(0).max(86_400_000);
const pauseNumber = z.int().min(0);
const said = z.string().max(20_000);

const sttReady = z.object({
  type: z.literal('ready'),
  model: z.string().nullish(),
  turnModel: z.string().nullish(),
  protocol: z.number().nullish(),
});
const sttPartial = z.object({ type: z.literal('partial'), text: said, audioMs: duration.nullish() });
const sttFinal = z.object({
  type: z.literal('final'),
  text: said,
  pause: pauseNumber.nullish(),
  confidence: share.nullish(),
  noSpeechProb: share.nullish(),
  audioMs: duration.nullish(),
  decodeMs: duration.nullish(),
  queueMs: duration.nullish(),
  rejected: z.string().max(100).nullish(),
});
const sttTurn = z.object({ type: z.literal('turn'), pause: pauseNumber.nullish(), probability: share, silenceMs: duration.nullish() });
const sttTone = z.object({
  type: z.literal('tone'),
  pause: pauseNumber.nullish(),
  tone: z.object({ neutral: share, happy: share, sad: share, upset: share, unsure: share }),
});
const sttError = z.object({ type: z.literal('error'), code: z.string().max(100).nullish(), message: z.string().max(2000).nullish() });

const sttFrame = z.discriminatedUnion('type', [sttReady, sttPartial, sttFinal, sttTurn, sttTone, sttError]);
export type SttFrame = z.infer<typeof sttFrame>;
const sttTypes: ReadonlySet<string> = new Set(['ready', 'partial', 'final', 'turn', 'tone', 'error']);

/** `ignored`: valid, but of a later version. `bad`: not this protocol; `why` is for a log. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'bad'; readonly why: string };

/** One text frame of the stt service. */
export function readSttFrame(text: string): Reading<SttFrame> {
  const json = parseJson(text);
  if (!isRecord(json)) return { kind: 'bad', why: 'not a JSON object' };
  if (json['type'] === undefined) return { kind: 'ignored' };
  if (typeof json['type'] !== 'string') return { kind: 'bad', why: 'type is not text' };
  if (!sttTypes.has(json['type'])) return { kind: 'ignored' };
  return check(sttFrame, json);
}

/** The messages to the stt service, as they go on the wire. */
export const sttMessage = {
  pause: (pause: number): string => JSON.stringify({ silence: true, pause, keep: true }),
  judgeTurn: (pause: number, silenceMs: number): string => JSON.stringify({ endpoint: true, pause, silenceMs: Math.round(silenceMs) }),
  reset: (): string => JSON.stringify({ reset: true }),
  alive: (): string => JSON.stringify({ alive: true }),
  config: (config: Readonly<Record<string, unknown>>): string => JSON.stringify({ config }),
};

/** OpenAI sends text; Ollama and some gateways the object itself, or a list where it is empty. */
const callArguments = z
  .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .nullish()
  .transform((given) => (typeof given === 'object' && given !== null ? JSON.stringify(given) : given));
const calledFunction = z.object({ name: z.string().nullish(), arguments: callArguments });
const toolCallDelta = z.object({
  index: z
    .union([
      z.int().min(0),
      z
        .string()
        .regex(/^\d{1,6}$/)
        .transform(Number),
    ])
    .nullish()
    .catch(undefined),
  id: z.union([z.string(), z.number().transform(String)]).nullish(),
  function: calledFunction.nullish(),
});
const textPart = z.object({ text: z.string().nullish() });
/** Text, or parts of which those with text count. */
const deltaContent = z
  .union([
    z.string(),
    z
      .array(z.union([z.string(), textPart]).nullish())
      .transform((parts) => parts.map((part) => (typeof part === 'string' ? part : (part?.text ?? ''))).join('')),
    z.object({ text: z.string() }).transform(({ text }) => text),
  ])
  .nullish();
const chatDelta = z.object({
  content: deltaContent,
  tool_calls: z
    .union([
      z.array(toolCallDelta.nullable()).transform((calls) => calls.filter((call) => call !== null)),
      toolCallDelta.transform((call) => [call]),
    ])
    .nullish(),
  /** OpenAI's form before there were tools. */
  function_call: calledFunction.nullish(),
});

const chatChunk = z.object({
  choices: z
    .array(
      z.object({
        delta: chatDelta.nullish(),
        /** Of servers that make a stream of a whole reply. */
        message: chatDelta.nullish(),
        finish_reason: z.unknown().optional(),
      }),
    )
    .nullish(),
});

export type ChatEvent =
  | { readonly kind: 'delta'; readonly text: string; readonly calls?: readonly z.infer<typeof toolCallDelta>[]; readonly finish?: string }
  /** Of no importance: a sign of life, a count of tokens, a field of a later version. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly why: string }
  | { readonly kind: 'bad'; readonly why: string };

/** The data of one server-sent event of `/v1/chat/completions`; `name` is its event field. */
export function readChatEvent(data: string, name?: string): ChatEvent {
  const text = data.trim();
  if (text === '[DONE]') return { kind: 'done' };
  if (name !== undefined && !READ_EVENTS.has(name)) return { kind: 'ignored' };
  if (text === '' || text === 'null') return { kind: 'ignored' };
  const json = parseJson(data);
  if (!isRecord(json)) return { kind: 'bad', why: 'not a JSON object' };
  if (name === 'error' || isRecord(json['error']) || (typeof json['error'] === 'string' && json['error'] !== '')) {
    return { kind: 'error', why: serviceMessage(json) };
  }
  const read = check(chatChunk, json);
  if (read.kind !== 'read') return { kind: 'bad', why: read.kind === 'bad' ? read.why : 'unknown' };
  const choice = read.value.choices?.[0];
  if (choice === undefined) return { kind: 'ignored' };
  const { content, tool_calls, function_call } = choice.delta ?? choice.message ?? {};
  const calls = tool_calls ?? (function_call === undefined || function_call === null ? undefined : [{ function: function_call }]);
  const finish = finishOf(choice.finish_reason);
  return { kind: 'delta', text: content ?? '', ...(calls === undefined ? {} : { calls }), ...(finish === undefined ? {} : { finish }) };
}

/** Some servers write "no reason yet" as text. */
function finishOf(reason: unknown): string | undefined {
  return typeof reason === 'string' && !['', 'null', 'none'].includes(reason.toLowerCase()) ? reason : undefined;
}

/** Named events that hold pieces of the reply or a fault; others (`ping`, `usage`) are for somebody else. */
const READ_EVENTS: ReadonlySet<string> = new Set(['', 'message', 'error', 'data', 'chunk', 'completion', 'chat.completion.chunk', 'delta']);

const embeddingReply = z.object({
  data: z.array(z.object({ index: z.int().min(0).nullish(), embedding: z.array(z.number()).min(1).max(8192) })),
});

/** The vectors of a reply to `count` texts, in the order of the texts and of unit length. */
export function readEmbeddings(text: string, count: number): Reading<readonly Float32Array[]> {
  const read = check(embeddingReply, parseJson(text));
  if (read.kind !== 'read') return read;
  const rows = read.value.data;
  if (rows.length !== count) return { kind: 'bad', why: `${rows.length} vectors for ${count} texts` };
  const vectors = new Array<Float32Array | undefined>(count);
  for (const [position, row] of rows.entries()) {
    const index = row.index ?? position;
    if (index >= count || vectors[index] !== undefined) return { kind: 'bad', why: 'index out of range or twice' };
    const unit = toUnitLength(row.embedding);
    if (unit === undefined) return { kind: 'bad', why: 'a vector of zeros' };
    vectors[index] = unit;
  }
  const complete = vectors.filter((vector) => vector !== undefined);
  if (complete.some((vector) => vector.length !== complete[0]?.length)) return { kind: 'bad', why: 'vectors of different lengths' };
  return { kind: 'read', value: complete };
}

const voiceList = z.object({
  voices: z.array(z.object({ id: z.string().max(200) })).max(5000),
  engines: z.array(z.string().max(100)).max(100).default([]),
  languages: z.array(z.string().max(100)).max(1000).default([]),
});

/** What `GET /tts/voices` lists. */
export interface VoiceList {
  readonly voices: readonly string[];
  readonly engines: readonly string[];
  /** Empty: the service does not say. */
  readonly languages: readonly string[];
}

/** Undefined: not a list of voices as the protocol has it. */
export function readVoiceList(body: string): VoiceList | undefined {
  const read = check(voiceList, parseJson(body));
  return read.kind === 'read' ? { ...read.value, voices: read.value.voices.map(({ id }) => id) } : undefined;
}

export interface Health {
  readonly ready: boolean;
  readonly service?: string;
  readonly model?: string;
  readonly reason?: string;
}

/** What a reply of `GET /health` means; vLLM answers 200 with an empty body, llama.cpp with `{"status":"ok"}`. */
export function readHealth(status: number, body: string): Health {
  const json = parseJson(body);
  const text = (key: string): string | undefined => (isRecord(json) && typeof json[key] === 'string' ? json[key] : undefined);
  const said = text('status');
  const ready = status === 200 && (body.trim() === '' || said === 'ready' || said === 'ok');
  const service = text('service');
  const model = text('model');
  const reason = text('reason') ?? (ready ? undefined : `HTTP ${status}${said === undefined ? '' : `, status ${said}`}`);
  return {
    ready,
    ...(service === undefined ? {} : { service }),
    ...(model === undefined ? {} : { model }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The error text inside the body of a refused request, shortened; whatever it is. */
export function readErrorBody(body: string): string {
  const json = parseJson(body);
  return isRecord(json)
    ? serviceMessage(json)
    : shorten(
        body
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      );
}

function serviceMessage(json: Readonly<Record<string, unknown>>): string {
  const error = json['error'];
  if (typeof error === 'string') return shorten(error);
  const source = isRecord(error) ? error : json;
  const parts = [source['code'], source['message'], source['detail']].filter(
    (part) => typeof part === 'string' || typeof part === 'number',
  );
  return shorten(parts.join(': '));
}

function check<T>(schema: z.ZodType<T>, json: unknown): Reading<T> {
  const result = schema.safeParse(json);
  if (result.success) return { kind: 'read', value: result.data };
  const issue = result.error.issues[0];
  return { kind: 'bad', why: issue === undefined ? 'does not fit' : `${issue.path.join('.')}: ${issue.message}` };
}

function toUnitLength(values: readonly number[]): Float32Array | undefined {
  const length = Math.hypot(...values);
  if (!(length > 0) || !Number.isFinite(length)) return undefined;
  return Float32Array.from(values, (value) => value / length);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
