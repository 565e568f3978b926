import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage, type ParseResult } from './parse.ts';
import { headerValue } from './sip-message.ts';
import { writeMessage } from './write.ts';

const vectors = new URL('../../../test/vectors/sip-torture/', import.meta.url);
const oracle = JSON.parse(readFileSync(new URL('rfc4475-oracle.json', vectors), 'utf8')) as readonly {
  file: string;
  title: string;
  expect: 'Parse' | 'Reject';
}[];

function parseText(text: string): ParseResult {
  return parseMessage(new TextEncoder().encode(text));
}

function rfc4475(name: string): ParseResult {
  return parseMessage(readFileSync(new URL(`rfc4475/${name}`, vectors)));
}

function message(result: ParseResult): ParseResult & { kind: 'message' } {
  if (result.kind !== 'message') throw new Error(`${result.fault}: ${result.detail}`);
  return result;
}

describe('RFC 4475 messages', () => {
  it('are all there', () => {
    expect(oracle).toHaveLength(50);
    expect(readdirSync(new URL('rfc4475', vectors)).filter((name) => name.endsWith('.dat'))).toHaveLength(50);
  });

  /** RFC 4475 section 3.1.2.12: to be refused only by who makes use of the Date, and nothing here does. */
  const unused = 'TC_BADDATE_V.dat';
  const wantedOf = ({ file, expect: wanted }: (typeof oracle)[number]) => (file === unused ? 'Parse' : wanted);

  it.each(oracle.map((entry) => [entry.file, entry.title, wantedOf(entry)] as const))('%s (%s): %s', (file, _title, wanted) => {
    const result = rfc4475(file);
    expect(result.kind === 'message' ? 'Parse' : 'Reject', result.kind === 'malformed' ? `${result.fault} ${result.detail}` : '').toBe(
      wanted,
    );
  });

  it('are read with their values', () => {
    const { message: invite, core } = message(rfc4475('TC_WSINV.dat'));
    expect(core.cseq).toEqual({ number: 9, method: 'INVITE' });
    expect(core.from).toMatchObject({ displayName: '"J Rosenberg \\\\\\""', uri: 'sip:jdrosen@example.com', params: { tag: '98asjd8' } });
    expect(core.to?.params['tag']).toBe('1918181833n');
    expect(core.via).toMatchObject({ transport: 'UDP', host: '192.0.2.2', params: { branch: '390skdjuw' } });
    expect(headerValue(invite, 'newfangledheader')).toBe('newfangled value continued newfangled value');
    expect(invite.body).toHaveLength(150);
    const trailing = message(rfc4475('TC_DBLREQ.dat'));
    expect(trailing.message).toMatchObject({ kind: 'request', method: 'REGISTER' });
    expect(trailing.message.body).toHaveLength(0);
    expect(message(rfc4475('TC_MULTI01_I.dat')).core.fault).toMatch(/Repeated/);
    expect(message(rfc4475('TC_MCL01_I.dat')).core.fault).toMatch(/Content-Length/);
  });
});

describe('RFC 5118 messages', () => {
  it.each(readdirSync(new URL('rfc5118', vectors)).filter((name) => name.endsWith('.dat')))('%s', (name) => {
    const result = parseMessage(readFileSync(new URL(`rfc5118/${name}`, vectors)));
    expect(result.kind).toBe(name === 'ipv6-bad.dat' ? 'malformed' : 'message');
  });

  it('keeps brackets of hosts, and reads `received` with and without them', () => {
    const via = (name: string) => message(parseMessage(readFileSync(new URL(`rfc5118/${name}`, vectors)))).core.via;
    expect(via('via-received-param-no-delim.dat')).toMatchObject({ host: '[2001:db8::9:1]', params: { received: '2001:db8::9:255' } });
    expect(via('via-received-param-with-delim.dat')?.params['received']).toBe('[2001:db8::9:255]');
    expect(via('mult-ip-in-header.dat')).toMatchObject({ host: '[2001:db8::9:1]', port: 6050 });
  });
});

const OK =
  'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n';

