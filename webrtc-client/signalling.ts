import * as z from 'zod/mini';

/**
 * What goes over the data channel `events` (and, as text frames, over the page's WebSocket): shared by server and browser and checked
 * on both sides. Every message is one JSON object with a `kind`. Times are milliseconds.
 */
const finite = z.number().check(z.refine((value) => Number.isFinite(value)));
const text = z.string().check(z.maxLength(8_000));
const turnId = z.int().check(z.minimum(0));

/** In words: what the bot is doing. */
export const botState = z.enum(['connecting', 'listening', 'hearing', 'thinking', 'speaking', 'ended']);
export type BotState = z.infer<typeof botState>;

/** When each stage of a turn was done, ms after the caller's last sound; see `TurnStages` of the domain. */
const stages = z.object({
  vadStopMs: z.optional(finite),
  transcriptMs: z.optional(finite),
  turnProbabilityMs: z.optional(finite),
  turnEndMs: z.optional(finite),
  answerMs: z.optional(finite),
  firstPcmMs: z.optional(finite),
  firstPacketMs: z.optional(finite),
});

export const serverMessage = z.discriminatedUnion('kind', [
  /** Always the first. `atMs` of all others counts from the answer to the offer. */
  z.object({ kind: z.literal('hello'), protocol: z.literal(1), callId: z.string(), persona: z.string(), title: z.string() }),
  z.object({ kind: z.literal('state'), atMs: finite, state: botState }),
  /** The caller's words so far; each replaces the one before. */
  z.object({ kind: z.literal('caller-partial'), atMs: finite, text }),
  z.object({ kind: z.literal('caller-final'), atMs: finite, text, confidence: finite }),
  /** A guess at how the caller sounded in the turn that `turnId` answers; a raised voice is measured against the caller's own. */
  z.object({
    kind: z.literal('caller-tone'),
    atMs: finite,
    turnId,
    tone: z.enum(['neutral', 'happy', 'sad', 'upset', 'unsure']),
    confidence: finite,
    raisedVoice: z.boolean(),
  }),
  /** The bot begins to answer. */
  z.object({ kind: z.literal('turn-opened'), atMs: finite, turnId, source: z.string(), callerText: text }),
  /** More of the bot's text has now been heard; pieces follow each other. */
  z.object({ kind: z.literal('bot-heard'), atMs: finite, turnId, text }),
  /** `botText` beyond `heardText` was never heard. */
  z.object({
    kind: z.literal('turn-closed'),
    atMs: finite,
    turnId,
    source: z.string(),
    outcome: z.enum(['completed', 'interrupted', 'failed', 'abandoned']),
    callerText: text,
    botText: text,
    heardText: text,
    stages,
  }),
  z.object({ kind: z.literal('barge-in'), atMs: finite, turnId, decision: z.enum(['abort', 'resume']) }),
  z.object({ kind: z.literal('dtmf'), atMs: finite, digit: z.string().check(z.maxLength(1)) }),
  /** What the server sees of the network, every few seconds. */
  z.object({ kind: z.literal('network'), atMs: finite, lossRatio: finite, jitterMs: finite, roundTripMs: z.optional(finite) }),
  /** A service is in trouble, or a command could not be carried out; `text` is for people. */
  z.object({ kind: z.literal('notice'), atMs: finite, code: z.string(), text }),
  /** The last one. `reason` as in the call's record, such as `caller/hangup`. */
  z.object({ kind: z.literal('ended'), atMs: finite, reason: z.string() }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

export const clientMessage = z.discriminatedUnion('kind', [
  /** The microphone was switched; silence is meant. */
  z.object({ kind: z.literal('mute'), on: z.boolean() }),
  z.object({ kind: z.literal('dtmf'), digit: z.string().check(z.regex(/^[0-9*#A-D]$/)) }),
  /** Typed instead of said. */
  z.object({ kind: z.literal('text'), text: z.string().check(z.trim(), z.minLength(1), z.maxLength(500)) }),
  z.object({ kind: z.literal('hangup') }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** What a browser asks for before it calls: `GET /webrtc/config`. */
export const clientConfig = z.object({
  personas: z.array(z.object({ name: z.string(), title: z.string() })),
  iceServers: z.array(z.object({ urls: z.array(z.string()), username: z.optional(z.string()), credential: z.optional(z.string()) })),
  /** A call token must come with the offer. */
  tokenRequired: z.boolean(),
});
export type ClientConfig = z.infer<typeof clientConfig>;

/** An error as RFC 9457 problem details. */
export const problem = z.object({ status: z.number(), code: z.string(), title: z.optional(z.string()), detail: z.string() });
export type Problem = z.infer<typeof problem>;

/** The longest message either side may send, bytes of UTF-8. */
export const MAX_MESSAGE_BYTES = 32_768;
/** Label of the data channel; the browser makes it, ordered and reliable. */
export const CHANNEL_LABEL = 'events';

/** `undefined` where the text is not JSON, or not a message; what comes from the network is never trusted. */
export function parseServerMessage(json: string): ServerMessage | undefined {
  return parse(serverMessage, json);
}

export function parseClientMessage(json: string): ClientMessage | undefined {
  return parse(clientMessage, json);
}

function parse<T>(schema: z.ZodMiniType<T>, json: string): T | undefined {
  if (json.length > MAX_MESSAGE_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}
