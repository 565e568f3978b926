import type { CallEvent } from '#domain/call-event';
import { MEDIA_ENCRYPTIONS } from '#domain/leg-media';
import { code, fault, frames, id, never, number, numbers, object, oneOf, printed, said, thrown, type Shape } from './field-shapes.ts';

/** One kind of log line: the fields that may leave, and which of them tell one reason from another. */
export interface LineKind {
  readonly fields: Readonly<Record<string, Shape>>;
  /** Lines that are alike in these are summed up when they come in numbers. */
  readonly by?: readonly string[];
  /** `each`: never summed up, as strangers cannot cause it. `call`: a few per call. `turn`: a few per turn, of which whoever presses keys or types can make many. */
  readonly pace?: 'each' | 'call' | 'turn';
}

/** What every line may have. */
export const COMMON: Readonly<Record<string, Shape>> = { callId: id, legId: id };

const why = oneOf(
  'nothing',
  'noise',
  'echo',
  'backchannel',
  'answer',
  'words',
  'unclear',
  'undecided',
  'dtmf',
  'typed',
  'another answer',
  'other words',
  'a result',
  'speech resumed',
  'failed',
  'call ended',
  'STT_TIMEOUT',
  'STT_UNREACHABLE',
  'STT_UNAVAILABLE',
  'STT_CUT',
  'STT_REFUSED',
  'STT_BAD_REPLY',
);

/** What of a turn explains it without saying what it was about. */
const detail = object({
  speculated: number,
  typed: number,
  silenceMs: number,
  confidence: number,
  probability: number,
  score: number,
  tone: code,
  toneConfidence: number,
  turnEnd: code,
  cause: code,
  rule: code,
  timesLost: number,
  formEnded: code,
  // What the caller wanted.
  entry: said,
  askWhich: said,
  form: said,
  formAsks: said,
  formHas: said,
  tool: said,
});
const spoken = { callerText: said, botText: said, heardText: said, text: said };
const values = { args: never, values: never };
const ended = { fields: { reason: code, encryption: oneOf(...MEDIA_ENCRYPTIONS), stats: numbers }, pace: 'call' } as const;

/** The lines that call events become: the message, then what it may say. */
export const EVENT_LINES: Readonly<Record<CallEvent['kind'], LineKind & { readonly message: string }>> = {
  'call-started': {
    message: 'call started',
    fields: { legKind: code, persona: code, account: code, trunk: code, peer: id, fromUser: never, signallingId: id },
    pace: 'call',
  },
  'call-answered': { message: 'call answered', fields: { setupMs: number }, pace: 'call' },
  'call-ended': { message: 'call ended', ...ended },
  'media-stats': { message: 'media stats', fields: { stats: numbers } },
  'caller-partial': { message: 'caller partial', fields: spoken },
  'caller-final': { message: 'caller final', fields: { ...spoken, confidence: number, audioMs: number, decodeMs: number } },
  'caller-tone': {
    message: 'caller tone',
    fields: {
      turnId: number,
      tone: code,
      confidence: number,
      voice: object({ raised: number, levelDb: number, pitchSemitones: number, rateRatio: number }),
      late: number,
    },
  },
  'turn-opened': { message: 'turn opened', fields: { ...spoken, turnId: number, source: code } },
  'bot-heard': { message: 'bot heard', fields: { ...spoken, turnId: number } },
  'turn-closed': {
    message: 'turn closed',
    fields: { ...spoken, turnId: number, source: code, outcome: code, stages: numbers, detail },
    pace: 'turn',
  },
  'barge-in': { message: 'barge in', fields: { turnId: number, decision: code, why, decidedMs: number }, pace: 'turn' },
  'speech-without-words': { message: 'speech without words', fields: { voicedMs: number, answered: number }, pace: 'turn' },
  dtmf: { message: 'dtmf', fields: { digit: never } },
  'speculation-dropped': { message: 'speculation dropped', fields: { why } },
  fault: { message: 'fault', fields: { service: code, code }, by: ['service', 'code'] },
  'queue-wait': { message: 'queue wait', fields: { queue: code, waitMs: number } },
  dropped: { message: 'dropped', fields: { queue: code, count: number }, by: ['queue'] },
  'message-taken': { message: 'message taken', fields: { text: said }, pace: 'turn' },
  'action-started': { message: 'action started', fields: { actionId: number, action: code, authority: code, ...values }, pace: 'turn' },
  'action-ended': {
    message: 'action ended',
    fields: { actionId: number, action: code, outcome: code, code, mayHaveHappened: number, late: number, tookMs: number, ...values },
    pace: 'turn',
  },
};

