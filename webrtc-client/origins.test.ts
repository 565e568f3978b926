import { expect, it } from 'vitest';
import { originVerdict } from './origins.ts';

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
  ['file://', 'a.example', [], 'refused'],
  ['x'.repeat(5_000), 'a.example', [], 'refused'],
] as const)('origin %s at %s with %j is %s', (origin, host, allowed, verdict) => {
  expect(originVerdict(origin, host, allowed)).toBe(verdict);
});