describe('parseMessage', () => {
  it('names what is wrong, and keeps of a request what an answer needs', () => {
    const broken = parseText(`${OK}Contact: sip:a@b, <sip\r\n\r\n`);
    expect(broken).toMatchObject({
      kind: 'malformed',
      fault: 'header-value',
      detail: 'Contact',
      request: { method: 'OPTIONS', core: { callId: '1' } },
    });
    expect(parseText(OK.replace('SIP/2.0\r\n', 'SIP/3.0\r\n') + '\r\n')).toMatchObject({
      fault: 'version',
      request: { method: 'OPTIONS' },
    });
    expect(parseText(`${OK}\r\n`.replace('1 OPTIONS', '1 INVITE'))).toMatchObject({ fault: 'method-mismatch' });
    expect(parseText(`${OK}Content-Length: 5\r\n\r\nabc`)).toMatchObject({ fault: 'content-length' });
    expect(parseText(`${OK}no colon here\r\n\r\n`)).toMatchObject({ fault: 'header-line' });
    expect(parseText(`${OK}X: a\rb\r\n\r\n`)).toMatchObject({ fault: 'header-line' });
    expect(parseText(`${OK}${'X: y\r\n'.repeat(400)}\r\n`)).toMatchObject({ fault: 'too-many-headers' });
    expect(parseMessage(new Uint8Array(70_000))).toMatchObject({ fault: 'too-large' });
    expect(parseText('hello')).toMatchObject({ fault: 'no-header-end' });
    expect(parseText('\r\n\r\nGET / HTTP/1.1\r\n\r\n')).not.toHaveProperty('request');
  });

  it('takes short names, leading empty lines and a body without Content-Length', () => {
    const { message: parsed } = message(parseText(`\r\n\r\n${OK.replace('Call-ID', 'i')}k: timer\r\n\r\nbody`));
    expect(headerValue(parsed, 'supported')).toBe('timer');
    expect(parsed.headers.map((field) => field.name)).toContain('Call-ID');
    expect(new TextDecoder().decode(parsed.body)).toBe('body');
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => parseMessage(bytes)).not.toThrow();
      }),
    );
    const lines = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(...OK.split('\r\n'), 'Contact: *', 'Via: SIP/2.0/UDP', 'Content-Length: -1', 'l: 3', ' folded'),
      ),
    );
    fc.assert(
      fc.property(lines, (parts) => {
        expect(() => parseText(`${parts.join('\r\n')}\r\n\r\n`)).not.toThrow();
      }),
      { numRuns: 500 },
    );
    const seeds = oracle.map((entry) => readFileSync(new URL(`rfc4475/${entry.file}`, vectors)));
    const mutation = fc.tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat(255), fc.nat());
    fc.assert(
      fc.property(mutation, ([seed, at, byte, cut]) => {
        const bytes = Uint8Array.from(seed);
        bytes[at % bytes.length] = byte;
        expect(() => parseMessage(bytes)).not.toThrow();
        expect(() => parseMessage(bytes.subarray(0, cut % bytes.length))).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it('does not slow down on long runs of anything', () => {
    const started = performance.now();
    for (const run of [' ', ';', '"', '<', ',', '\\', ';a=', 'sip:', '@', '\r\n ', 'a']) {
      for (const field of ['From', 'Via', 'Contact', 'Route', 'CSeq', 'Date', 'Expires'])
        parseText(`${OK}${field}: ${run.repeat(60_000 / run.length)}\r\n\r\n`);
      parseText(`INVITE sip:${run.repeat(20_000)} SIP/2.0\r\n\r\n`);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('writeMessage', () => {
  it('writes what reads the same again', () => {
    const seeds = oracle.map((entry) => rfc4475(entry.file)).filter((result) => result.kind === 'message');
    for (const seed of seeds) {
      const again = message(parseMessage(writeMessage(seed.message)));
      const shown = (result: typeof seed) => ({
        ...result.message,
        headers: result.message.headers.filter((field) => field.key !== 'content-length'),
      });
      expect(shown(again)).toEqual(shown(seed));
    }
    const value = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '').trim());
    const body = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.array(value), body, (values, bytes) => {
        const parsed = message(parseText(`${OK}\r\n`)).message;
        const written = writeMessage({
          ...parsed,
          headers: [...parsed.headers, ...values.map((text) => ({ name: 'X-Text', key: 'x-text', value: text }))],
          body: bytes,
        });
        const again = message(parseMessage(written)).message;
        expect(again.headers.filter((field) => field.key === 'x-text').map((field) => field.value)).toEqual(values);
        expect([...again.body]).toEqual([...bytes]);
        expect(writeMessage(again)).toEqual(written);
      }),
    );
  });
});
