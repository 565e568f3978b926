import assert from 'node:assert/strict';
import { test } from 'node:test';
import { speechLikeMulaw } from '../index.js';
import { mulaw } from '../lib/voice.js';

test('mu-law at its corners', () => {
  assert.equal(mulaw(0), 0xff);
  assert.equal(mulaw(-1), 0x7f);
  assert.equal(mulaw(32767), 0x80);
  assert.equal(mulaw(-32768), 0x00);
  assert.equal(mulaw(1000), 0xce);
});

test('it is headerless, as long as asked for, and both loud and quiet', () => {
  const voice = speechLikeMulaw(3);
  assert.equal(voice.length, 24000);
  assert.ok(voice.subarray(0, 16000).some((code) => (code & 0x70) < 0x20));
  assert.ok(voice.subarray(16400).every((code) => (code & 0x7f) === 0x7f));
});
