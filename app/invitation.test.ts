import { expect, it } from 'vitest';
import { pageAddresses } from './compose-http.ts';
import { invitation, tokenNotice } from './invitation.ts';

const LAN = ['192.168.1.20', '10.0.0.5'];
const OWN = { origin: 'made', fingerprint: 'AA:BB' } as const;

it('this machine opens the page by localhost, where the microphone is allowed without https', () => {
  expect(pageAddresses('127.0.0.1', 3000, undefined, LAN)).toEqual({
    httpUrl: 'http://127.0.0.1:3000',
    local: 'http://localhost:3000',
    lan: [],
  });
  expect(pageAddresses('0.0.0.0', 3000, 3443, LAN)).toEqual({
    httpUrl: 'http://127.0.0.1:3000',
    local: 'http://localhost:3000',
    lan: ['https://192.168.1.20:3443', 'https://10.0.0.5:3443'],
  });
  expect(pageAddresses('0.0.0.0', 80, undefined, LAN).lan).toEqual(['http://192.168.1.20', 'http://10.0.0.5']);
});

it('bound to one address it is opened there', () => {
  expect(pageAddresses('192.168.1.20', 3000, 443, LAN)).toEqual({
    httpUrl: 'http://192.168.1.20:3000',
    local: 'https://192.168.1.20',
    lan: ['https://192.168.1.20'],
  });
  expect(pageAddresses('2001:db8::7', 3000, undefined, LAN).httpUrl).toBe('http://[2001:db8::7]:3000');
});

it('with --lan a telephone finds the page by a QR code, and the person what the browser will ask', () => {
  const page = { ...pageAddresses('0.0.0.0', 3000, 3443, LAN), certificate: OWN };
  const plain = invitation(page, true, false);
  expect(plain[0]).toBe('from a telephone or another computer on this network: https://192.168.1.20:3443');
  expect(plain.join('\n')).toMatch(/or https:\/\/10\.0\.0\.5:3443[^]*SHA-256 is AA:BB/);
  const code = plain.filter((line) => /[█▀▄]/.test(line));
  expect(code.length).toBeGreaterThan(10);
  expect(new Set(code.map((line) => line.length)).size).toBe(1);
  expect(invitation(page, true, true).join('\n')).toContain('\u001B[97;40m');
  expect(invitation(page, false, true).join('\n')).not.toContain('█');
});

it('says what is in the way otherwise', () => {
  expect(invitation(pageAddresses('127.0.0.1', 3000, undefined, LAN), false, true)).toEqual([]);
  expect(invitation(pageAddresses('0.0.0.0', 3000, 3443, []), true, true)).toEqual([
    'no network address of this machine was found, so only this machine can open the page',
  ]);
  expect(invitation(pageAddresses('0.0.0.0', 3000, undefined, LAN), true, false).join()).toContain('http.https.enabled=true');
});

// The log of a container kept the token of the API.
it('the token is shown to a person at a terminal only, once', () => {
  const made = { token: 'secret-token', origin: 'made' } as const;
  expect(tokenNotice(made, 'data/api-token', true)).toEqual([
    'API token: in data/api-token',
    'the token was just made and is shown only this once: secret-token',
  ]);
  for (const [token, isTerminal] of [
    [made, false],
    [{ ...made, origin: 'kept' }, true],
    [{ ...made, origin: 'given' }, true],
  ] as const) {
    expect(tokenNotice(token, 'data/api-token', isTerminal).join()).not.toContain('secret-token');
  }
});
