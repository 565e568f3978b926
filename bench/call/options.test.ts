import { expect, test } from 'vitest';
import { parseCallOptions } from './options.ts';

test('defaults', () => {
  expect(parseCallOptions([])).toMatchObject({ to: 'sip:bot@127.0.0.1:5060', parallel: 1, turns: undefined });
});

test('faults name the option and what would be right', () => {
  expect(() => parseCallOptions(['--turns', 'many'])).toThrow('--turns "many": must be a number from 1 to 10000');
  expect(() => parseCallOptions(['--trns', '3'])).toThrow('--trns');
});

test('calls by WebRTC may lose packets, calls by SIP may not', () => {
  expect(parseCallOptions(['--to', 'webrtc:bot', '--loss', '5'])).toMatchObject({ to: 'webrtc:bot', lossRatio: 0.05, codec: 'opus' });
  expect(parseCallOptions(['--to', 'webrtc:bot', '--codec', 'PCMU'])).toMatchObject({ lossRatio: 0, codec: 'PCMU' });
  expect(() => parseCallOptions(['--loss', '5'])).toThrow('with --to webrtc:bot');
  expect(() => parseCallOptions(['--to', 'webrtc:'])).toThrow('webrtc:PERSONA');
  expect(() => parseCallOptions(['--to', 'webrtc:bot', '--codec', 'G722'])).toThrow('opus or PCMU');
});
