import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeCallToken, verifyCallToken, type Hmac } from './call-token.ts';

/** Enough of a signature to tell texts apart. */
const hmac: Hmac = (text) =>
  [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_000_007, 7).toString(36);
const call = { nowS: 100, persona: 'bot', origin: 'https://shop.example.net' };

it('goes round with all that it says, whatever the persona is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), fc.integer({ min: 101, max: 4e9 }), (persona, expiresAtS) => {
      const claims = { expiresAtS, id: 'x', persona: persona.toWellFormed(), origin: call.origin };
      const token = makeCallToken(hmac, claims);
      expect(token).toMatch(/^v1\.[\w-]+\.[\w-]+$/);
      expect(verifyCallToken(hmac, token, { ...call, persona: persona.toWellFormed() })).toEqual({ kind: 'good', claims });
    }),
  );
});

it('is good until its second, and for what it names only', () => {
  const code = (claims: object, asked = call) => {
    const verdict = verifyCallToken(hmac, makeCallToken(hmac, { expiresAtS: 200, id: 'x', ...claims }), asked);
    return verdict.kind === 'good' ? 'good' : verdict.code;
  };
  expect(code({})).toBe('good');
  expect(code({}, { ...call, nowS: 199.9 })).toBe('good');
  expect(code({}, { ...call, nowS: 200 })).toBe('TOKEN_EXPIRED');
  expect(code({ persona: 'echo' })).toBe('TOKEN_NOT_FOR_THIS');
  expect(code({ origin: 'https://else.example.net' })).toBe('TOKEN_NOT_FOR_THIS');
});

it('cannot be made up: any other text is refused without a throw', () => {
  const token = makeCallToken(hmac, { expiresAtS: 200, id: 'x' });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.nat(token.length - 1).map((at) => `${token.slice(0, at)}${token[at] === 'Q' ? 'R' : 'Q'}${token.slice(at + 1)}`),
      ),
      (text) => {
        expect(verifyCallToken(hmac, text, call)).toMatchObject({ kind: 'bad', code: 'TOKEN_INVALID' });
      },
    ),
  );
});
