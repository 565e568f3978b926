import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBody } from './message-body.ts';
import { mimeHead, readHeadValue, splitPart } from './mime-head.ts';

const head = (fields: Readonly<Record<string, string>>) => mimeHead((name) => fields[name]);
const find = (contentType: string, body: string) => findBody(head({ 'content-type': contentType }), body, ['application/sdp']);

describe('readHeadValue', () => {
  it.each([
    ['Multipart/Mixed; Boundary="a;b\\"c" ; X=', 'multipart/mixed', { boundary: 'a;b"c', x: '' }],
    [' session ;handling = Optional', 'session', { handling: 'Optional' }],
    ['application/sdp', 'application/sdp', {}],
    ['a/b;c=1;C=2;;d', 'a/b', { c: '1' }],
  ])('%s', (text, value, params) => {
    const read = readHeadValue(text);
    expect(read?.value).toBe(value);
    expect(Object.fromEntries(read?.params ?? [])).toEqual(params);
  });

  it('gives nothing for nothing', () => {
    expect(readHeadValue(undefined)).toBeUndefined();
    expect(readHeadValue(' ; x')).toBeUndefined();
  });
});

describe('splitPart', () => {
  it('takes a part without fields, one without text, and the first of two fields', () => {
    expect(splitPart('\r\nv=0').text).toBe('v=0');
    expect(splitPart('Content-Type: a/b')).toMatchObject({ head: { type: { value: 'a/b' } }, text: '' });
    expect(splitPart('c: a/b\r\nContent-Type: c/d\r\n\r\nx').head.type?.value).toBe('a/b');
  });
});

describe('findBody', () => {
  it('keeps empty lines of a part and leaves out only the line end before its boundary', () => {
    expect(find('multipart/mixed;boundary=b', '--b\r\nc:application/sdp\r\n\r\nv=0\r\n\r\nx\r\n\r\n--b--')).toEqual({
      kind: 'found',
      type: 'application/sdp',
      text: 'v=0\r\n\r\nx\r\n',
    });
  });

  it('reads quoted-printable', () => {
    expect(
      findBody(head({ 'content-type': 'application/sdp', 'content-transfer-encoding': 'Quoted-Printable' }), 'v=3D0=\r\n;', [
        'application/sdp',
      ]),
    ).toMatchObject({ text: 'v=0;' });
  });

  it('base64 that is none is no body of ours', () => {
    expect(findBody(head({ 'content-type': 'application/sdp', 'content-transfer-encoding': 'base64' }), '*', ['application/sdp'])).toEqual({
      kind: 'other',
    });
  });

  it('never throws and is done soon, whatever comes', () => {
    const piece = fc.constantFrom(
      '--b',
      '--b--',
      '\r\n',
      '\n',
      'Content-Type: multipart/mixed;boundary=b',
      'c: application/sdp',
      ';',
      'boundary="',
      ' ',
      ':',
      'x',
      '--',
    );
    const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(text, text, (type, body) => void find(type, body)));
    fc.assert(
      fc.property(text, (body) => void find('multipart/mixed;boundary=b', body)),
      { numRuns: 500 },
    );
    const started = performance.now();
    for (const run of ['--b', '--b\r\n', '\r\n', ' ', ';', '"', '\\"', ': ', '=', '--b\r\nc: multipart/mixed;boundary=b\r\n\r\n']) {
      find('multipart/mixed;boundary=b', run.repeat(60_000 / run.length));
      find(`multipart/mixed;boundary=b${run.repeat(60_000 / run.length)}`, '--b\r\n');
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
