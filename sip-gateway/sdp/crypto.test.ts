import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudioCodec } from '#media';
import { chooseFromAnswer, chooseFromOffer, type Choice } from './choice.ts';
import { CRYPTO_SUITES, OwnKeys, type SrtpPolicy } from './crypto.ts';
import { LocalSession } from './local-session.ts';
import { NO_LINES, planOffer } from './own-offer.ts';
import { offers } from './testing/vectors.ts';
import { readSdp, type RemoteSdp } from './remote-sdp.ts';
import { writeOffer } from './writing.ts';

const PEER = '192.0.2.9';
const SPOKEN: readonly AudioCodec[] = ['PCMU', 'PCMA'];
/** 30 and 28 bytes. */
const KEY = 'MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm';
const GCM_KEY = 'MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZA==';
const ownKeys = () => {
  let fill = 0;
  return new OwnKeys((length) => new Uint8Array(length).fill((fill += 1)));
};
const end = () => ({ address: '192.0.2.7', port: 30_000, rtcpPort: 30_001, sessionId: '17', keys: ownKeys() });

function read(text: string): RemoteSdp {
  const reading = readSdp(text);
  if (reading.kind === 'bad') throw new Error(reading.why);
  return reading.sdp;
}

const audio = (protocol: string, ...lines: readonly string[]) =>
  [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.9',
    's=-',
    'c=IN IP4 192.0.2.9',
    't=0 0',
    `m=audio 4000 ${protocol} 0 8 101`,
    ...lines.map((line) => `a=${line}`),
    '',
  ].join('\r\n');

const choose = (text: string, policy: SrtpPolicy = 'optional'): Choice => chooseFromOffer(read(text), PEER, SPOKEN, policy);

/** What was chosen: tag and suite, `plain`, or why not. */
function chosen(text: string, policy: SrtpPolicy = 'optional'): string {
  const choice = choose(text, policy);
  if (choice.kind === 'refused') return `${choice.reason.code} ${choice.warning?.code}`;
  if (choice.kind === 'disabled') return 'disabled';
  const { crypto } = choice.session;
  return crypto === undefined ? 'plain' : `${crypto.tag} ${crypto.suite}`;
}

function answerOf(text: string, policy: SrtpPolicy = 'optional'): readonly string[] {
  const choice = choose(text, policy);
  if (choice.kind !== 'agreed') throw new Error(JSON.stringify(choice));
  return new LocalSession(end(), SPOKEN, policy).answer(read(text), choice.session).text.split('\r\n');
}

/** The shape of what each offers, keys replaced. */
const PHONES: Readonly<Record<string, readonly [string, readonly string[], string]>> = {
  'linphone, mandatory': [
    'RTP/SAVP',
    [
      `crypto:1 AEAD_AES_128_GCM inline:${GCM_KEY}`,
      `crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
      `crypto:3 AEAD_AES_256_GCM inline:${KEY}MTIz`,
      `crypto:4 AES_256_CM_HMAC_SHA1_80 inline:${KEY}MTIz`,
    ],
    '2 AES_CM_128_HMAC_SHA1_80',
  ],
  'baresip, srtp-mand': [
    'RTP/SAVP',
    [`crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`, `crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`],
    '2 AES_CM_128_HMAC_SHA1_80',
  ],
  'baresip, srtp (best effort)': ['RTP/AVP', [`crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`], '1 AES_CM_128_HMAC_SHA1_80'],
  Asterisk: ['RTP/SAVP', [`crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`], '1 AES_CM_128_HMAC_SHA1_80'],
  FreeSWITCH: [
    'RTP/SAVP',
    [
      `crypto:1 AEAD_AES_256_GCM_8 inline:${KEY}MTIz`,
      `crypto:3 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
      `crypto:5 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`,
      `crypto:6 AES_CM_128_NULL_AUTH inline:${KEY}`,
    ],
    '3 AES_CM_128_HMAC_SHA1_80',
  ],
  'Yealink, with lifetime and a name of the key': [
    'RTP/SAVP',
    [`crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^31|1:1`, `crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${KEY}|2^31|1:1`],
    '1 AES_CM_128_HMAC_SHA1_80',
  ],
  'Zoiper, the short tag only': ['RTP/SAVP', [`crypto:7 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`], '7 AES_CM_128_HMAC_SHA1_32'],
  'Teams, the short tag first': [
    'RTP/SAVP',
    [`crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${KEY}|2^31`, `crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^31|5:4`],
    '2 AES_CM_128_HMAC_SHA1_80',
  ],
  'Cisco, GCM only, feedback': ['RTP/SAVPF', [`crypto:1 AEAD_AES_128_GCM inline:${GCM_KEY}|1073741824`], '1 AEAD_AES_128_GCM'],
};

