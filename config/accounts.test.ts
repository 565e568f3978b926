import { chmodSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Loaded } from './load.ts';
import { configFolder, configOf, faultsOf } from './testing/config-folder.ts';

const { load, path, write } = configFolder();

describe('accounts and trunks', () => {
  const account = (more = '', first = 'passwordEnv: OFFICE_PASSWORD') =>
    ['sip:', '  accounts:', `    - { name: office, domain: pbx.example, user: "1000", persona: bot, ${first} }`, more, ''].join('\n');
  const faults = (text: string, env: Readonly<Record<string, string>> = { OFFICE_PASSWORD: 'pass' }): string =>
    faultsOf(load(['--config', write('own.yaml', text)], env)).join('\n');

  it('take the password from a variable, and never show it', () => {
    const loaded = load(['--config', write('own.yaml', account())], { OFFICE_PASSWORD: 'open sesame' });
    expect(configOf(loaded).sip.accounts).toMatchObject([{ name: 'office', transport: 'udp', expiresS: 3_600, rewriteContact: true }]);
    if (loaded.kind !== 'loaded') return;
    expect(loaded.secrets.accountPasswords).toEqual(new Map([['office', 'open sesame']]));
    expect(loaded.effective).toContain('pbx.example');
    expect(loaded.effective).not.toContain('open sesame');
  });

  it('or from a file that nobody else can read', () => {
    const file = path(write('password', ' with spaces \n'));
    const load_ = (): Loaded => load(['--config', write('own.yaml', account('', `passwordFile: "${file}"`))]);
    for (const mode of [0o644, 0o640, 0o602, 0o610]) {
      chmodSync(file, mode);
      expect(faultsOf(load_()).join()).toMatch(
        /^own\.yaml:2 sip\.accounts entry 1 \("office"\) passwordFile may be read or written by others \(mode \d+\): chmod 600 it/,
      );
    }
    chmodSync(file, 0o600);
    const loaded = load_();
    expect(loaded.kind === 'loaded' && loaded.secrets.accountPasswords?.get('office')).toBe(' with spaces ');
    write('password', '\n');
    expect(faultsOf(load_()).join()).toContain('is empty');
    rmSync(file);
    expect(faultsOf(load_()).join()).toContain('cannot be read');
  });

  it.each(['password: hunter2', 'secret: hunter2', 'auth: { password: hunter2 }'])(
    'a secret among the keys is refused without being shown: %s',
    (key) => {
      const loaded = load(['--config', write('own.yaml', account('', `passwordEnv: OFFICE_PASSWORD, ${key}`))], {
        OFFICE_PASSWORD: 'pass',
      });
      expect(faultsOf(loaded)).toEqual([
        expect.stringMatching(/^own\.yaml:2 sip\.accounts entry 1 (?:auth )?(?:password|secret) secrets come from the environment/),
      ]);
      expect(loaded.kind === 'faults' && loaded.report).not.toContain('hunter2');
      expect(faultsOf(load(['--set', `sip.accounts=[{ ${key} }]`])).join()).toMatch(/secrets come from the environment/);
    },
  );

  it.each([
    ['the variable is not set', account(), /"office"\) passwordEnv is not set: put the password/, {}],
    ['no place of the password', account('', 'expiresS: 60'), /set either passwordEnv or passwordFile/],
    ['two places', account('', 'passwordEnv: A, passwordFile: b'), /set either passwordEnv or passwordFile/],
    ['an unknown key', account('', 'passwordEnv: OFFICE_PASSWORD, registrar: x'), /registrar/],
    [
      'the same address twice',
      account('    - { name: b, domain: PBX.example, user: "1000", persona: bot, passwordEnv: OFFICE_PASSWORD }'),
      /entry 2 is the same 1000@pbx\.example as entry 1/,
    ],
    [
      'the same name twice',
      account('    - { name: office, domain: c.example, user: "1", persona: bot, passwordEnv: OFFICE_PASSWORD }'),
      /entry 2 has the same name as entry 1/,
    ],
    [
      'a transport that is not open',
      account('', 'passwordEnv: OFFICE_PASSWORD, transport: tls'),
      /entry 1 is to be reached by tls, which sip\.transports must name too/,
    ],
    ['no persona', 'sip: { accounts: [{ name: a, domain: b.example, user: c, passwordEnv: OFFICE_PASSWORD }] }', /entry 1 must be text/],
    [
      'a user with what could end the header',
      account('', 'passwordEnv: OFFICE_PASSWORD').replace('"1000"', '"1000>;evil"'),
      /user part of a SIP address/,
    ],
    ['a registrar that is no host', account('', 'passwordEnv: OFFICE_PASSWORD, registrars: ["a b"]'), /a host, or a host and port/],
    ['a registrar whose port is none', account('', 'passwordEnv: OFFICE_PASSWORD, registrars: ["a:99999"]'), /a host, or a host and port/],
    [
      'an address of two trunks',
      'sip: { trunks: [{ name: a, hosts: [192.0.2.1] }, { name: b, hosts: [192.0.2.1] }] }',
      /entry 2 has 192\.0\.2\.1, which is of trunk a already/,
    ],
    ['a trunk without addresses', 'sip: { trunks: [{ name: a, hosts: [] }] }', /at least 1 entries/],
    ['a trunk by name', 'sip: { trunks: [{ name: a, hosts: [trunk.example] }] }', /an address or a range/],
    [
      'a trunk asked by a transport that is not open',
      'sip: { trunks: [{ name: a, hosts: [192.0.2.1], ping: { target: t.example, transport: tls } }] }',
      /entry 1 is to be reached by tls/,
    ],
  ])('%s is a fault', (_name, text, message, env?: Readonly<Record<string, string>>) => {
    expect(faults(text, env)).toMatch(message);
  });
});
