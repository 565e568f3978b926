import { expect, it, vi } from 'vitest';
import { agree } from './agreement.ts';
import { writeAnswer } from './answer.ts';
import { readOffer } from './offer.ts';
import { chromium } from './testing/vectors.ts';

/** The row that a new codec takes; all else is what is in use. */
vi.mock('../../media/codec/codecs.ts', async (original) => {
  const actual = await original<{ CODECS: object }>();
  return { ...actual, CODECS: { ...actual.CODECS, ...(await vi.importActual<object>('../../media/codec/testing/l16.ts')) } };
});

it('a codec that is a row of the table is agreed on with browsers too', () => {
  const offer = readOffer(
    chromium.replace('SAVPF 111', 'SAVPF 96 111').replace('a=rtcp-mux', 'a=rtcp-mux\r\na=rtpmap:96 L16/8000\r\na=fmtp:96 emphasis=50-15'),
  );
  const agreement = agree(offer);
  expect(agreement.audio).toMatchObject({ codec: 'L16', payloadType: 96, telephoneEventPayloadType: 126, telephoneEventClockHz: 8000 });
  const answer = writeAnswer(offer, agreement, {
    sessionId: '1',
    peer: {
      ice: { usernameFragment: 'abcd', password: 'abcdefghijklmnopqrstuv', candidates: [] },
      iceLite: true,
      fingerprint: { algorithm: 'sha-256', value: 'AB' },
    },
  });
  expect(answer).toContain('a=rtpmap:96 L16/8000\r\na=fmtp:96 emphasis=50-15\r\n');
});
