import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { IceLite, type IcePath } from './ice-lite.ts';
import {
  BINDING_ERROR,
  BINDING_REQUEST,
  BINDING_SUCCESS,
  buildStun,
  hasIntegrity,
  ICE_CONTROLLED,
  parseStun,
  PRIORITY,
  USE_CANDIDATE,
  USERNAME,
  type StunAttribute,
} from './stun.ts';

const hmac = (key: Uint8Array, message: Uint8Array): Uint8Array => createHmac('sha1', key).update(message).digest();
const LOCAL = { usernameFragment: 'ours', password: 'a password of ours' };
const WIFI: IcePath = { socket: 0, address: '192.0.2.10', port: 4000 };
const MOBILE: IcePath = { socket: 1, address: '2001:db8::7', port: 5000 };

function check(
  options: { username?: string; password?: string; nominates?: boolean; extra?: readonly StunAttribute[]; type?: number } = {},
): Uint8Array {
  const attributes: StunAttribute[] = [
    { type: USERNAME, value: Buffer.from(options.username ?? 'ours:theirs') },
    { type: PRIORITY, value: new Uint8Array(4) },
    ...(options.extra ?? []),
  ];
  if (options.nominates === true) attributes.push({ type: USE_CANDIDATE, value: new Uint8Array(0) });
  return buildStun(
    options.type ?? BINDING_REQUEST,
    Uint8Array.from({ length: 12 }, (_, at) => at),
    attributes,
    Buffer.from(options.password ?? LOCAL.password),
    hmac,
  );
}

function replied(ice: IceLite, bytes: Uint8Array, path: IcePath): { readonly type: number; readonly pathChanged: boolean } {
  const verdict = ice.receive(ms(0), bytes, path);
  if (verdict.kind !== 'reply') throw new Error('no reply');
  const message = parseStun(verdict.reply)!;
  expect(hasIntegrity(verdict.reply, message.integrityAt, Buffer.from(LOCAL.password), hmac)).toBe(true);
  expect(verdict.reply.length).toBeLessThanOrEqual(bytes.length + 24);
  return { type: message.type, pathChanged: verdict.pathChanged };
}

describe('the lite side of ICE', () => {
  it('answers a check, and sends that way until the peer nominates another', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    expect(ice.sendPath).toBeUndefined();
    expect(replied(ice, check(), WIFI)).toEqual({ type: BINDING_SUCCESS, pathChanged: true });
    expect(ice.sendPath).toEqual(WIFI);
    expect(replied(ice, check({ nominates: true }), MOBILE).pathChanged).toBe(true);
    expect(ice.sendPath).toEqual(MOBILE);
    expect(replied(ice, check(), WIFI).pathChanged).toBe(false);
    expect(ice.sendPath).toEqual(MOBILE);
    expect(replied(ice, check({ nominates: true }), WIFI).pathChanged).toBe(true);
    expect(ice.isKnown(WIFI) && ice.isKnown(MOBILE)).toBe(true);
    expect(ice.isKnown({ ...WIFI, port: 4001 })).toBe(false);
  });

  it('says nothing to strangers', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    for (const bytes of [
      check({ password: 'wrong' }),
      check({ username: 'ours:others' }),
      check({ username: 'theirs:ours' }),
      check({ type: BINDING_SUCCESS }),
      check({ type: 0x0011 }),
      Buffer.from('junk'),
    ]) {
      expect(ice.receive(ms(0), bytes, WIFI)).toEqual({ kind: 'useless' });
    }
    expect(ice.sendPath).toBeUndefined();
  });

  it('refuses attributes that it must understand and does not, and a peer that would be led', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    expect(replied(ice, check({ extra: [{ type: 0x7001, value: new Uint8Array(2) }] }), WIFI).type).toBe(BINDING_ERROR);
    expect(replied(ice, check({ extra: [{ type: ICE_CONTROLLED, value: new Uint8Array(8) }] }), WIFI).type).toBe(BINDING_ERROR);
    expect(ice.sendPath).toBeUndefined();
  });

  // Calls from one browser broke off after half a minute: its checks that it is still wanted carry no nomination, and were not answered.
  it('answers checks without a nomination for as long as the call lasts, and stays where it is', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    replied(ice, check({ nominates: true }), WIFI);
    for (let count = 0; count < 1_000; count += 1) {
      expect(replied(ice, check(), WIFI)).toEqual({ type: BINDING_SUCCESS, pathChanged: false });
      expect(replied(ice, check(), MOBILE)).toEqual({ type: BINDING_SUCCESS, pathChanged: false });
    }
    expect(ice.sendPath).toEqual(WIFI);
  });

  // The connection was lost between two networks: the answer to a restart did not arrive, and the second restart forgot the credentials in use.
  it('answers by the credentials in use however often a restart is begun, until one comes through', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    replied(ice, check({ nominates: true }), WIFI);
    for (let count = 2; count < 9; count += 1) {
      ice.restart({ usernameFragment: `ours${count}`, password: LOCAL.password }, `theirs${count}`);
      expect(replied(ice, check(), WIFI)).toEqual({ type: BINDING_SUCCESS, pathChanged: false });
    }
    expect(replied(ice, check({ username: 'ours7:theirs7' }), MOBILE).pathChanged).toBe(false);
    expect(ice.receive(ms(0), check({ username: 'ours5:theirs5' }), MOBILE).kind).toBe('useless');
    expect(replied(ice, check({ username: 'ours8:theirs8', nominates: true }), MOBILE).pathChanged).toBe(true);
    expect(ice.receive(ms(0), check(), WIFI).kind).toBe('useless');
  });

  it('keeps the old path over a restart until the peer nominates a new one', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    replied(ice, check({ nominates: true }), WIFI);
    ice.restart({ usernameFragment: 'ours2', password: LOCAL.password }, 'theirs2');
    expect(replied(ice, check(), WIFI).type).toBe(BINDING_SUCCESS);
    expect(replied(ice, check({ username: 'ours2:theirs2' }), MOBILE).pathChanged).toBe(false);
    expect(replied(ice, check({ nominates: true }), { ...WIFI, port: 1 }).pathChanged).toBe(false);
    expect(replied(ice, check({ username: 'ours2:theirs2', nominates: true }), MOBILE).pathChanged).toBe(true);
    expect(ice.sendPath).toEqual(MOBILE);
    expect(ice.receive(ms(0), check({ nominates: true }), WIFI)).toEqual({ kind: 'useless' });
  });

  it('remembers a bounded number of paths, and never forgets the nominated one', () => {
    const ice = new IceLite(LOCAL, 'theirs', hmac);
    replied(ice, check({ nominates: true }), WIFI);
    for (let port = 1; port <= 1000; port += 1) ice.receive(ms(port), check(), { socket: 0, address: '192.0.2.99', port });
    expect(ice.isKnown(WIFI)).toBe(true);
    expect(ice.isKnown({ socket: 0, address: '192.0.2.99', port: 1000 })).toBe(true);
    expect(ice.isKnown({ socket: 0, address: '192.0.2.99', port: 10 })).toBe(false);
  });
});
