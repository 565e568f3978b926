import pino, { type DestinationStream, type Logger } from 'pino';
import type { CallEvent } from '#domain/call-event';
import { endReasonLabel } from '#domain/end-reason';
import { unreachable } from '#domain/assert';

/**
 * Fields that may hold what somebody said, a telephone number or a secret. They are censored wherever they stand,
 * one level deep; nothing of that kind may be logged under another name (a test searches the captured log).
 */
const REDACTED_FIELDS = [
  'text', 'callerText', 'botText', 'heardText', 'from', 'fromUser', 'displayName', 'headers', 'digit', 'digits',
  'args', 'values', 'readBack', 'answer',
  'token', 'secret', 'apiKey', 'authorization', 'password',
] as const;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
/** How code outside `app/` logs: a constant message, numbers and names in fields. */
export type LogFunction = (level: Exclude<LogLevel, 'silent'>, message: string, fields?: Record<string, unknown>) => void;

export function createLog(options: { level: LogLevel; transcripts: boolean }, destination?: DestinationStream): Logger {
  const paths = REDACTED_FIELDS.filter((field) => !options.transcripts || !SAID.has(field)).flatMap((field) => [field, `*.${field}`]);
  const settings = { level: options.level, base: null, redact: { paths, censor: '[redacted]' }, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}

const SAID: ReadonlySet<string> = new Set(['text', 'callerText', 'botText', 'heardText']);

export function logFunction(log: Logger): LogFunction {
  return (level, message, fields) => log[level](fields ?? {}, message);
}

/** One line an event, at the level that an operator would want. */
export function logCallEvent(log: Logger, event: CallEvent, legId?: string): void {
  const { callId: _callId, atMs: _atMs, kind, ...fields } = event;
  const ids = { callId: event.callId, ...(legId === undefined ? {} : { legId }) };
  switch (event.kind) {
    case 'call-started': {
      const { facts, persona } = event;
      log.info({ ...ids, legId: facts.legId, legKind: facts.kind, persona, peer: facts.peer, fromUser: facts.fromUser, signallingId: facts.signallingId }, 'call started');
      return;
    }
    case 'call-ended':
      log.info({ ...ids, reason: endReasonLabel(event.reason), ...('detail' in event.reason ? { detail: event.reason.detail } : {}), stats: event.stats }, 'call ended');
      return;
    case 'turn-closed':
      log.info({ ...ids, ...fields }, 'turn closed');
      return;
    case 'fault':
      log.warn({ ...ids, ...fields }, 'fault');
      return;
    case 'dropped':
      log.warn({ ...ids, ...fields }, 'dropped');
      return;
    case 'call-answered':
    case 'barge-in':
    case 'dtmf':
    case 'message-taken':
      log.info({ ...ids, ...fields }, kind.replace('-', ' '));
      return;
    case 'action-started': {
      const { actionId, name, args, authority } = event;
      log.info({ ...ids, actionId, action: name, authority: authority.by, args }, 'action started');
      return;
    }
    case 'action-ended': {
      const { name, ...result } = fields as Omit<typeof event, 'callId' | 'atMs' | 'kind'>;
      log[event.outcome === 'failed' ? 'warn' : 'info']({ ...ids, action: name, ...result }, 'action ended');
      return;
    }
    case 'caller-partial':
    case 'bot-heard':
    case 'media-stats':
    case 'queue-wait':
      log.trace({ ...ids, ...fields }, kind.replace('-', ' '));
      return;
    case 'caller-final':
    case 'turn-opened':
    case 'speculation-dropped':
      log.debug({ ...ids, ...fields }, kind.replace('-', ' '));
      return;
    default:
      unreachable(event);
  }
}
