import { describe, expect, it } from 'vitest';
import { addressesToBind, candidateLines, externalCandidates, type InterfaceAddress } from './candidates.ts';

const MACHINE: readonly InterfaceAddress[] = [
  { address: '127.0.0.1', family: 4, internal: true },
  { address: '::1', family: 6, internal: true },
  { address: 'fe80::1', family: 6, internal: false },
  { address: 'fd00::2', family: 6, internal: false },
  { address: '192.0.2.2', family: 4, internal: false },
  { address: '169.254.3.4', family: 4, internal: false },
];

describe('addresses that a browser is offered', () => {
  it('are those of the machine, loopback last, without link-local ones', () => {
    expect(addressesToBind([], MACHINE, false).map(({ address }) => address)).toEqual(['192.0.2.2', 'fd00::2', '127.0.0.1']);
  });

  it('leave loopback out on a server with a public address', () => {
    expect(addressesToBind([], MACHINE, true).map(({ address }) => address)).toEqual(['192.0.2.2', 'fd00::2']);
  });

  it('are loopback alone on a machine without a network', () => {
    expect(addressesToBind([], MACHINE.slice(0, 3), true)).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });

  it('are those asked for', () => {
    expect(addressesToBind(['::1', '127.0.0.1'], MACHINE, false)).toEqual([
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]);
  });

  it('become candidates of falling priority, external ones first and none twice', () => {
    const lines = candidateLines(
      [
        { address: '192.0.2.2', family: 4 },
        { address: '0.0.0.0', family: 4 },
      ],
      ['203.0.113.9', '192.0.2.2'],
      40_000,
    );
    expect(lines).toEqual([
      'candidate:1 1 udp 2130706431 203.0.113.9 40000 typ host',
      'candidate:2 1 udp 2130706175 192.0.2.2 40000 typ host',
    ]);
  });

  it('of full ICE have the external ones with the ports that are bound, each once', () => {
    const hosts = [
      { type: 'host', host: '192.0.2.2', port: 40_001 },
      { type: 'host', host: '10.0.0.1', port: 40_002 },
      { type: 'host', host: '2001:db8::2', port: 40_003 },
      { type: 'srflx', host: '203.0.113.8', port: 9 },
    ];
    expect(externalCandidates(hosts, ['203.0.113.9', '2001:db8::9'])).toEqual([
      'candidate:x1 1 udp 2130706431 203.0.113.9 40001 typ host',
      'candidate:x2 1 udp 2130706175 203.0.113.9 40002 typ host',
      'candidate:x3 1 udp 2130705919 2001:db8::9 40003 typ host',
    ]);
    expect(externalCandidates(hosts, [])).toEqual([]);
  });
});
