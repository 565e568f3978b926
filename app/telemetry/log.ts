import { unreachable } from '#domain/assert';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { CallEvent } from '#domain/call-event';
import type { Clock } from '#domain/clock';
import { endReasonLabel } from '#domain/end-reason';
import type { LegMediaStats } from '#domain/leg-media';
import { TokenBucket } from '#kit/token-bucket';
import { systemClock } from '../system-clock.ts';
import { closed } from './field-shapes.ts';
import { LogGate, type Summary } from './log-gate.ts';
import { COMMON, EVENT_LINES, LINES, UNLISTED } from './log-lines.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
/** How code outside `app/` logs: a constant message, numbers and names in fields. */
export type LogFunction = (level: Exclude<LogLevel, 'silent'>, message: string, fields?: Record<string, unknown>) => void;

export interface LogOptions {
  readonly level: LogLevel;
  readonly transcripts: boolean;
  /** So many calls a minute, and twenty times as many turns, have lines of their own; the rest is summed up. */
  readonly callsPerMinute?: number;
}

export interface LogShell {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly after: (delayMs: number, run: () => void) => void;
}

/**
 * The log. Only what `log-lines.ts` lists of a line leaves, in its form; and what comes in numbers is summed up, because strangers can cause most
 * lines as often as they like.
 */
export function createLog(
  { level, transcripts, callsPerMinute = USUAL_CALLS_PER_MINUTE }: LogOptions,
  destination?: DestinationStream,
  shell: LogShell = SYSTEM,
): Logger {
  const gate = new LogGate<Line>();
  const paces = new Map<string, TokenBucket>();
  let isArmed = false;

  const sumUp = (all: boolean): void => {
    for (const { line, count, overMs } of gate.due(shell.clock.nowMs(), all))
      line.write.call(root, { ...line.fields, ...figures({ line, count, overMs }) }, line.message);
  };
  const arm = (): void => {
    const { wakeAtMs } = gate;
    if (isArmed || wakeAtMs === undefined) return;
    isArmed = true;
    shell.after(Math.max(1, wakeAtMs - shell.clock.nowMs()), () => {
      isArmed = false;
      sumUp(false);
      arm();
    });
  };
  const isWhole = (line: Line, levelNumber: number): boolean => {
    const { by = [], pace } = LINES.get(line.message) ?? UNLISTED;
    // Who asks for so much detail wants each line.
    if (pace === 'each' || levelNumber < pino.levels.values['info']!) return true;
    const nowMs = shell.clock.nowMs();
    if (pace !== undefined) {
      const perMinute = callsPerMinute * (pace === 'turn' ? TURNS_OF_CALL : 1);
      const usual = paces.get(line.message) ?? new TokenBucket({ perMinute, capacity: perMinute * BURST });
      paces.set(line.message, usual);
      if (usual.take(nowMs)) return true;
    }
    return gate.take(nowMs, [line.message, ...by.map((field) => String(line.fields[field]))].join('\u0000'), line) === 'whole';
  };

  const settings: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: {
      logMethod(args, method, levelNumber) {
        const [given, text] = (typeof args[0] === 'string' ? [{}, args[0]] : args) as [Record<string, unknown>, string | undefined];
        const message = String(text ?? '');
        const fields = closed(given, { ...COMMON, ...(LINES.get(message) ?? UNLISTED).fields }, transcripts);
        const line: Line = { write: method as Line['write'], fields, message };
        if (isWhole(line, levelNumber)) line.write.call(this, fields, message);
        else arm();
      },
    },
  };
  const root: Logger = destination === undefined ? pino(settings) : pino(settings, destination);
  ENDINGS.set(root, () => sumUp(true));
  return root;
}

/** Writes what is counted and not yet written: the end of the process. */
export function sumUpLog(log: Logger): void {
  ENDINGS.get(log)?.();
}

interface Line {
  readonly write: (this: Logger, fields: object, message: string) => void;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

function figures({ count, overMs }: Summary<Line>): object {
  const overS = Math.max(0.001, overMs / 1000);
  return { times: count, overS: Math.round(overS * 10) / 10, perSecond: Math.round((count / overS) * 10) / 10 };
}

export function logFunction(log: Logger): LogFunction {
  return (level, message, fields) => log[level](fields ?? {}, message);
}

/** One line an event, at the level that an operator would want. */
export function logCallEvent(log: Logger, event: CallEvent, legId?: string): void {
  log[levelOf(event)]({ ...(legId === undefined ? {} : { legId }), ...fieldsOf(event) }, EVENT_LINES[event.kind].message);
}

function fieldsOf(event: CallEvent): object {
  const { callId } = event;
  switch (event.kind) {
    case 'call-started': {
      const { facts, persona } = event;
      return {
        callId,
        legId: facts.legId,
        legKind: facts.kind,
        persona,
        account: facts.account,
        trunk: facts.trunk,
        peer: facts.peer,
        fromUser: facts.fromUser,
        signallingId: facts.signallingId,
      };
    }
    case 'call-ended':
      return {
        callId,
        reason: endReasonLabel(event.reason),
        encryption: event.stats?.encryption,
        stats: tellingStats(event.stats),
      };
    case 'action-started':
      return { ...event, action: event.name, authority: event.authority.by };
    case 'action-ended':
      return { ...event, action: event.name };
    case 'call-answered':
    case 'media-stats':
    case 'caller-partial':
    case 'caller-final':
    case 'caller-tone':
    case 'turn-opened':
    case 'bot-heard':
    case 'turn-closed':
    case 'barge-in':
    case 'dtmf':
    case 'speculation-dropped':
    case 'fault':
    case 'queue-wait':
    case 'dropped':
    case 'message-taken':
    case 'speech-without-words':
      return event;
    default:
      return unreachable(event);
  }
}

/** Of a call that nothing was received of, only that: it has nothing else to tell, and strangers make many of them. */
function tellingStats(stats: LegMediaStats | undefined): Partial<LegMediaStats> | undefined {
  return stats?.packetsReceived === 0 ? { packetsReceived: 0, packetsSent: stats.packetsSent } : stats;
}

function levelOf(event: CallEvent): 'trace' | 'debug' | 'info' | 'warn' {
  switch (event.kind) {
    case 'fault':
    case 'dropped':
      return 'warn';
    case 'action-ended':
      return event.outcome === 'failed' ? 'warn' : 'info';
    case 'caller-partial':
    case 'bot-heard':
    case 'media-stats':
    case 'queue-wait':
      return 'trace';
    case 'caller-final':
    case 'caller-tone':
    case 'turn-opened':
    case 'speculation-dropped':
      return 'debug';
    case 'call-started':
    case 'call-answered':
    case 'call-ended':
    case 'turn-closed':
    case 'barge-in':
    case 'dtmf':
    case 'message-taken':
    case 'action-started':
    case 'speech-without-words':
      return 'info';
    default:
      return unreachable(event);
  }
}

const SYSTEM: LogShell = { clock: systemClock, after: (delayMs, run) => void setTimeout(run, delayMs).unref() };
const ENDINGS = new WeakMap<Logger, () => void>();
/** Half of the default of `limits.calls`: a call every two minutes on each place, 750 bytes each, is half a megabyte an hour. */
const USUAL_CALLS_PER_MINUTE = 10;
/** People have some ten turns a minute; a guess that leaves room for a full house of them. */
const TURNS_OF_CALL = 20;
/** Calls come in swarms. */
const BURST = 6;
