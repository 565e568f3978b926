import type { CallState } from '../client/voice-client.ts';

/** All that the element says by itself; replace any of it by the property `words`, such as for another language. */
export interface Words {
  readonly call: string;
  readonly hangUp: string;
  readonly mute: string;
  readonly unmute: string;
  readonly conversation: string;
  readonly caller: string;
  readonly bot: string;
  readonly interrupted: string;
  readonly states: Readonly<Record<CallState, string>>;
  /** By reason of the call's end, as in `call-ended`; others say `states.ended`. */
  readonly endings: Readonly<Record<string, string>>;
}

export const ENGLISH: Words = {
  call: 'Call',
  hangUp: 'Hang up',
  mute: 'Mute',
  unmute: 'Unmute',
  conversation: 'Conversation',
  caller: 'You',
  bot: 'Bot',
  interrupted: 'interrupted',
  states: {
    idle: 'Ready to call',
    connecting: 'Connecting',
    listening: 'Listening',
    hearing: 'Listening to you',
    thinking: 'Thinking',
    speaking: 'Speaking',
    ended: 'Call ended',
  },
  endings: {
    'caller/hangup': 'You hung up',
    'bot/goodbye': 'The bot said goodbye',
    'bot/silent-caller': 'The bot hung up, as nothing was said',
    'operator/shutdown': 'The bot is being restarted; call again in a minute',
    'operator/requested': 'The operator ended the call',
    'network/media-timeout': 'The connection was lost',
    'network/peer-gone': 'The connection was lost',
    'system/max-duration': 'The call reached its longest time',
  },
};

/** `own` over English; what it leaves out stays. */
export function wordsOf(own: PartialWords): Words {
  return { ...ENGLISH, ...own, states: { ...ENGLISH.states, ...own.states }, endings: { ...ENGLISH.endings, ...own.endings } };
}

export type PartialWords = Partial<Omit<Words, 'states' | 'endings'>> & {
  readonly states?: Partial<Words['states']>;
  readonly endings?: Words['endings'];
};

export function endingText(words: Words, reason: string): string {
  return Object.hasOwn(words.endings, reason) ? (words.endings[reason] ?? words.states.ended) : words.states.ended;
}
