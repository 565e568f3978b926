import { describe, expect, it } from 'vitest';
import { actionDeclaration } from './declaration.ts';

const http = { name: 'order', kind: 'http', url: 'https://api.example.com/orders/{number}', arguments: { number: { type: 'number' } } };

function faults(declaration: object): readonly string[] {
  const read = actionDeclaration.safeParse(declaration);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('actionDeclaration', () => {
  it.each([
    ['http', http],
    ['module', { name: 'book-room', kind: 'module', file: 'actions/meeting-room.ts', export: 'bookRoom' }],
    ['end-call', { name: 'hang-up', kind: 'end-call' }],
    ['take-message', { name: 'note', kind: 'take-message', text: 'From {name}: {text}' }],
    ['send-digits', { name: 'door', kind: 'send-digits', digits: '5#' }],
    ['set-fact', { name: 'room', kind: 'set-fact', fact: 'room', value: '{room}' }],
  ])('takes %s', (_kind, declaration) => {
    expect(faults(declaration)).toEqual([]);
  });

  it.each([
    ['POST', { ...http }, true],
    ['GET', { ...http, method: 'GET' }, false],
    ['a GET that says otherwise', { ...http, method: 'GET', confirm: true }, true],
    ['module', { name: 'a', kind: 'module', file: 'a.ts' }, true],
    ['module that says otherwise', { name: 'a', kind: 'module', file: 'a.ts', confirm: false }, false],
    ['take-message', { name: 'a', kind: 'take-message', text: 'x' }, true],
    ['end-call', { name: 'a', kind: 'end-call' }, false],
  ])('wants a confirmation of %s: %#', (_kind, declaration, confirm) => {
    expect(actionDeclaration.parse(declaration).confirm).toBe(confirm);
  });

  it.each([
    ['transfer', { name: 'a', kind: 'transfer' }, 'kind: calls cannot be transferred yet: use take-message, so that somebody calls back'],
    [
      'a server from the caller',
      { ...http, url: 'https://{number}.example.com/' },
      'url: the server is fixed: {values} are possible only after its name',
    ],
    [
      'a port from the caller',
      { ...http, url: 'https://a.example:{number}/' },
      'url: the server is fixed: {values} are possible only after its name',
    ],
    [
      'a secret in the address',
      { ...http, url: 'https://a.example/{env:KEY}' },
      'url: no secrets in it, because addresses get logged: use a header with {env:NAME}',
    ],
    [
      'a password in the address',
      { ...http, url: 'https://a:b@a.example/' },
      'url: no user or password in it: use a header with {env:NAME}',
    ],
    [
      'plain http',
      { ...http, url: 'http://a.example/' },
      'url: must begin with https://; http:// is possible only to addresses named under allowAddresses',
    ],
    ['no scheme', { ...http, url: 'a.example' }, 'url: must begin with https://'],
    ['an unknown argument', { ...http, body: { a: ['{who}'] } }, 'body: {who} is none of its arguments: number'],
    [
      'a repetition that could happen twice',
      { ...http, retry: { times: 2 } },
      'retry.times: POST is sent again only when retry.idempotencyHeader names the header that stops it from happening twice',
    ],
    ['a header of ours', { ...http, headers: { Host: 'x' } }, 'headers.Host: Invalid key in record'],
    ['a file elsewhere', { name: 'a', kind: 'module', file: '../a.ts' }, "file: a file in the persona's folder or below"],
    ['an absolute file', { name: 'a', kind: 'module', file: '/etc/a.ts' }, "file: a file in the persona's folder or below"],
    [
      'a secret outside http',
      { name: 'a', kind: 'take-message', text: '{env:KEY}', arguments: {} },
      'text: {env:KEY} is possible only in headers and body of kind http',
    ],
    ['a secret argument that is none', { ...http, secret: ['pin'] }, 'secret.0: "pin" is none of its arguments'],
    [
      'a refusal by nothing',
      { ...http, refusals: [{ code: 'taken' }] },
      'refusals.0: needs a "status" or a "where" by which it is recognised',
    ],
  ])('refuses %s', (_what, declaration, message) => {
    expect(faults(declaration)).toContain(message);
  });
});
