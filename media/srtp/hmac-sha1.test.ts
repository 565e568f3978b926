import { createHmac, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { HmacSha1Key } from './hmac-sha1.ts';

it('agrees with the crypto library at every length, and word', () => {
  for (let length = 0; length < 300; length += 1) {
    const key = randomBytes(length % 65);
    const message = randomBytes(length);
    const word = Buffer.alloc(4);
    word.writeUInt32BE((length * 0x9e3779b1) >>> 0);
    const hmac = new HmacSha1Key(key);
    const expected = createHmac('sha1', key).update(message).update(word).digest('hex');
    expect(Buffer.from(hmac.compute(message, length, word.readUInt32BE())).toString('hex'), `${length} bytes`).toBe(expected);
    expect(Buffer.from(hmac.compute(Buffer.concat([message, randomBytes(9)]), length, word.readUInt32BE())).toString('hex')).toBe(expected);
  }
});
