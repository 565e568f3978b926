import { expect, it, vi } from 'vitest';
import type { AudioCodec } from '#media';
import { chooseFromAnswer, chooseFromOffer } from './choice.ts';
import { OwnKeys } from './crypto.ts';
import { NO_LINES, planOffer } from './own-offer.ts';
import { readSdp } from './remote-sdp.ts';
import { writeAnswer, writeOffer } from './writing.ts';

/** The row that a new codec takes; all else is what is in use. */
vi.mock('../../media/codec/codecs.ts', async (original) => {
  const actual = await original<{ CODECS: object }>();
  return { ...actual, CODECS: { ...actual.CODECS, ...(await vi.importActual<object>('../../media/codec/testing/l16.ts')) } };
});

const SPOKEN: readonly AudioCodec[] = ['L16' as AudioCodec, 'PCMU'];
const LOCAL = {
  address: '192.0.2.1',
  port: 30_000,
  rtcpPort: 30_001,
  sessionId: '1',
  version: 1,
  keys: new OwnKeys((length) => new Uint8Array(length)),
};

function read(text: string) {
  const reading = readSdp(text);
  if (reading.kind === 'bad') throw new Error(reading.why);
  return reading.sdp;
}

it('a codec that is a row of the table is agreed on, with its clock, its events and what it asks for', () => {
  const offer = read(
    'v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0 97 101\r\na=rtpmap:97 l16/8000\r\na=fmtp:97 emphasis=50-15\r\na=rtpmap:101 telephone-event/8000\r\n',
  );
  const choice = chooseFromOffer(offer, '192.0.2.9', SPOKEN, 'off');
  expect(choice).toMatchObject({
    kind: 'agreed',
    session: { codec: 'L16', payloadType: 97, telephoneEventPayloadType: 101, parameters: { emphasis: '50-15' } },
  });
  if (choice.kind !== 'agreed') return;
  const answer = writeAnswer(offer, choice.session, LOCAL);
  expect(answer).toContain('m=audio 30000 RTP/AVP 97 101\r\n');
  expect(answer).toContain('a=rtpmap:97 L16/8000\r\na=fmtp:97 emphasis=50-15\r\n');
});

it('our own offer names it first, by a number that is free, and reads its answer', () => {
  const plan = planOffer(NO_LINES, SPOKEN, 'off');
  const text = writeOffer(plan, LOCAL);
  expect(text).toContain('m=audio 30000 RTP/AVP 111 0 101\r\n');
  expect(text).toContain('a=rtpmap:111 L16/8000\r\na=fmtp:111 emphasis=none\r\n');
  expect(chooseFromAnswer(read(text), plan, '192.0.2.9', SPOKEN, 'off')).toMatchObject({
    kind: 'agreed',
    session: { codec: 'L16', payloadType: 111 },
  });
});