const failed: LineKind = { fields: { error: fault, input: code, method: code, kind: code, part: code } };
const ofWorker: LineKind = { fields: { worker: number, detail: fault, waitMs: number } };

/** All other lines of the app and its gateways. A test finds those that are not here. */
const OWN_LINES: Readonly<Record<string, LineKind>> = {
  'call refused': { fields: { peer: id, reason: code }, by: ['reason'] },
  'call refused without state': { fields: { peer: id } },
  'closing failed': failed,
  'a call event could not be handed on': { fields: { watcher: code, eventKind: code, error: fault }, by: ['watcher', 'eventKind'] },
  'old calls could not be deleted': { fields: { error: fault } },
  'others can read a file, and its mode cannot be changed': { fields: { fault: printed }, pace: 'each' },
  'stopping: running calls say goodbye': { fields: {}, pace: 'each' },
  stopped: { fields: {}, pace: 'each' },
  'phrases prepared': { fields: { phrases: number, missing: number } },
  'sentence vectors cannot be saved; the next start computes them again': failed,
  'the embedding service does not answer; the knowledge is searched by words until it does': failed,
  'the embedding service answers again': { fields: {} },
  'knowledge could not be embedded yet': { fields: { attempt: number, error: fault }, pace: 'each' },
  'a fixed phrase could not be prepared': { fields: { persona: code, error: fault }, by: ['persona'] },
  'the phrase folder cannot be written': failed,
  'the tone of voice is guessed from words and vectors': { fields: { languages: number } },
  'the tone of voice is guessed from single words only': failed,
  'the tone of a turn could not be guessed': { fields: { code }, by: ['code'] },
  'HTTP request failed': { fields: { err: thrown } },

  'service state': { fields: { service: code, state: code }, by: ['service', 'state'] },
  'service printed': { fields: { service: code, line: printed }, by: ['service'] },
  'service logged': { fields: { service: code, line: printed, err: thrown }, by: ['service'] },
  'service did not stop in time and is killed': { fields: { service: code }, by: ['service'] },
  'service ended': { fields: { service: code, cause: fault }, by: ['service'] },
  'service started': { fields: { service: code, servicePid: number, port: number }, by: ['service'] },
  'priority of a service cannot be lowered': { fields: { service: code }, by: ['service'] },

  'media worker ready': { fields: { worker: number, vad: code }, by: ['worker'] },
  'media worker ready without the speech model': { fields: { worker: number, vad: code, fault }, by: ['worker'] },
  'leg failed in media worker': ofWorker,
  'fault in a media worker outside any leg': ofWorker,
  'media worker died, starting another': ofWorker,

  'action note': { fields: { action: code, note: said, fields: numbers }, by: ['action'], pace: 'turn' },
  'a module action threw an error': { fields: { action: code, err: thrown }, by: ['action'] },
  'an action failed unexpectedly': { fields: { action: code, err: thrown }, by: ['action'] },
  'breaker changed': { fields: { service: code, from: code, to: code }, by: ['service', 'to'] },
  'prompt was not prefilled': { fields: { service: code, code } },
  'conversation failed': { fields: { err: thrown } },
  'a speech service failed unexpectedly': { fields: { err: thrown } },
  'conversation task failed': { fields: { err: thrown } },
  'the language model server refuses a part of the request; it is left out from now on': {
    fields: { service: code, feature: code },
    by: ['feature'],
  },
  'the language model sends its reasoning without an opening mark; from now on only what follows the closing mark is said': {
    fields: { service: code },
  },
  'the features of the language model server are not known yet': { fields: { service: code, code } },
  'the voice service refuses this voice; its default voice speaks instead': {
    fields: { voice: code, language: code, speed: number, error: fault },
    by: ['voice', 'language'],
  },
  'caller audio is dropped before recognition': { fields: { service: code } },
  'recognition socket failed': { fields: { service: code, error: fault } },
  'recognition failed': { fields: { service: code, code }, by: ['code'] },
  'recognition refuses the connection': { fields: { service: code, code, status: number, error: fault }, by: ['code'] },

  'SIP socket error': { fields: { transport: code, port: number, error: fault }, by: ['transport'] },
  'SIP server failed to handle an input': { fields: { kind: code, error: fault, stack: frames }, by: ['kind'] },
  'control connection closed': { fields: { dialogs: number } },
  'control frame of a kind that this server does not support': { fields: { kind: code } },
  'control connection closed by the server': { fields: { why: fault } },
  'sip control secret refused': { fields: { control: id } },
  'sip control connected': { fields: { control: id, hostPorts: ports } },
  'sip control connection failed': { fields: { control: id, error: fault } },
  'sip control connection lost': { fields: {} },
  'keys of encrypted audio come over signalling that is not encrypted; use sip.transports tls': {
    fields: { transport: code },
    pace: 'each',
  },
  'sip account is registered': { fields: { account: code, registrar: id, expiresS: number }, by: ['account'] },
  'sip account could not be registered': {
    fields: { account: code, registrar: id, state: code, fault: code, status: number, nextTryS: number },
    by: ['account', 'fault'],
  },
  'sip account is not registered any more': { fields: { account: code, registrar: id }, by: ['account'] },
  'sip trunk answers': { fields: { trunk: code }, by: ['trunk'] },
  'sip trunk does not answer': { fields: { trunk: code }, by: ['trunk'] },
  'sip request could not be handled': failed,
  'leg broke an invariant': failed,
  'leg failed': failed,
  'media could not be opened': failed,
  'media could not be closed': failed,
  'the 200 response could not be sent': failed,
  'the response to a re-INVITE or UPDATE could not be sent': failed,

  'browser request could not be handled': failed,
  'browser sends from another address': { fields: { address: id } },
  'browser connection ended': { fields: { state: code, detail: fault } },
  'messages of the page were not carried out': { fields: { count: number } },
  'websocket call could not be taken': failed,
  'websocket client broke the protocol': failed,
  'websocket client offered audio that is not understood': { fields: { detail: fault } },
  'websocket client does not read': { fields: { bufferedBytes: number } },
  'websocket client sends too many messages': { fields: {} },
  'websocket leg ended': {
    fields: { framesIn: number, bytesDropped: number, piecesDropped: number, textsIgnored: number, stalePieces: number },
  },
};

