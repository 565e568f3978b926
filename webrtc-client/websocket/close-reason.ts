import { unreachable } from '#domain/assert';
import type { RefusalReason } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';

/** How a connection ends: the close code (RFC 6455 section 7.4, private ones from 4000), a stable code (the close frame's reason) and a text for people. */
export interface Closing {
  readonly closeCode: number;
  readonly code: string;
  readonly text: string;
}

export function closingOf(reason: EndReason): Closing {
  switch (reason.by) {
    case 'caller':
      return { closeCode: 1000, code: reason.code, text: 'goodbye' };
    case 'bot':
      return { closeCode: 1000, code: reason.code, text: 'the bot ended the call' };
    case 'operator':
      return reason.code === 'shutdown'
        ? { closeCode: 1001, code: 'shutting-down', text: 'the server stops' }
        : { closeCode: 1000, code: reason.code, text: 'the call was ended by its operator' };
    case 'network':
      return NETWORK[reason.code];
    case 'system':
      return reason.code === 'no-ports' || reason.code === 'max-duration'
        ? {
            closeCode: reason.code === 'no-ports' ? 1013 : 1000,
            code: reason.code,
            text: reason.code === 'no-ports' ? 'no room for the call now' : 'the longest time of a call is over',
          }
        : { closeCode: 1011, code: reason.code, text: 'something went wrong here; please call again' };
    case 'refused':
      return REFUSED[reason.code];
    default:
      return unreachable(reason);
  }
}

const NETWORK: Readonly<Record<Extract<EndReason, { by: 'network' }>['code'], Closing>> = {
  'media-timeout': { closeCode: 4408, code: 'media-timeout', text: 'no audio came for a long time' },
  'peer-gone': { closeCode: 4408, code: 'peer-gone', text: 'nothing came, or nothing was read, for a long time' },
  'connect-timeout': { closeCode: 4408, code: 'connect-timeout', text: 'no start and no audio came' },
  'ack-timeout': { closeCode: 4408, code: 'ack-timeout', text: 'no answer came' },
  'session-expired': { closeCode: 4408, code: 'session-expired', text: 'the session is over' },
  'control-connection-lost': { closeCode: 1011, code: 'control-connection-lost', text: 'something went wrong here; please call again' },
  'too-many-messages': { closeCode: 1008, code: 'too-many-messages', text: 'too many messages came' },
  'rejected-by-peer': { closeCode: 1003, code: 'bad-message', text: 'a message was not understood' },
};

const REFUSED: Readonly<Record<RefusalReason['code'], Closing>> = {
  'not-allowed': { closeCode: 1008, code: 'token-refused', text: 'this call is not allowed: it needs a call token that is valid now' },
  'no-such-address': { closeCode: 4404, code: 'no-such-address', text: 'nobody of that name answers here' },
  'no-common-codec': { closeCode: 1003, code: 'no-common-codec', text: 'audio must be PCM16, 16 kHz, mono' },
  'no-audio': { closeCode: 1003, code: 'no-audio', text: 'audio must be PCM16, 16 kHz, mono' },
  'no-encryption': { closeCode: 1003, code: 'no-audio', text: 'audio must be PCM16, 16 kHz, mono' },
  'bad-offer': { closeCode: 1003, code: 'bad-offer', text: 'audio must be PCM16, 16 kHz, mono' },
  'too-many-calls': { closeCode: 1013, code: 'too-many-calls', text: 'all lines are busy; please try again in a moment' },
  'too-many-from-address': {
    closeCode: 1013,
    code: 'too-many-from-address',
    text: 'your network address has as many calls as one may have; please try again in a moment',
  },
  'shutting-down': { closeCode: 1013, code: 'shutting-down', text: 'the server stops; please try again in a moment' },
  'not-ready': { closeCode: 1013, code: 'not-ready', text: 'the server is still starting; please try again in a moment' },
};
