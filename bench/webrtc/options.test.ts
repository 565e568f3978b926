import { expect, test } from 'vitest';
import { parseWebRtcOptions } from './options.ts';

test('defaults', () => {
  expect(parseWebRtcOptions([])).toEqual({
    peers: 50,
    seconds: 10,
    lossRatio: 0,
    codec: 'opus',
    complexity: undefined,
    vad: 'off',
    ramp: 'on',
    transport: 'own',
  });
});

test('faults name the option and what would be right', () => {
  expect(() => parseWebRtcOptions(['--peers', '2.5'])).toThrow('--peers "2.5": must be a whole number from 1 to 1000');
  expect(() => parseWebRtcOptions(['--complexity', '11'])).toThrow('--complexity "11": must be a number from 0 to 10');
  expect(() => parseWebRtcOptions(['--codec', 'G722'])).toThrow('opus or PCMU');
  expect(() => parseWebRtcOptions(['--ramp', 'yes'])).toThrow('on or off');
  expect(() => parseWebRtcOptions(['--transport', 'werift'])).toThrow('--transport "werift": own or libdatachannel is wanted');
});
