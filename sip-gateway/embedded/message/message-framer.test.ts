import { describe, expect, it } from 'vitest';
import { MessageFramer } from './message-framer.ts';
import { MESSAGE_MAX_BYTES } from './parse.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('MessageFramer', () => {
  it('takes each message as one, whatever its Content-Length says', () => {
    const message = bytes('OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 99\r\n\r\n');
    expect(new MessageFramer().push(message)).toEqual([{ kind: 'message', bytes: message }]);
  });

  it('knows a ping from other line ends', () => {
    const framer = new MessageFramer();
    expect(framer.push(bytes('\r\n\r\n'))).toEqual([{ kind: 'ping' }]);
    for (const text of ['', '\r\n', '\n', '\n\n\n\n', '\r\r\r\n']) expect(framer.push(bytes(text))).toEqual([]);
    expect(framer.push(bytes('\r\n\r\nx'))).toMatchObject([{ kind: 'message' }]);
  });

  it('gives up what is too large', () => {
    expect(new MessageFramer().push(new Uint8Array(MESSAGE_MAX_BYTES + 1))).toEqual([{ kind: 'lost', why: 'too-large' }]);
  });
});
