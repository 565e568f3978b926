import { ms } from '#domain/units';
import { hexDigest } from './hex-digest.ts';
import { Registration } from '../registration.ts';
import type { Account, RegistrationAction, RegistrationInput } from '../registration-types.ts';

const ACCOUNT: Account = {
  name: 'office',
  domain: 'pbx.example.net',
  user: '1000',
  authUser: '1000',
  password: 'pass',
  registrars: ['pbx.example.net'],
  outboundProxy: undefined,
  transport: 'udp',
  expiresS: 3_600,
  rewriteContact: true,
};
export const CHALLENGE = 'Digest realm="pbx", nonce="n1", qop="auth", algorithm=SHA-256';
type Send = RegistrationAction & { readonly kind: 'send' };
export type Headers = Readonly<Record<string, string>>;

/** A registration whose other side is the test, in time that the test makes. */
export class Bench {
  readonly registration: Registration;
  readonly changes: string[] = [];
  readonly sent: Send[] = [];
  nowMs = 1_000;
  isStopped = false;
  #tokens = 0;

  /** `random`: 0 gives the shortest of each wait. */
  constructor(account: Partial<Account> = {}, random = 0) {
    const token = (): string => `t${(this.#tokens += 1)}`;
    this.registration = new Registration({ ...ACCOUNT, ...account }, { hash: hexDigest, token, random: () => random });
  }

  feed(input: RegistrationInput): void {
    for (const action of this.registration.handle(ms(this.nowMs), input)) {
      if (action.kind === 'send') {
        this.sent.push(action);
        const contact = action.headers['Contact']?.replace('localhost', '192.0.2.1:5060') ?? '';
        this.feed({ kind: 'sent', id: action.id, contact });
      } else if (action.kind === 'stopped') this.isStopped = true;
      else {
        const { state, fault, status } = action.status;
        this.changes.push([state, fault, status].filter((part) => part !== undefined).join(' '));
      }
    }
  }

  start(): this {
    this.feed({ kind: 'start' });
    return this;
  }

  answer(status: number, headers: Headers = {}, address = '192.0.2.9'): this {
    this.feed({ kind: 'answer', id: this.last.id, answer: { status, address, get: (name) => headers[name] } });
    return this;
  }

  /** 200 with the Contact as it was sent. */
  accept(expiresS = 3_600, headers: Headers = {}): this {
    const contact = (this.last.headers['Contact'] ?? '').split(',')[0]?.replace('localhost', '192.0.2.1:5060');
    return this.answer(200, { Contact: contact?.replace(/expires=\d+/, `expires=${expiresS}`) ?? '', ...headers });
  }

  /** To the next deadline; returns how long that took. */
  wait(): number {
    const dueMs = this.registration.wakeAtMs ?? this.nowMs;
    const tookMs = dueMs - this.nowMs;
    this.nowMs = dueMs;
    this.feed({ kind: 'wake' });
    return tookMs;
  }

  knows(address: string): boolean {
    return this.registration.knows(ms(this.nowMs), address);
  }

  get last(): Send {
    const last = this.sent.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  }

  header(name: string): string {
    return this.last.headers[name] ?? '';
  }
}
