import * as z from 'zod';
import type { CallEvent } from '#domain/call-event';
import { clientMessage, serverMessage, type ClientMessage, type ServerMessage } from '#webrtc-client';

/** The type checker refuses this table when an event is added or goes. */
export const CALL_EVENTS: Readonly<Record<CallEvent['kind'], string>> = {
  'call-started': 'A call was accepted; `facts` is what the network told about it.',
  'call-answered': 'The call was answered.',
  'call-ended': 'The call ended, with the statistics of its media. Always the last event, and there is exactly one.',
  'media-stats': 'Statistics of the media so far, at an interval (media.statsIntervalMs).',
  'caller-partial': "The caller's words so far.",
  'caller-final': "The caller's words after a pause.",
  'caller-tone': 'A guess at the tone of the turn that `turnId` answers. `late`: known only when the answer had begun.',
  'turn-opened': 'The bot begins to answer.',
  'bot-heard': "More of the bot's text was played out.",
  'turn-closed': "A bot turn ended: both texts, the part that was heard, and the time of each stage after the caller's last sound.",
  'barge-in': 'Caller speech over the bot was judged: an interruption (`abort`) or not (`resume`).',
  'speech-without-words': 'Somebody spoke and recognition found no words. `answered`: the caller was told so.',
  dtmf: 'A key was pressed.',
  'speculation-dropped': 'An answer prepared before the turn end was dropped.',
  fault: 'A service was late, gone or sent rubbish.',
  'queue-wait': 'Something waited in a queue.',
  dropped: 'A bounded queue dropped items.',
  'message-taken': 'The caller left a message.',
  'action-started': 'An action for the caller began. Secret arguments are masked.',
  'action-ended': 'An action ended. `late`: what was learned after its time limit.',
};

export const SERVER_MESSAGES: Readonly<Record<ServerMessage['kind'], string>> = {
  hello: 'Always the first message. The times of all others count from the answer to the offer.',
  state: 'What the bot is doing.',
  'caller-partial': "The caller's words so far; each replaces the one before.",
  'caller-final': "The caller's words after a pause.",
  'caller-tone': 'A guess at the tone of the turn that `turnId` answers.',
  'turn-opened': 'The bot begins to answer.',
  'bot-heard': "More of the bot's text was heard; the pieces follow each other.",
  'turn-closed': 'A bot turn ended. What `botText` has beyond `heardText` was never heard.',
  'barge-in': 'Caller speech over the bot was judged.',
  dtmf: 'A key was pressed.',
  network: 'What the server sees of the network, every few seconds.',
  notice: 'A service is in trouble, or a message of the page was not carried out. `text` is for people.',
  ended: "The last message. `reason` as in the call's record.",
};

export const CLIENT_MESSAGES: Readonly<Record<ClientMessage['kind'], string>> = {
  mute: 'The microphone was switched off or on.',
  dtmf: 'A key was pressed.',
  text: 'A typed line, in place of speech.',
  hangup: 'End the call.',
};

export interface Described {
  readonly kind: string;
  readonly meaning: string;
  /** Name and, where it may be absent, `?`. */
  readonly fields: readonly string[];
}

/** The fields of each event, from the text of domain/call-event.ts: types are gone when the code runs. */
export function describeCallEvents(source: string): readonly Described[] {
  const body = source.slice(source.indexOf('export type CallEventBody'), source.indexOf('export type ActionValues'));
  return body
    .split(/readonly kind: '/)
    .slice(1)
    .map((member) => {
      const kind = /^[a-z-]+/.exec(member)?.[0] ?? '';
      const code = member.replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
      const fields = [...code.matchAll(/readonly (\w+\??):/g)].map(([, name = '']) => name);
      return { kind, meaning: CALL_EVENTS[kind as CallEvent['kind']] ?? '', fields };
    });
}

/** The messages between page and server, from their schemas. */
export function describeMessages(): { readonly fromServer: readonly Described[]; readonly fromPage: readonly Described[] } {
  return { fromServer: membersOf(serverMessage, SERVER_MESSAGES), fromPage: membersOf(clientMessage, CLIENT_MESSAGES) };
}

interface Member {
  readonly properties: Readonly<Record<string, { readonly const?: string; readonly enum?: readonly string[] }>>;
  readonly required?: readonly string[];
}

function membersOf(schema: z.core.$ZodType, meanings: Readonly<Record<string, string>>): readonly Described[] {
  const { oneOf, anyOf } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { oneOf?: Member[]; anyOf?: Member[] };
  return (oneOf ?? anyOf ?? []).map(({ properties, required = [] }) => {
    const { kind, ...rest } = properties;
    const name = kind?.const ?? '';
    const fields = Object.entries(rest).map(
      ([field, { enum: words }]) => `${field}${required.includes(field) ? '' : '?'}${words === undefined ? '' : ` (${words.join(', ')})`}`,
    );
    return { kind: name, meaning: meanings[name] ?? '', fields };
  });
}
