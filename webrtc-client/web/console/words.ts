import type { EndReasonLabel } from '#domain/end-reason';
import type { BotState, ServerMessage } from './messages.ts';

/** The bot's states, and those of a telephone without a call: `blocked` cannot call now, `failed` did not get through. */
export type PhoneState = BotState | 'idle' | 'blocked' | 'failed';

/** The call's state in a word or two, and what it means for the caller. */
export function stateWords(state: PhoneState): { readonly word: string; readonly hint: string } {
  return STATES[state] ?? { word: state, hint: '' };
}

/** Why the call ended, as people say it. `reason` is the record's `by/code`. */
export function endWords(reason: string): string {
  return ENDINGS[reason as EndReasonLabel] ?? `The call ended (${reason}).`;
}

/** Where an answer came from. */
export function sourceWords(source: string): string {
  return SOURCES[source] ?? source;
}

/** How the caller sounded: a guess, and named as one; a raised voice is measured. */
export function soundedWords({
  tone,
  confidence,
  raisedVoice,
}: Pick<Extract<ServerMessage, { kind: 'caller-tone' }>, 'tone' | 'confidence' | 'raisedVoice'>): string {
  const guess = tone === 'neutral' ? [] : [`sounds ${tone} (${Math.round(confidence * 100)} %)`];
  return [...guess, ...(raisedVoice ? ['raised voice'] : [])].join(' · ');
}

/** What a screen reader says of a message: finished sentences only, so that it never talks over itself. Undefined: nothing. */
export function captionOf(message: ServerMessage): string | undefined {
  switch (message.kind) {
    case 'hello':
      return `Connected to ${message.title}.`;
    case 'caller-final':
      return message.text.trim() === '' ? undefined : `You: ${message.text}`;
    case 'turn-closed':
      if (message.heardText.trim() === '') return undefined;
      return message.outcome === 'interrupted' ? `Bot: ${message.heardText} (interrupted)` : `Bot: ${message.heardText}`;
    case 'notice':
      return message.text;
    case 'ended':
      return endWords(message.reason);
    case 'state':
    case 'caller-partial':
    case 'turn-opened':
    case 'caller-tone':
    case 'bot-heard':
    case 'barge-in':
    case 'dtmf':
    case 'network':
      return undefined;
  }
}

const STATES: Readonly<Record<PhoneState, { readonly word: string; readonly hint: string }>> = {
  idle: { word: 'Ready', hint: 'Press Call and talk.' },
  blocked: { word: 'Not ready', hint: 'See above what is missing.' },
  failed: { word: 'No call', hint: 'See above what went wrong.' },
  connecting: { word: 'Connecting', hint: 'Allow the microphone if asked.' },
  listening: { word: 'Listening', hint: 'Say something.' },
  hearing: { word: 'Hearing you', hint: 'A pause ends your turn.' },
  thinking: { word: 'Thinking', hint: 'Finding the answer.' },
  speaking: { word: 'Speaking', hint: 'Just talk to interrupt.' },
  ended: { word: 'Call ended', hint: '' },
};

const ENDINGS: Readonly<Partial<Record<EndReasonLabel, string>>> = {
  'caller/hangup': 'You hung up.',
  'caller/cancelled': 'You hung up before the call was answered.',
  'bot/goodbye': 'The bot said goodbye.',
  'bot/silent-caller': 'The bot hung up because it heard nothing for a while. Is the right microphone chosen?',
  'bot/transfer': 'The bot passed the call on.',
  'operator/shutdown': 'The service is being stopped.',
  'operator/requested': 'The operator ended the call.',
  'network/peer-gone': 'The connection was lost.',
  'network/media-timeout': 'No sound came through any more.',
  'network/connect-timeout': 'No way was found for the sound: a firewall may be blocking it. Try the WebSocket transport.',
  'system/max-duration': 'The call reached the longest time allowed.',
  'system/internal-error': 'Something went wrong on the server; its log says more.',
  'system/media-worker-died': 'Something went wrong on the server; its log says more.',
};

const SOURCES: Readonly<Record<string, string>> = {
  greeting: 'greeting',
  knowledge: 'from knowledge',
  llm: 'language model',
  dialogue: 'dialogue',
  fault: 'apology',
  echo: 'echo',
};
