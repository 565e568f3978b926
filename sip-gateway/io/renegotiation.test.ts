import { expect, it } from 'vitest';
import type { Negotiated } from '../sdp/negotiated.ts';
import { OwnKeys } from '../sdp/crypto.ts';
import { LocalSession } from '../sdp/local-session.ts';
import { chooseFromOffer } from '../sdp/choice.ts';
import { readSdp } from '../sdp/remote-sdp.ts';
import { Renegotiation } from './renegotiation.ts';
import type { SrfRequest, SrfResponse } from './srf.ts';

const CODECS = ['PCMU', 'G722'] as const;

function offer(port: number, payloadType: number, direction = 'sendrecv'): string {
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP ${payloadType}\r\na=${direction}\r\n`;
}

function negotiated(text: string): Negotiated {
  const reading = readSdp(text);
  if (reading.kind === 'bad') throw new Error(reading.why);
  const choice = chooseFromOffer(reading.sdp, '127.0.0.1', CODECS, 'off');
  if (choice.kind !== 'agreed') throw new Error('not agreed on');
  return choice.session;
}

/** A call that was agreed on, and what its media are told. */
function call() {
  const before = negotiated(offer(4000, 0));
  const told: (readonly [what: 'media' | 'sent', value: unknown])[] = [];
  const local = new LocalSession(
    { address: '127.0.0.1', port: 6000, rtcpPort: 6001, sessionId: '1', keys: new OwnKeys((length) => new Uint8Array(length)) },
    CODECS,
    'off',
  );
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const renegotiation = new Renegotiation(before, {
    local: () => local,
    update: (change) => told.push(['media', change]),
    contact: () => undefined,
    signallingAddress: '127.0.0.1',
    codecs: CODECS,
    srtp: 'off',
    sessionTimer: () => ({ kind: 'none' }),
    refreshed: () => {},
    log,
  });
  const answer = (error: unknown): SrfResponse => ({
    finalResponseSent: false,
    send: (status, _options, callback) => {
      told.push(['sent', status]);
      callback?.(error);
    },
  });
  return { before, told, renegotiation, answer };
}

const invite = (body: string): SrfRequest =>
  ({ body, get: (name: string) => (name.toLowerCase() === 'cseq' ? '2 INVITE' : undefined) }) as never;

it('media know of a change before its answer leaves: whoever has the answer may send at once', () => {
  const { told, renegotiation, answer } = call();
  renegotiation.reinvite(invite(offer(4000, 9)), answer(null));
  expect(told).toMatchObject([
    ['media', { codec: 'G722', payloadType: 9 }],
    ['sent', 200],
  ]);
});

it('an offer that its sender took back leaves all as it was, hold too', () => {
  const { before, told, renegotiation, answer } = call();
  renegotiation.reinvite(invite(offer(4100, 9, 'inactive')), answer(new Error('487')));
  expect(told).toMatchObject([
    ['media', { codec: 'G722', held: true, remote: { port: 4100 } }],
    ['sent', 200],
    ['media', { codec: 'PCMU', held: false, direction: 'sendrecv', remote: { port: 4000 } }],
  ]);
  expect(told.at(-1)![1]).toEqual(before);
});
