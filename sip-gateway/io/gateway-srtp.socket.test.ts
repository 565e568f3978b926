import { afterEach, describe, expect, it } from 'vitest';
import type { LegSpec } from '#media';
import { startTestStack, until } from './test-stack.ts';
import type { TestStack } from './test-stack.ts';

let stack: TestStack;
afterEach(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
  expect(stack.gateway.activeCalls()).toBe(0);
});

/** 30 bytes, all alike, in base64. */
const keyText = (byte: number) => Buffer.alloc(30, byte).toString('base64');
const encrypted = (byte: number, ...more: readonly string[]) =>
  offer('RTP/SAVP', `a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:${keyText(byte)}`, ...more);

function offer(protocol: string, ...lines: readonly string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.9', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', `m=audio 4000 ${protocol} 0`, ...lines, ''].join('\r\n');
}

const ownKey = (body: string) => /^a=crypto:\d+ \S+ inline:(\S+)/m.exec(body)?.[1];

function keysNow(leg: { readonly now: LegSpec } | undefined): { sent: string; received: string } {
  const srtp = leg?.now.srtp;
  if (typeof srtp !== 'object') throw new Error(`no keys: ${String(srtp)}`);
  const text = ({ key, salt }: { key: Uint8Array; salt: Uint8Array }) => Buffer.concat([key, salt]).toString('base64');
  return { sent: text(srtp.send), received: text(srtp.receive) };
}

describe('an encrypted call', () => {
  it('has the keys that both descriptions name, keeps its own, and takes new ones of the caller', async () => {
    stack = await startTestStack({ sip: { srtp: 'required' } });
    const call = await stack.call();
    const ok = await call.establish({ sdp: encrypted(1) });
    expect(ok.body).toContain('m=audio 30000 RTP/SAVP 0\r\n');
    expect(keysNow(stack.media.legs[0])).toEqual({ sent: ownKey(ok.body), received: keyText(1) });
    const held = encrypted(1, 'a=sendonly');
    call.invite({ sdp: held });
    const second = await call.phone.response(200, 'INVITE');
    call.ack(second);
    call.invite({ sdp: encrypted(2) });
    const third = await call.phone.response(200, 'INVITE');
    call.ack(third);
    await until('the new keys', () => keysNow(stack.media.legs[0]).received === keyText(2));
    expect([ownKey(second.body), ownKey(third.body)]).toEqual([ownKey(ok.body), ownKey(ok.body)]);
    expect(keysNow(stack.media.legs[0]).sent).toBe(ownKey(ok.body));
    call.invite({ sdp: offer('RTP/AVP') });
    const refusal = await call.phone.response(488, 'INVITE');
    expect(refusal.header('Warning')).toMatch(/^302 parley "Incompatible transport protocol: this server takes encrypted audio only/);
    call.ack(refusal);
    expect(keysNow(stack.media.legs[0]).received).toBe(keyText(2));
    call.bye();
    await call.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
  });

  it('whose caller makes no offer gets ours, and hears nothing until it has said its key', async () => {
    stack = await startTestStack({ sip: { srtp: 'required' } });
    const call = await stack.call();
    call.invite({});
    const ok = await call.phone.response(200, 'INVITE');
    expect(ok.body.match(/^a=crypto:/gm)).toHaveLength(3);
    expect(stack.media.legs[0]?.opened.srtp).toBe('awaited');
    call.ack(ok, encrypted(5).replace('crypto:3', 'crypto:1'));
    await until('the keys', () => stack.media.legs[0]?.now.srtp !== 'awaited');
    expect(keysNow(stack.media.legs[0])).toEqual({ sent: ownKey(ok.body), received: keyText(5) });
    call.bye();
    await call.phone.response(200, 'BYE');
    await until('over', () => stack.gateway.activeCalls() === 0);
  });

  it.each([
    ['required', offer('RTP/AVP')],
    ['off', encrypted(1)],
    ['optional', offer('UDP/TLS/RTP/SAVP', 'a=fingerprint:sha-256 00:11')],
  ])('is what sip.srtp: %s wants, or there is none', async (srtp, sdp) => {
    stack = await startTestStack({ sip: { srtp } });
    const call = await stack.call();
    call.invite({ sdp });
    const refusal = await call.phone.response(488, 'INVITE');
    expect(refusal.header('Warning')).toMatch(/^302 parley "/);
    expect(refusal.raw).not.toContain(keyText(1).slice(0, 12));
    call.ack(refusal);
    expect(stack.refused).toEqual(['refused/no-encryption']);
    expect(stack.media.legs).toEqual([]);
  });

  it('is warned of once where its keys can be read, and no key stands in any line', async () => {
    stack = await startTestStack();
    for (const byte of [1, 2]) {
      const call = await stack.call();
      await call.establish({ sdp: encrypted(byte) });
      call.bye();
      await call.phone.response(200, 'BYE');
    }
    await until('over', () => stack.gateway.activeCalls() === 0);
    const warnings = stack.lines.filter((line) => line.includes('keys of encrypted audio'));
    expect(warnings).toEqual([expect.stringContaining('"transport":"udp"')]);
    expect(stack.lines.join('\n')).not.toContain(keyText(1).slice(0, 12));
  });
});
