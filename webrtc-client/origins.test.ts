import { expect, it } from 'vitest';
import { mayBeTold, originVerdict } from './origins.ts';

it.each([
  [undefined, 'a.example', [], 'absent'],
  ['http://localhost:3000', 'localhost:3000', [], 'same'],
  ['https://a.example', 'A.example', [], 'same'],
  ['https://a.example', 'a.example:443', [], 'same'],
  ['http://a.example:443', 'a.example', [], 'refused'],
  ['http://192.168.1.20:3000', '192.168.1.20:3000', [], 'same'],
  ['http://[fd00::1]:3000', '[fd00::1]:3000', [], 'same'],
  ['http://bot.localhost:3000', 'bot.localhost:3000', [], 'same'],
  // The name of a stranger who has pointed it at this machine.
  ['http://rebound.example:3000', 'rebound.example:3000', [], 'refused'],
  ['http://rebound.example:3000', 'rebound.example:3000', ['http://rebound.example:3000'], 'listed'],
  ['https://a.example.evil.test', 'a.example', ['https://a.example'], 'refused'],
  ['https://b.example', 'a.example', ['https://b.example'], 'listed'],
  ['https://b.example', 'a.example', ['https://B.example:443'], 'listed'],
  ['http://b.example', 'a.example', ['https://b.example'], 'refused'],
  ['https://b.example', undefined, ['*'], 'listed'],
  ['null', 'a.example', ['https://b.example'], 'refused'],
  ['null', 'a.example', ['*'], 'listed'],
  // No browser sends these.
  ['https://user@b.example', 'a.example', ['https://b.example'], 'refused'],
  ['https://user:secret@a.example', 'a.example', [], 'refused'],
  ['https://b.example/', 'a.example', ['https://b.example'], 'refused'],
  ['https://b.example/path', 'a.example', ['https://b.example'], 'refused'],
  ['https://b.example?query', 'a.example', ['https://b.example'], 'refused'],
  ['https://b.example#x', 'a.example', ['https://b.example'], 'refused'],
  ['https://b.example\\@a.example', 'a.example', [], 'refused'],
  ['https:b.example', 'a.example', ['https://b.example'], 'refused'],
  ['https://b.example https://a.example', 'a.example', ['https://b.example'], 'refused'],
  ['file://', 'a.example', [], 'refused'],
  ['x'.repeat(5_000), 'a.example', [], 'refused'],
] as const)('origin %s at %s with %j is %s', (origin, host, allowed, verdict) => {
  expect(originVerdict(origin, host, allowed)).toBe(verdict);
});

// A page whose name had been pointed at this machine read the credentials of the relay: browsers name no origin where it looks like their own.
it.each([
  [{ host: 'rebound.example:3000' }, false, [], false],
  [{ host: 'localhost.rebound.example' }, false, [], false],
  [{ host: '192.168.1.20:3000' }, false, [], true],
  [{ host: 'localhost:3000' }, false, [], true],
  [{ host: '[fd00::1]:3000' }, false, [], true],
  [{ host: 'voice.example.net' }, true, [], true],
  [{ host: 'voice.example.net', 'sec-fetch-site': 'same-origin' }, false, [], true],
  [{ host: 'voice.example.net', 'sec-fetch-site': 'cross-site' }, true, [], false],
  [{ host: 'voice.example.net', 'sec-fetch-site': 'same-site' }, true, [], false],
  [{ host: '127.0.0.1:3000', 'sec-fetch-site': 'cross-site' }, false, ['*'], false],
  [{ host: 'voice.example.net', 'sec-fetch-site': 'none' }, false, [], false],
  [{ host: 'desk.lan:3000' }, false, ['http://desk.lan:3000'], true],
  [{ host: 'rebound.example' }, false, ['*'], true],
  [{ host: 'a.example', origin: 'https://a.example' }, false, [], true],
  [{ host: 'a.example', origin: 'https://b.example', 'sec-fetch-site': 'cross-site' }, true, ['https://b.example'], true],
  [{ host: 'a.example', origin: 'https://c.example', 'sec-fetch-site': 'cross-site' }, true, ['https://b.example'], false],
  [{ host: 'user@127.0.0.1' }, false, [], false],
  [{}, false, [], false],
] as const)('%j by https %s with %j is told secrets of callers: %s', (headers, isHttps, allowed, expected) => {
  expect(mayBeTold(headers, isHttps, allowed)).toBe(expected);
});
