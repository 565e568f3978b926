import { expect, test } from 'vitest';
import { browserPortsMessage, portMessage } from './obstacles.ts';

const SIP = { what: 'SIP', key: 'sip', transport: 'udp', host: '0.0.0.0', port: 5060 } as const;
const RUNNING = { pid: 12, user: 'bot', sip: '127.0.0.1:5060', httpUrl: '', sttUrl: '', ttsUrl: '' };

test('a taken port is named with what to do about it', () => {
  expect(portMessage(SIP, 'EADDRINUSE', undefined)).toBe('SIP port 5060 (UDP) is taken: stop what uses it, or choose another with --set sip.port=5070');
});

test('a second start of the same folder is told of the first', () => {
  expect(portMessage(SIP, 'EADDRINUSE', RUNNING)).toContain('a Parley of this folder runs as process 12');
});

test('each cause has its own advice', () => {
  expect(portMessage(SIP, 'EADDRNOTAVAIL', undefined)).toContain('sip.bindAddress');
  expect(portMessage({ ...SIP, port: 80 }, 'EACCES', undefined)).toContain('need rights');
  expect(portMessage(SIP, 'EINVAL', undefined)).toContain('(EINVAL)');
});

test('ports and addresses of browser calls have theirs', () => {
  const ports = { first: 30_000, last: 30_999 };
  expect(browserPortsMessage('192.0.2.1', ports, 'EADDRNOTAVAIL')).toContain('webrtc.bindAddresses: 192.0.2.1');
  expect(browserPortsMessage('0.0.0.0', ports, 'EADDRINUSE')).toContain('--set webrtc.ports.first=31000');
  expect(browserPortsMessage('0.0.0.0', ports, 'EACCES')).toContain('(EACCES)');
});