/** What our speech services say; a line of theirs that is not here comes from a library and is shown as one that was printed. */
export const SERVICE_LINES: Readonly<Record<string, LineKind>> = {
  ready: ofService({ model: code, device: code, computeType: code, notOnCuda: fault, engine: code, voice: code, turnDetection: code }),
  'waiting for jobs': ofService({ queue: code }),
  'the broker cannot be reached': ofService({ reason: fault, againInS: number }),
  'a job failed': ofService({ err: thrown }),
  'session opened': ofService({ sessionId: number }),
  'session closed': ofService({ sessionId: number }),
  'session refused': ofService({ code, reason: fault }),
  'idle session closed': ofService({ idleS: number }),
  'no key is set: whoever is logged in on this machine may use this service': ofService({}),
  'no CUDA for recognition, which runs on the processor': ofService({ reason: fault }),
  'no CUDA for this model, which runs on the processor': ofService({ model: code, reason: fault }),
  'the device that was asked for cannot be used': ofService({ reason: fault }),
  final: ofService({ characters: number, pause: number, decodeMs: number, transcript: said }),
  loop: ofService({ windowS: number, audioMs: number, quick: number }),
  speak: ofService({ characters: number, voice: code, engine: code }),
  'speech could not be made': ofService({ err: thrown }),
  'kokoro failed, the fast voice takes over': ofService({ err: thrown }),
  'a phrase could not be kept on disk': ofService({ reason: fault }),
  'elevenlabs refused': ofService({ status: number, reason: fault }),
  'models could not be loaded': ofService({ err: thrown }),
  'a result could not be handed over': ofService({ err: thrown }),
  'shutting down': ofService({ err: thrown }),
  'the turn model failed': ofService({ err: thrown }),
  'the tone model failed': ofService({ err: thrown }),
  'a decode failed': ofService({ err: thrown }),
  'the language model did not answer': ofService({ err: thrown }),
  'the other server of the language model': ofService({ reason: fault }),
  'a model is being fetched': ofService({ model: code }),
  'a model was fetched': ofService({ model: code }),
  'llama.cpp ended': ofService({ reason: fault, againInS: number }),
  'llama.cpp is ready': ofService({ restarts: number }),
  'llama.cpp': ofService({ line: printed }),
};

export const LINES: ReadonlyMap<string, LineKind> = new Map<string, LineKind>([
  ...Object.entries(SERVICE_LINES),
  ...Object.entries(OWN_LINES),
  ...Object.values(EVENT_LINES).map((line) => [line.message, line] as const),
]);

/** A line that nobody listed says that it happened, and to which call. */
export const UNLISTED: LineKind = { fields: { service: code } };

function ofService(fields: Readonly<Record<string, Shape>>): LineKind {
  return { fields: { service: code, ...fields }, by: ['service'] };
}

function ports(value: unknown): unknown {
  return Array.isArray(value) ? value.slice(0, 20).map((entry: unknown) => id(entry, false)) : undefined;
}
