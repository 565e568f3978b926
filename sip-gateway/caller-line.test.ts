import { expect, it } from 'vitest';
import { callerLine, type KnownAccount, type KnownTrunk } from './caller-line.ts';

const account = (name: string, user: string, instance: string, ...addresses: readonly string[]): KnownAccount => ({
  name,
  user,
  instance,
  persona: `${name}-persona`,
  knows: (address) => addresses.includes(address),
});
const ACCOUNTS = [
  account('office', '1000', 'aaa', '192.0.2.1'),
  account('desk', '1001', 'bbb', '192.0.2.1'),
  account('provider', 'u77', 'ccc', '192.0.2.2', '192.0.2.3'),
];
const TRUNKS: readonly KnownTrunk[] = [
  { name: 'trunk', persona: undefined, contains: (address) => address === '192.0.2.9' || address === '192.0.2.2' },
  { name: 'hotline', persona: 'hotel', contains: (address) => address === '192.0.2.10' },
];

it.each([
  ['its rinstance, wherever from', 'sip:1000@bot;rinstance=aaa', '1000', '203.0.113.7', 'office'],
  ['its rinstance before everything else', 'sip:1001@bot;transport=tcp;rinstance=aaa', '1001', '192.0.2.9', 'office'],
  ['address and user', 'sip:1001@bot', '1001', '192.0.2.1', 'desk'],
  ['address and the user of To, where the number is in the URI', 'sip:+4930@bot', '1001', '192.0.2.1', 'desk'],
  ['address and user, escaped', 'sip:%31000@bot', 'x', '192.0.2.1', 'office'],
  ['the only account there, by any number', 'sip:+4930@bot', '+4930', '192.0.2.3', 'provider'],
  ['a trunk before the only account there', 'sip:+4930@bot', '+4930', '192.0.2.2', 'trunk'],
  ['an account and its user before a trunk', 'sip:u77@bot', 'u77', '192.0.2.2', 'provider'],
  ['a trunk by any number', 'sip:+4930@bot', '+4930', '192.0.2.9', 'trunk'],
])('a call is known by %s', (_name, requestUri, to, address, expected) => {
  const line = callerLine({ requestUri, toUri: `sip:${to}@bot`, address }, ACCOUNTS, TRUNKS);
  expect(line?.account ?? line?.trunk).toBe(expected);
});

it.each([
  ['an account of ours from elsewhere', 'sip:1000@bot', '203.0.113.7'],
  ['a wrong rinstance', 'sip:1000@bot;rinstance=aab', '203.0.113.7'],
  ['an empty one', 'sip:1000@bot;rinstance=', '203.0.113.7'],
  ['one in a header of the URI', 'sip:1000@bot?rinstance=aaa', '203.0.113.7'],
  ['one in the user', 'sip:1000;rinstance=aaa@bot', '203.0.113.7'],
  ['a number of which it is not clear whose it is', 'sip:+4930@bot', '192.0.2.1'],
  ['no SIP URI', 'tel:+4930;rinstance=aaa', '203.0.113.7'],
  ['rubbish', ';;;rinstance=aaa', '203.0.113.7'],
])('%s is nobody known', (_name, requestUri, address) => {
  expect(callerLine({ requestUri, toUri: requestUri, address }, ACCOUNTS, TRUNKS)).toBeUndefined();
});

it('says who answers', () => {
  const call = { toUri: '', address: '192.0.2.10' };
  expect(callerLine({ ...call, requestUri: 'sip:x@bot;rinstance=ccc' }, ACCOUNTS, TRUNKS)).toEqual({
    account: 'provider',
    persona: 'provider-persona',
  });
  expect(callerLine({ ...call, requestUri: 'sip:x@bot' }, ACCOUNTS, TRUNKS)).toEqual({ trunk: 'hotline', persona: 'hotel' });
  expect(callerLine({ ...call, requestUri: 'sip:x@bot', address: '192.0.2.9' }, ACCOUNTS, TRUNKS)).toEqual({ trunk: 'trunk' });
});
