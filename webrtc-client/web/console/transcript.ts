import { DIGITS_APART_MS } from './digits.ts';
import { splitHeard } from './heard.ts';
import type { ServerMessage } from './messages.ts';
import type { Stages } from './stages.ts';

/** What the caller said, or typed. */
export interface CallerEntry {
  readonly kind: 'caller';
  readonly id: number;
  readonly atMs: number;
  readonly text: string;
  readonly form: 'partial' | 'final' | 'typed';
  /** Mean token probability of the recogniser, 0 to 1; only of final text. */
  readonly confidence?: number;
  /** A bot turn has answered it. */
  readonly isAnswered: boolean;
  /** A guess of the server's, where it is more than neutral. */
  readonly sounded?: Sounded;
}

export type Sounded = Pick<Extract<ServerMessage, { kind: 'caller-tone' }>, 'tone' | 'confidence' | 'raisedVoice'>;

export interface BotEntry {
  readonly kind: 'bot';
  readonly id: number;
  readonly atMs: number;
  readonly turnId: number;
  readonly source: string;
  readonly heard: string;
  readonly unheard: string;
  /** Absent while the turn is open. */
  readonly outcome?: Outcome;
  readonly stages?: Stages;
}

/** Something about the call that neither side said. */
export interface NoteEntry {
  readonly kind: 'note';
  readonly id: number;
  readonly atMs: number;
  readonly tone: 'plain' | 'trouble';
  readonly text: string;
}

/** Keys that the bot heard, those close together in one entry. */
export interface DigitsEntry {
  readonly kind: 'digits';
  readonly id: number;
  readonly atMs: number;
  readonly lastAtMs: number;
  readonly digits: string;
}

export type TranscriptEntry = CallerEntry | BotEntry | NoteEntry | DigitsEntry;
export type Outcome = Extract<ServerMessage, { kind: 'turn-closed' }>['outcome'];

export interface Transcript {
  readonly entries: readonly TranscriptEntry[];
  readonly nextId: number;
}

export const EMPTY_TRANSCRIPT: Transcript = { entries: [], nextId: 1 };

/** The conversation after one more message; the same object where the message says nothing that is shown. */
export function reduceTranscript(transcript: Transcript, message: ServerMessage): Transcript {
  switch (message.kind) {
    case 'caller-partial':
      return partial(transcript, message.atMs, message.text);
    case 'caller-final':
      return final(transcript, message.atMs, message.text, message.confidence);
    case 'turn-opened':
      return opened(transcript, message);
    case 'caller-tone':
      return sounded(transcript, message);
    case 'bot-heard':
      return change(transcript, botOf(message.turnId), (entry) =>
        entry.outcome === undefined ? { ...entry, heard: joined(entry.heard, message.text) } : entry,
      );
    case 'turn-closed':
      return closed(transcript, message);
    case 'dtmf':
      return digit(transcript, message.atMs, message.digit);
    case 'notice':
      return add(transcript, { kind: 'note', atMs: message.atMs, tone: 'trouble', text: message.text });
    case 'ended':
    case 'hello':
    case 'state':
    case 'barge-in':
    case 'network':
      return transcript;
    default:
      // A newer server may say more than this page knows.
      return transcript;
  }
}

/** Text that the caller typed is shown at once, before the server has seen it. */
export function addTyped(transcript: Transcript, atMs: number, text: string): Transcript {
  return add(transcript, { kind: 'caller', atMs, text, form: 'typed', isAnswered: false });
}

export function botTurns(transcript: Transcript): readonly BotEntry[] {
  return transcript.entries.filter((entry) => entry.kind === 'bot');
}

function partial(transcript: Transcript, atMs: number, text: string): Transcript {
  const open = lastCaller(transcript, 'partial');
  if (open !== undefined)
    return change(
      transcript,
      (entry): entry is CallerEntry => entry === open,
      (entry) => ({ ...entry, text }),
    );
  return text.trim() === '' ? transcript : add(transcript, { kind: 'caller', atMs, text, form: 'partial', isAnswered: false });
}

function final(transcript: Transcript, atMs: number, text: string, confidence: number): Transcript {
  const typed = lastCaller(transcript, 'typed');
  if (typed !== undefined && !typed.isAnswered && same(typed.text, text)) return transcript;
  if (text.trim() === '') return withoutOpenPartial(transcript);
  const open = lastCaller(transcript, 'partial');
  if (open === undefined) return add(transcript, { kind: 'caller', atMs, text, form: 'final', confidence, isAnswered: false });
  return change(
    transcript,
    (entry): entry is CallerEntry => entry === open,
    (entry) => ({ ...entry, text, form: 'final', confidence }),
  );
}

