import { MESSAGE_MAX_BYTES } from './parse.ts';
import type { StreamItem } from './stream-framer.ts';

/** What a WebSocket carries: each of its messages is one of SIP, whatever Content-Length says (RFC 7118 section 5). Holds nothing. */
export class MessageFramer {
  readonly bufferedBytes = 0;

  push(message: Uint8Array): readonly StreamItem[] {
    if (message.length > MESSAGE_MAX_BYTES) return [{ kind: 'lost', why: 'too-large' }];
    if (message.length > PING.length || !message.every((byte) => byte === CR || byte === LF)) return [{ kind: 'message', bytes: message }];
    // Some pages ask by a double CRLF as over TCP (RFC 5626 section 3.5.1); other line ends mean nothing.
    return message.length === PING.length && PING.every((byte, index) => message[index] === byte) ? [{ kind: 'ping' }] : [];
  }
}

const CR = 0x0d;
const LF = 0x0a;
const PING = [CR, LF, CR, LF];