describe('encrypted offers of phones', () => {
  it.each(Object.entries(PHONES))('%s', (_name, [protocol, lines, expected]) => {
    const text = audio(protocol, ...lines);
    expect(chosen(text)).toBe(expected);
    expect(chosen(text, 'required')).toBe(expected);
    const answer = answerOf(text);
    expect(answer.find((line) => line.startsWith('m='))).toMatch(new RegExp(`^m=audio 30000 ${protocol} 0`));
    const crypto = answer.filter((line) => line.startsWith('a=crypto:'));
    expect(crypto).toHaveLength(1);
    expect(crypto[0]?.startsWith(`a=crypto:${expected} inline:`)).toBe(true);
    // Our own key, never the caller's.
    expect(crypto[0]).not.toContain(KEY.slice(0, 12));
    expect(chosen(text, 'off')).toBe(protocol === 'RTP/AVP' ? 'plain' : 'no-encryption 302');
  });

  it.each([
    ['a key that is too short', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${GCM_KEY}`],
    ['a key that is too long', `crypto:1 AEAD_AES_128_GCM inline:${KEY}`],
    ['an unknown suite', `crypto:1 F8_128_HMAC_SHA1_80 inline:${KEY}`],
    ['no base64', 'crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%%%'],
    ['RTP in the clear', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} UNENCRYPTED_SRTP`],
    ['RTCP in the clear', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} WSH=64 UNENCRYPTED_SRTCP`],
    ['no authentication', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} UNAUTHENTICATED_SRTP`],
    ['keys derived anew', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} KDR=1`],
    ['several keys in turn', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:4;inline:${KEY}|2^20|2:4`],
    ['a name longer than it says', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|256:1`],
    ['a name of no length', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:0`],
    ['another way to carry keys', 'crypto:1 AES_CM_128_HMAC_SHA1_80 uri:https://192.0.2.1/key'],
    ['no tag', `crypto:x AES_CM_128_HMAC_SHA1_80 inline:${KEY}`],
  ])('a line is passed over that has %s', (_what, line) => {
    expect(chosen(audio('RTP/SAVP', line))).toBe('no-encryption 302');
    expect(chosen(audio('RTP/AVP', line))).toBe('plain');
    expect(chosen(audio('RTP/AVP', line), 'required')).toBe('no-encryption 302');
    expect(chosen(audio('RTP/SAVP', line, `crypto:9 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`))).toBe('9 AES_CM_128_HMAC_SHA1_32');
  });

  it.each([
    ['a hint of the window', `${KEY} WSH=128`],
    ['what may be passed over', `${KEY} -FUTURE=1`],
    ['a lifetime', `${KEY}|2^48`],
    ['a name without a lifetime', `${KEY}|7:2`],
  ])('a line counts that has %s', (_what, rest) => {
    expect(chosen(audio('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${rest}`))).toBe('1 AES_CM_128_HMAC_SHA1_80');
  });

  it('names our key as the caller names theirs, and tells media both', () => {
    const text = audio('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^31|258:4`);
    expect(answerOf(text).find((line) => line.startsWith('a=crypto'))).toMatch(
      /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[\w+/]{40}\|258:4$/,
    );
    expect(choose(text)).toMatchObject({
      session: { crypto: { remote: { mki: Uint8Array.of(0, 0, 1, 2) }, ownMki: Uint8Array.of(0, 0, 1, 2) } },
    });
  });

  it.each([
    ['plain RTP, where encryption is required', audio('RTP/AVP'), 'required', 'this server takes encrypted audio only'],
    [
      'encrypted RTP, where it is off',
      audio('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`),
      'off',
      'takes no encrypted audio',
    ],
    ['RTP/SAVP without a key', audio('RTP/SAVP'), 'optional', 'a=crypto is needed'],
    ['keys by DTLS', audio('UDP/TLS/RTP/SAVP', 'fingerprint:sha-256 00:11', 'setup:actpass'), 'optional', 'keys by DTLS'],
  ] as const)('refuses with a word that says what is needed: %s', (_what, text, policy, says) => {
    expect(choose(text, policy)).toMatchObject({
      kind: 'refused',
      reason: { by: 'refused', code: 'no-encryption' },
      warning: { code: 302, text: expect.stringContaining(says) },
    });
    expect(JSON.stringify(choose(text, policy))).not.toContain(KEY.slice(0, 12));
  });

  it('takes the encrypted one of two lines for the same audio, wherever it stands', () => {
    expect(chosen(offers.withCryptoLines)).toBe('1 AES_CM_128_HMAC_SHA1_80');
    const [head = '', secure = '', plain = ''] = offers.withCryptoLines.split('m=audio');
    expect(choose(`${head}m=audio${plain}m=audio${secure}`)).toMatchObject({ session: { lineIndex: 1, crypto: { tag: 1 } } });
    expect(choose(`${head}m=audio${plain}m=audio${secure}`, 'off')).toMatchObject({ session: { lineIndex: 0 } });
  });

  it('is held by port 0 whatever the profile', () => {
    expect(chosen(audio('RTP/SAVP').replace('4000', '0'))).toBe('disabled');
  });
});

describe('our own offers', () => {
  const offerOf = (policy: SrtpPolicy) => {
    const plan = planOffer(NO_LINES, SPOKEN, policy);
    return { plan, text: writeOffer(plan, { ...end(), version: 1 }) };
  };

  it.each([
    ['off', 'RTP/AVP', 0],
    ['optional', 'RTP/AVP', 3],
    ['required', 'RTP/SAVP', 3],
  ] as const)('%s', (policy, protocol, count) => {
    const { text } = offerOf(policy);
    expect(text).toContain(`m=audio 30000 ${protocol} 0 8 `);
    const lines = text.match(/a=crypto:\d \S+ inline:\S+/g) ?? [];
    expect(lines).toHaveLength(count);
    expect(new Set(lines.map((line) => line.split('inline:')[1])).size).toBe(count);
  });

  it.each([
    ['optional', audio('RTP/AVP'), 'plain'],
    ['required', audio('RTP/AVP'), 'no-encryption'],
    ['optional', audio('RTP/AVP', `crypto:2 AEAD_AES_128_GCM inline:${GCM_KEY}`), 'AEAD_AES_128_GCM'],
    ['required', audio('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`), 'AES_CM_128_HMAC_SHA1_80'],
    ['required', audio('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`), 'no-encryption'],
    ['required', audio('RTP/SAVP', `crypto:4 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`), 'no-encryption'],
    ['optional', audio('RTP/AVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${GCM_KEY}`), 'no-encryption'],
    ['off', audio('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`), 'no-encryption'],
  ] as const)('%s, an answer %#', (policy, answer, expected) => {
    const choice = chooseFromAnswer(read(answer), offerOf(policy).plan, PEER, SPOKEN, policy);
    const found =
      choice.kind === 'refused' ? choice.reason.code : choice.kind === 'agreed' ? (choice.session.crypto?.suite ?? 'plain') : '';
    expect(found).toBe(expected);
  });

  it('repeat in the call what was agreed on, with the same keys of ours', () => {
    const session = new LocalSession(end(), SPOKEN, 'optional');
    const text = audio('RTP/SAVP', `crypto:4 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`);
    const choice = choose(text);
    const answer = session.answer(read(text), choice.kind === 'agreed' ? choice.session : undefined);
    answer.sent();
    const [, key] = /inline:(\S+)/.exec(answer.text) ?? [];
    const offer = session.offer();
    expect(offer.text).toContain('RTP/SAVP');
    expect(offer.text).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}\r\n`);
    const plainly = choose(audio('RTP/AVP'));
    const plain = session.answer(read(audio('RTP/AVP')), plainly.kind === 'agreed' ? plainly.session : undefined);
    plain.sent();
    expect(session.offer().text).not.toContain('a=crypto');
  });
});

it('reads any lines of keys without throwing, and what it takes has the right lengths', () => {
  const part = fc.oneof(
    fc.constantFrom('crypto:1', ...CRYPTO_SUITES, 'inline:', KEY, GCM_KEY, '|2^31', '|1:4', ';', ' ', 'WSH=1'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const choice = choose(audio('RTP/SAVP', parts.join('').replaceAll(/[\r\n\0]/g, '')));
      if (choice.kind === 'agreed') expect(choice.session.crypto?.remote.key).toHaveLength(16);
    }),
    { numRuns: 3_000 },
  );
});

it.each(['AAAAA', '='.repeat(3), 'A', '%%%%', 'A'.repeat(128), 'A'.repeat(129)])(
  'a line whose key is %s is passed over, and so is no other',
  (key) => {
    const bad = `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`;
    const good = `crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${'A'.repeat(40)}`;
    expect(chosen(audio('RTP/AVP', bad))).toBe('plain');
    expect(chosen(audio('RTP/SAVP', bad, good))).toBe('2 AES_CM_128_HMAC_SHA1_80');
  },
);

describe('our own keys', () => {
  const keys = (): OwnKeys => {
    let made = 0;
    return new OwnKeys((length) => new Uint8Array(length).fill((made += 1)));
  };
  const named = (own: OwnKeys, suite: (typeof CRYPTO_SUITES)[number]): number => own.inline(suite, undefined).keyAndSalt[0]!;
  const [first, second] = CRYPTO_SUITES as [(typeof CRYPTO_SUITES)[number], (typeof CRYPTO_SUITES)[number]];

  it('stay as long as their suite is in use, also where an offer of another one was taken back', () => {
    const own = keys();
    const key = named(own, first);
    own.taken(first);
    named(own, second);
    own.taken(second);
    own.taken(first);
    expect(named(own, first)).toBe(key);
    expect(own.of(first).key[0]).toBe(key);
  });

  it.each([
    ['another suite', second],
    ['a spell without encryption', undefined],
  ])('are made anew where their suite is named again after %s', (_what, between) => {
    const own = keys();
    const key = named(own, first);
    own.taken(first);
    if (between !== undefined) named(own, between);
    own.taken(between);
    const renewed = named(own, first);
    expect(renewed).not.toBe(key);
    expect(named(own, first)).toBe(renewed);
    expect(own.of(first).key[0]).toBe(renewed);
  });
});