function opened(transcript: Transcript, message: Extract<ServerMessage, { kind: 'turn-opened' }>): Transcript {
  const { atMs, turnId, source, callerText } = message;
  if (transcript.entries.some(botOf(turnId))) return transcript;
  const unanswered = transcript.entries.filter((entry) => entry.kind === 'caller' && !entry.isAnswered && entry.form !== 'partial');
  let next = transcript;
  if (unanswered.length === 0 && callerText.trim() !== '') {
    // Answered from the words so far: the final text may come later, or never.
    const open = lastCaller(transcript, 'partial');
    next =
      open === undefined
        ? add(next, { kind: 'caller', atMs, text: callerText, form: 'final', isAnswered: true })
        : change(
            next,
            (entry): entry is CallerEntry => entry === open,
            (entry) => ({ ...entry, text: callerText, form: 'final', isAnswered: true }),
          );
  }
  const entries = next.entries.map((entry) =>
    entry.kind === 'caller' && entry.form !== 'partial' && !entry.isAnswered ? { ...entry, isAnswered: true } : entry,
  );
  return add({ ...next, entries }, { kind: 'bot', atMs, turnId, source, heard: '', unheard: '' });
}

/** The guess comes with the turn that answers, or a little later: it is about the words just before that. */
function sounded(
  transcript: Transcript,
  { turnId, tone, confidence, raisedVoice }: Extract<ServerMessage, { kind: 'caller-tone' }>,
): Transcript {
  if (tone === 'neutral' && !raisedVoice) return transcript;
  const at = transcript.entries.findIndex(botOf(turnId));
  const said = transcript.entries.slice(0, Math.max(0, at)).findLast((entry) => entry.kind === 'caller');
  return change(
    transcript,
    (entry): entry is CallerEntry => entry === said,
    (entry) => ({ ...entry, sounded: { tone, confidence, raisedVoice } }),
  );
}

function closed(transcript: Transcript, message: Extract<ServerMessage, { kind: 'turn-closed' }>): Transcript {
  const { atMs, turnId, source, outcome, botText, heardText, stages } = message;
  const known = transcript.entries.some(botOf(turnId)) ? transcript : opened(transcript, { ...message, kind: 'turn-opened' });
  const split = outcome === 'completed' && heardText !== '' ? { heard: botText, unheard: '' } : splitHeard(botText, heardText);
  // A turn that never had anything to say, such as one given up before it began, is not worth a line.
  if (split.heard === '' && split.unheard === '') return { ...known, entries: known.entries.filter((entry) => !botOf(turnId)(entry)) };
  return change(known, botOf(turnId), (entry) => ({ ...entry, atMs: Math.min(entry.atMs, atMs), source, outcome, ...split, stages }));
}

function digit(transcript: Transcript, atMs: number, pressed: string): Transcript {
  const last = transcript.entries.at(-1);
  if (last?.kind !== 'digits' || atMs - last.lastAtMs > DIGITS_APART_MS) {
    return add(transcript, { kind: 'digits', atMs, lastAtMs: atMs, digits: pressed });
  }
  return change(
    transcript,
    (entry): entry is DigitsEntry => entry === last,
    (entry) => ({ ...entry, lastAtMs: atMs, digits: entry.digits + pressed }),
  );
}

function withoutOpenPartial(transcript: Transcript): Transcript {
  const open = lastCaller(transcript, 'partial');
  return open === undefined ? transcript : { ...transcript, entries: transcript.entries.filter((entry) => entry !== open) };
}

function lastCaller(transcript: Transcript, form: CallerEntry['form']): CallerEntry | undefined {
  return transcript.entries.findLast((entry): entry is CallerEntry => entry.kind === 'caller' && entry.form === form);
}

function botOf(turnId: number): (entry: TranscriptEntry) => entry is BotEntry {
  return (entry): entry is BotEntry => entry.kind === 'bot' && entry.turnId === turnId;
}

function change<Entry extends TranscriptEntry>(
  transcript: Transcript,
  which: (entry: TranscriptEntry) => entry is Entry,
  into: (entry: Entry) => Entry,
): Transcript {
  return { ...transcript, entries: transcript.entries.map((entry) => (which(entry) ? into(entry) : entry)) };
}

type New<Entry> = Entry extends TranscriptEntry ? Omit<Entry, 'id'> : never;

function add(transcript: Transcript, entry: New<TranscriptEntry>): Transcript {
  const entries = transcript.entries.slice(-(MAX_ENTRIES - 1));
  return { entries: [...entries, { ...entry, id: transcript.nextId } as TranscriptEntry], nextId: transcript.nextId + 1 };
}

function joined(before: string, piece: string): string {
  return before === '' || piece === '' ? before + piece : `${before} ${piece}`;
}

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** A call of an hour has a few hundred; the oldest go first. */
const MAX_ENTRIES = 1_000;
