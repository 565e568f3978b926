import { expect, test } from 'vitest';
import { descriptorObstacle, mostDescriptors } from './descriptors.ts';
import { browserPortsMessage, portMessage } from './obstacles.ts';
import { configWith } from './testing/config.ts';

const SIP = { what: 'SIP', portKey: 'sip.port', hostKey: 'sip.bindAddress', transport: 'udp', host: '0.0.0.0', port: 5060 } as const;
const RUNNING = { pid: 12, user: 'bot', sip: '127.0.0.1:5060', httpUrl: '', sttUrl: '', ttsUrl: '' };

test('a taken port is named with what to do about it', () => {
  expect(portMessage(SIP, 'EADDRINUSE', undefined)).toBe(
    'SIP port 5060 (UDP) is taken: stop the program that uses it, or choose another with --set sip.port=5070',
  );
});

test('a second start of the same folder is told of the first', () => {
  expect(portMessage(SIP, 'EADDRINUSE', RUNNING)).toContain('a Parley of this folder runs as process 12');
});

test('each cause has its own advice', () => {
  expect(portMessage(SIP, 'EADDRNOTAVAIL', undefined)).toContain('sip.bindAddress');
  expect(portMessage({ ...SIP, port: 80 }, 'EACCES', undefined)).toContain('needs more rights');
  expect(portMessage(SIP, 'EINVAL', undefined)).toContain('(EINVAL)');
});

test('ports and addresses of browser calls have theirs', () => {
  const ports = { first: 30_000, last: 30_999 };
  expect(browserPortsMessage('192.0.2.1', ports, 'EADDRNOTAVAIL')).toContain('webrtc.bindAddresses: 192.0.2.1');
  expect(browserPortsMessage('0.0.0.0', ports, 'EADDRINUSE')).toContain('--set webrtc.ports.first=31000');
  expect(browserPortsMessage('0.0.0.0', ports, 'EACCES')).toContain('(EACCES)');
});

test('too few files and sockets are named before a flood of connections costs a call its sound', () => {
  const config = configWith();
  expect(descriptorObstacle(config, 1_024)).toBeUndefined();
  expect(descriptorObstacle(config, undefined)).toBeUndefined();
  expect(descriptorObstacle(config, 700)).toMatch(
    /allows this process 700 .* need 1000: .*ulimit -n 1000.*LimitNOFILE=1000.* or set limits.connections to 150$/,
  );
  expect(descriptorObstacle(config, 256)).toContain('or lower limits.calls and limits.connections');
  expect(descriptorObstacle(configWith('limits.connections=5000'), 1_024)).toContain('need 10400');
  expect(mostDescriptors() ?? 1_024).toBeGreaterThan(0);
});
