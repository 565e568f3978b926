import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until, type FieldPhone } from './field-phone.ts';
import { startFieldStack, type FieldStack } from './field-stack.ts';

let stack: FieldStack;
beforeAll(async () => {
  stack = await startFieldStack();
});
afterAll(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

const AUDIO = ['m=audio PORT RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000'];
const LOCATION = '<?xml version="1.0"?><presence entity="pres:a@b"/>';
const lines = (...all: readonly string[]) => all.join('\r\n');
const parts = (sdp: string, boundary = 'b1', head = 'Content-Type: application/sdp') =>
  lines(`--${boundary}`, 'Content-Type: application/pidf+xml', '', LOCATION, `--${boundary}`, head, '', sdp, `--${boundary}--`, '');

async function statusOf(phone: FieldPhone, contentType: string, body: string, more: readonly string[] = []): Promise<number> {
  const answer = await phone.invite({ contentType, body, more });
  if (answer.status !== 200) return answer.status;
  expect(answer.body).toMatch(/^m=audio \d+ RTP\/AVP 8 101\r$/m);
  await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
  await phone.ask('BYE');
  return answer.status;
}

describe('the call was refused with 415, because the body has several parts and', () => {
  it.each<[string, string, (sdp: string) => string]>([
    ['nothing is unusual', 'multipart/mixed;boundary=b1', (sdp) => parts(sdp)],
    ['the type is in capitals', 'Multipart/Mixed;boundary=b1', (sdp) => parts(sdp)],
    ['the parameter is in capitals', 'multipart/mixed;BOUNDARY=b1', (sdp) => parts(sdp)],
    ['a parameter stands behind the boundary', 'multipart/mixed; boundary=b1; charset=utf-8', (sdp) => parts(sdp)],
    ['a parameter stands behind the quoted boundary', 'multipart/mixed; boundary="b1";type="application/sdp"', (sdp) => parts(sdp)],
    [
      'a parameter stands before the boundary',
      'multipart/related; type="application/sdp"; start="<a@b>"; boundary=b1',
      (sdp) => parts(sdp),
    ],
    ['spaces stand round the separators', 'multipart / mixed ; boundary = b1', (sdp) => parts(sdp)],
    ['the boundary is quoted and has spaces', 'multipart/mixed;boundary="b 1"', (sdp) => parts(sdp, 'b 1')],
    ['the boundary has signs of its own', 'multipart/mixed;boundary="=_(b)+1?"', (sdp) => parts(sdp, '=_(b)+1?')],
    ['the boundary should be quoted and is not', 'multipart/mixed;boundary=----=_Part_7', (sdp) => parts(sdp, '----=_Part_7')],
    [
      'the header of the part is in small letters',
      'multipart/mixed;boundary=b1',
      (sdp) => parts(sdp, 'b1', 'content-type:application/sdp'),
    ],
    ['the header of the part is in capitals', 'multipart/mixed;boundary=b1', (sdp) => parts(sdp, 'b1', 'CONTENT-TYPE: Application/SDP')],
    ['the header of the part is short', 'multipart/mixed;boundary=b1', (sdp) => parts(sdp, 'b1', 'c: application/sdp')],
    [
      'the header of the part has a space before the colon',
      'multipart/mixed;boundary=b1',
      (sdp) => parts(sdp, 'b1', 'Content-Type : application/sdp'),
    ],
    [
      'the header of the part is folded',
      'multipart/mixed;boundary=b1',
      (sdp) => parts(sdp, 'b1', 'Content-Type:\r\n application/sdp;\r\n charset=utf-8'),
    ],
    [
      'the part has more headers',
      'multipart/mixed;boundary=b1',
      (sdp) => parts(sdp, 'b1', 'Content-Length: 10\r\nContent-Disposition: session;handling=required\r\nContent-Type: application/sdp'),
    ],
    ['white space follows the boundary', 'multipart/mixed;boundary=b1', (sdp) => parts(sdp).replaceAll('--b1\r\n', '--b1 \t\r\n')],
    ['words stand before and behind', 'multipart/mixed;boundary=b1', (sdp) => `not --b1 yet\r\n${parts(sdp)}\r\nno more\r\n`],
    ['lines end with LF only', 'multipart/mixed;boundary=b1', (sdp) => parts(sdp).replaceAll('\r\n', '\n')],
    ['the last boundary is missing', 'multipart/mixed;boundary=b1', (sdp) => parts(sdp).replace('--b1--\r\n', '')],
    [
      'the session description stands in a part of a part',
      'multipart/mixed;boundary=b1',
      (sdp) => lines('--b1', 'Content-Type: multipart/alternative; boundary="b1a"', '', parts(sdp, 'b1a'), '--b1--', ''),
    ],
    [
      'it is signed',
      'multipart/signed;protocol="application/pkcs7-signature";micalg=sha1;boundary=b1',
      (sdp) =>
        lines(
          '--b1',
          'Content-Type: application/sdp',
          '',
          sdp,
          '--b1',
          'Content-Type: application/pkcs7-signature',
          'Content-Transfer-Encoding: binary',
          '',
          'x',
          '--b1--',
          '',
        ),
    ],
    [
      'it is packed for mail',
      'multipart/mixed;boundary=b1',
      (sdp) => parts(btoa(sdp).replace(/(.{60})/g, '$1\r\n'), 'b1', 'Content-Type: application/sdp\r\nContent-Transfer-Encoding: BASE64'),
    ],
    [
      'an earlier description is for early media',
      'multipart/mixed;boundary=b1',
      (sdp) =>
        lines(
          '--b1',
          'Content-Type: application/sdp',
          'Content-Disposition: early-session',
          '',
          sdp.replace('RTP/AVP 8', 'RTP/AVP 0'),
          '--b1',
          'Content-Type: application/sdp',
          '',
          sdp,
          '--b1--',
          '',
        ),
    ],
    [
      'a better alternative follows',
      'multipart/alternative;boundary=b1',
      (sdp) =>
        lines(
          '--b1',
          'Content-Type: application/sdp',
          '',
          sdp.replace('RTP/AVP 8', 'RTP/AVP 0'),
          '--b1',
          'Content-Type: application/sdp',
          '',
          sdp,
          '--b1',
          'Content-Type: application/sdpng',
          '',
          'x',
          '--b1--',
          '',
        ),
    ],
  ])('%s', async (_what, contentType, body) => {
    const phone = await stack.phone();
    expect(await statusOf(phone, contentType, body(phone.sdp(...AUDIO)))).toBe(200);
  });

  it.each([
    ['Application/SDP', 'in capitals'],
    ['application/sdp ; charset = utf-8', 'with a parameter'],
    ['application / sdp', 'with spaces'],
  ])('a plain description is %s: %s', async (contentType) => {
    const phone = await stack.phone();
    expect(await statusOf(phone, contentType, phone.sdp(...AUDIO))).toBe(200);
  });

  it('nothing of it need be understood: the offer is ours then', async () => {
    const phone = await stack.phone();
    const isup = lines(
      '--b1',
      'Content-Type: application/isup;version=itu-t92+',
      'Content-Disposition: signal;handling=Optional',
      '',
      'x',
      '--b1--',
      '',
    );
    const ok = await phone.invite({ contentType: 'multipart/mixed;boundary=b1', body: isup }, () => phone.sdp(...AUDIO));
    expect(ok.status).toBe(200);
    expect(ok.body).toContain('RTP/AVP 0 8 9 111 101 110\r\n');
    await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
    await phone.ask('BYE');
  });

  it('it comes within the call: re-INVITE, the answer in an ACK, and a key by INFO', async () => {
    const phone = await stack.phone();
    const contentType = 'Multipart/Mixed; Boundary="b1"; x=y';
    await phone.invite({ body: phone.sdp(...AUDIO) });
    await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
    expect((await phone.invite({ contentType, body: parts(phone.sdp(...AUDIO, 'a=sendonly')) })).body).toContain('a=recvonly');
    const ok = await phone.ask('INVITE');
    phone.ackOf(ok, { contentType, body: parts(phone.sdp(...AUDIO)) });
    const info = await phone.ask('INFO', { contentType, body: parts('Signal=8\r\nDuration=160', 'b1', 'c: application/dtmf-relay') });
    expect(info.status).toBe(200);
    await until('a key', () => stack.heard(phone).events.some((event) => event.kind === 'dtmf' && event.digit === '8'));
    expect((await phone.ask('BYE')).status).toBe(200);
  });
});

describe('415 is right, and says what would be taken, where', () => {
  it.each<[string, string, (sdp: string) => string, string[]]>([
    ['no part is a session description', 'multipart/mixed;boundary=b1', () => parts('x', 'b1', 'Content-Type: text/plain'), []],
    [
      'a part has to be understood and is not',
      'multipart/mixed;boundary=b1',
      () => lines('--b1', 'Content-Type: application/isup', 'Content-Disposition: signal;handling=required', '', 'x', '--b1--', ''),
      [],
    ],
    ['the only description is for early media', 'application/sdp', (sdp) => sdp, ['Content-Disposition: early-session']],
    ['the description is compressed', 'application/sdp', (sdp) => sdp, ['Content-Encoding: gzip']],
    ['the boundary is missing', 'multipart/mixed', (sdp) => parts(sdp), []],
    ['the boundary is another', 'multipart/mixed;boundary=b2', (sdp) => parts(sdp), []],
    [
      'there are parts in parts without an end',
      'multipart/mixed;boundary=b1',
      () => '--b1\r\nContent-Type: multipart/mixed;boundary=b1\r\n\r\n'.repeat(400),
      [],
    ],
  ])('%s', async (_what, contentType, body, more) => {
    const phone = await stack.phone();
    const answer = await phone.ask('INVITE', { contentType, body: body(phone.sdp(...AUDIO)), more });
    phone.ack(answer);
    expect(answer.status).toBe(415);
    expect(answer.header('Accept')).toContain('application/sdp, multipart/mixed');
    expect(answer.header('Accept-Encoding')).toBe('identity');
  });
});
