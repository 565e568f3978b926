import { unreachable } from '#domain/assert';
import { ms, type Ms } from '#domain/units';
import { Backoff } from '#kit/backoff';
import { splitHostPort } from '../account-options.ts';
import { contactOf, readBindings, seconds, seenAddress, type SeenAddress } from './contact.ts';
import { Challenges, type ChallengeSide } from './challenges.ts';
import type { Hash } from './digest.ts';
import type {
  Account,
  RegisterAnswer,
  RegistrationAction,
  RegistrationFault,
  RegistrationInput,
  RegistrationStatus,
} from './registration-types.ts';

export interface RegistrationDeps {
  readonly hash: Hash;
  /** Unguessable and unique. */
  readonly token: () => string;
  /** 0 to 1. */
  readonly random: () => number;
}

/** One try: requests until one is answered for good. */
interface Attempt {
  /** Of the request under way; answers to others are late. */
  id: number;
  requests: number;
  deadlineMs: number;
  expiresS: number;
  /** A challenge of its own was answered. */
  hasAnswered: boolean;
  readonly isRemoval: boolean;
}

/** Keeps one account registered at one of its registrars (core); RFC 3261 section 10.2. */
export class Registration {
  readonly account: Account;
  /** In our Contact: tells an INVITE for this account from others. */
  readonly instance: string;
  readonly #deps: RegistrationDeps;
  readonly #challenges: Challenges;
  readonly #callId: string;
  readonly #tag: string;
  readonly #soon = new Backoff({ firstMs: FIRST_RETRY_MS, maxMs: MAX_RETRY_MS });
  readonly #late = new Backoff({ firstMs: FIRST_REFUSED_MS, maxMs: MAX_REFUSED_MS });
  /** Addresses that have answered as registrar, and until when that holds. */
  readonly #addresses = new Map<string, number>();
  #actions: RegistrationAction[] = [];
  #attempt: Attempt | undefined;
  #registrar = 0;
  #failedRegistrars = 0;
  /** A registrar of this round was given an answer to its challenge, and gave nothing for it. */
  #hasAnsweredInVain = false;
  #retryAfterS = 0;
  #cseq = 0;
  #ids = 0;
  #wantedExpiresS: number;
  #seen: SeenAddress | undefined;
  /** URIs of ours that the registrar is to forget. */
  #leftovers: readonly string[] = [];
  #contactUri = '';
  #validUntilMs = -Infinity;
  #nextTryMs = Infinity;
  #status: RegistrationStatus;
  #isStopping = false;
  #serviceRoute: string | undefined;
  #path: string | undefined;

  constructor(account: Account, deps: RegistrationDeps) {
    this.account = account;
    this.#deps = deps;
    this.instance = deps.token();
    this.#callId = deps.token();
    this.#tag = deps.token();
    this.#wantedExpiresS = account.expiresS;
    this.#challenges = new Challenges({ user: account.authUser, password: account.password }, deps);
    this.#status = { state: 'registering', registrar: account.registrars[0] ?? account.domain };
  }

  get status(): RegistrationStatus {
    return this.#status;
  }

  get wakeAtMs(): Ms | undefined {
    const isValid = this.#validUntilMs !== -Infinity && !this.#isStopping;
    const dueMs = Math.min(this.#attempt?.deadlineMs ?? this.#nextTryMs, isValid ? this.#validUntilMs : Infinity);
    return dueMs === Infinity ? undefined : ms(dueMs);
  }

  /** Whether a registrar of this account has answered from there, and the registration holds or just held. */
  knows(nowMs: Ms, address: string): boolean {
    return nowMs < (this.#addresses.get(address) ?? -Infinity);
  }

  /** What requests of this account have to take along: RFC 3608 and RFC 3327. */
  get routes(): { readonly serviceRoute: string | undefined; readonly path: string | undefined } {
    return { serviceRoute: this.#serviceRoute, path: this.#path };
  }

  handle(nowMs: Ms, input: RegistrationInput): readonly RegistrationAction[] {
    this.#actions = [];
    this.#dispatch(nowMs, input);
    return this.#actions;
  }

  #dispatch(nowMs: Ms, input: RegistrationInput): void {
    switch (input.kind) {
      case 'start':
        return this.#begin(nowMs);
      case 'wake':
        return this.#wake(nowMs);
      case 'stop':
        return this.#stop(nowMs);
      case 'sent':
        if (input.id === this.#attempt?.id) this.#contactUri = /<([^>]*)>/.exec(input.contact ?? '')?.[1] ?? '';
        return;
      case 'not-sent':
        if (input.id === this.#attempt?.id) this.#failed(nowMs, 'unreachable');
        return;
      case 'answer':
        if (input.id === this.#attempt?.id && input.answer.status >= 200) this.#answered(nowMs, input.answer, this.#attempt);
        return;
      default:
        unreachable(input);
    }
  }

  #wake(nowMs: Ms): void {
    if (nowMs >= this.#validUntilMs && this.#validUntilMs !== -Infinity && !this.#isStopping) this.#expired();
    if (this.#attempt === undefined ? nowMs >= this.#nextTryMs : false) this.#begin(nowMs);
    else if (this.#attempt !== undefined && nowMs >= this.#attempt.deadlineMs) this.#failed(nowMs, 'no-answer');
  }

  #begin(nowMs: Ms): void {
    if (this.#isStopping) return;
    this.#nextTryMs = Infinity;
    this.#challenges.begin();
    this.#attempt = { id: 0, requests: 0, deadlineMs: Infinity, expiresS: this.#wantedExpiresS, hasAnswered: false, isRemoval: false };
    this.#send(nowMs, this.#attempt);
  }

  #stop(nowMs: Ms): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    // A request under way may still register us.
    const mayBeRegistered = this.#attempt !== undefined || this.#validUntilMs > nowMs;
    this.#nextTryMs = Infinity;
    if (!mayBeRegistered) return this.#stopped();
    this.#challenges.begin();
    this.#attempt = { id: 0, requests: 0, deadlineMs: nowMs + REMOVAL_MS, expiresS: 0, hasAnswered: false, isRemoval: true };
    this.#send(nowMs, this.#attempt);
  }

  #send(nowMs: Ms, attempt: Attempt): void {
    const { domain, user, outboundProxy, transport } = this.account;
    attempt.id = this.#ids += 1;
    attempt.requests += 1;
    if (!attempt.isRemoval) attempt.deadlineMs = nowMs + ANSWER_MS;
    this.#cseq += 1;
    const uri = `sip:${domain}`;
    const address = `<sip:${user}@${splitHostPort(domain).host}>`;
    const own = contactOf({ user, transport, instance: this.instance }, this.#seen);
    const contacts = [`${own};expires=${attempt.expiresS}`, ...this.#leftovers.map((leftover) => `<${leftover}>;expires=0`)];
    const parameter = transport === 'udp' ? '' : `;transport=${transport}`;
    this.#actions.push({
      kind: 'send',
      id: attempt.id,
      uri,
      nextHop: `sip:${outboundProxy ?? this.#registrarName}${parameter}`,
      headers: {
        From: `${address};tag=${this.#tag}`,
        To: address,
        'Call-ID': this.#callId,
        CSeq: `${this.#cseq} REGISTER`,
        Contact: contacts.join(', '),
        Expires: String(attempt.expiresS),
        Supported: 'path',
        ...this.#challenges.headers({ method: 'REGISTER', uri, body: '' }),
      },
    });
  }

  #answered(nowMs: Ms, answer: RegisterAnswer, attempt: Attempt): void {
    const { status } = answer;
    const seen = this.account.rewriteContact ? seenAddress(answer.get('Via')) : undefined;
    if (attempt.isRemoval) return this.#removalAnswered(nowMs, answer, attempt);
    if (status < 300) return this.#accepted(nowMs, answer, attempt, seen);
    if (seen !== undefined) this.#seen = seen;
    if (status === 401 || status === 407) return this.#challenged(nowMs, answer, attempt);
    if (status === 423 && attempt.requests < MAX_REQUESTS) return this.#tooBrief(nowMs, answer, attempt);
    this.#retryAfterS = Math.max(this.#retryAfterS, Math.min(seconds(answer.get('Retry-After')) ?? 0, MAX_RETRY_AFTER_S));
    this.#failed(nowMs, faultOf(status), status);
  }

  #challenged(nowMs: Ms, answer: RegisterAnswer, attempt: Attempt): void {
    const side: ChallengeSide = answer.status === 401 ? 'user' : 'proxy';
    const verdict = this.#challenges.take(side, answer.get(side === 'user' ? 'WWW-Authenticate' : 'Proxy-Authenticate'));
    if (verdict === 'answer' && attempt.requests < MAX_REQUESTS) {
      attempt.hasAnswered = true;
      this.#send(nowMs, attempt);
    } else this.#failed(nowMs, verdict === 'unknown' ? 'unknown-challenge' : 'wrong-password', answer.status);
  }

  #tooBrief(nowMs: Ms, answer: RegisterAnswer, attempt: Attempt): void {
    const least = seconds(answer.get('Min-Expires')) ?? 0;
    attempt.expiresS = Math.min(MAX_EXPIRES_S, least > attempt.expiresS ? least : attempt.expiresS * 2);
    this.#wantedExpiresS = attempt.expiresS;
    this.#send(nowMs, attempt);
  }

  #accepted(nowMs: Ms, answer: RegisterAnswer, attempt: Attempt, seen: SeenAddress | undefined): void {
    const bindings = readBindings(answer.get('Contact'), { uri: this.#contactUri, instance: this.instance });
    const isMoved = seen !== undefined && (seen.address !== this.#seen?.address || seen.port !== this.#seen.port);
    const leftovers = isMoved && this.#contactUri !== '' ? [...bindings.leftovers, this.#contactUri] : bindings.leftovers;
    const hasMore = leftovers.some((uri) => !this.#leftovers.includes(uri));
    this.#leftovers = leftovers;
    if (isMoved) this.#seen = seen;
    const granted = bindings.expiresS ?? seconds(answer.get('Expires')) ?? attempt.expiresS;
    const expiresS = Math.min(MAX_EXPIRES_S, Math.max(MIN_EXPIRES_S, granted));
    this.#validUntilMs = nowMs + expiresS * 1_000;
    // Once more at once: under the address that it sees, and without what an earlier start left.
    if ((isMoved || hasMore) && attempt.requests < MAX_REQUESTS) return this.#send(nowMs, attempt);
    this.#attempt = undefined;
    this.#leftovers = [];
    this.#serviceRoute = answer.get('Service-Route')?.slice(0, MAX_ROUTE_CHARS);
    this.#path = answer.get('Path')?.slice(0, MAX_ROUTE_CHARS);
    this.#know(answer.address, this.#validUntilMs + ADDRESS_SLACK_MS);
    this.#soon.reset();
    this.#late.reset();
    this.#failedRegistrars = 0;
    this.#hasAnsweredInVain = false;
    this.#retryAfterS = 0;
    const refreshS = this.#seen === undefined ? expiresS : Math.min(expiresS, MAX_NAT_REFRESH_S);
    this.#nextTryMs = nowMs + refreshS * 1_000 * (MIN_REFRESH_RATIO + this.#deps.random() * REFRESH_SPREAD_RATIO);
    const wasRegistered = this.#status.state === 'registered' && this.#status.fault === undefined && this.#status.expiresS === expiresS;
    this.#status = { state: 'registered', registrar: this.#registrarName, expiresS, nextTryAtMs: ms(this.#nextTryMs) };
    if (!wasRegistered) this.#actions.push({ kind: 'changed', status: this.#status });
  }

  #failed(nowMs: Ms, fault: RegistrationFault, status?: number): void {
    if (this.#attempt?.isRemoval === true) return this.#stopped();
    this.#hasAnsweredInVain ||= this.#attempt?.hasAnswered === true;
    this.#attempt = undefined;
    const isRefusal = fault === 'wrong-password' || fault === 'unknown-challenge' || fault === 'refused';
    const failedAt = this.#registrarName;
    let waitMs = 0;
    if (isRefusal) {
      this.#addresses.clear();
      waitMs = this.#withJitter(this.#late.next());
    } else {
      this.#failedRegistrars += 1;
      this.#registrar = (this.#registrar + 1) % this.account.registrars.length;
      // Nonces of one registrar are nothing to another.
      if (this.account.registrars.length > 1) this.#challenges.forget();
      if (this.#failedRegistrars % this.account.registrars.length === 0)
        waitMs = this.#withJitter((this.#hasAnsweredInVain ? this.#late : this.#soon).next());
    }
    if (waitMs > 0) {
      this.#hasAnsweredInVain = false;
      waitMs = Math.max(waitMs, this.#retryAfterS * 1_000);
      this.#retryAfterS = 0;
    }
    this.#nextTryMs = nowMs + waitMs;
    const isValid = this.#validUntilMs > nowMs;
    const { expiresS } = this.#status;
    this.#status = {
      state: isValid ? 'registered' : isRefusal ? 'refused' : 'failed',
      registrar: failedAt,
      fault,
      ...(status === undefined ? {} : { status }),
      ...(isValid && expiresS !== undefined ? { expiresS } : {}),
      nextTryAtMs: ms(this.#nextTryMs),
    };
    this.#actions.push({ kind: 'changed', status: this.#status });
    if (waitMs === 0) this.#begin(nowMs);
  }

  /** No refresh got through in time: the registrar has forgotten us. */
  #expired(): void {
    this.#validUntilMs = -Infinity;
    const { fault = 'no-answer', expiresS: _, ...rest } = this.#status;
    this.#status = { ...rest, fault, state: fault === 'wrong-password' || fault === 'refused' ? 'refused' : 'failed' };
    this.#actions.push({ kind: 'changed', status: this.#status });
  }

  #removalAnswered(nowMs: Ms, answer: RegisterAnswer, attempt: Attempt): void {
    const isChallenge = answer.status === 401 || answer.status === 407;
    if (isChallenge && attempt.requests < MAX_REQUESTS) this.#challenged(nowMs, answer, attempt);
    else this.#stopped();
  }

  #stopped(): void {
    this.#attempt = undefined;
    this.#addresses.clear();
    this.#validUntilMs = -Infinity;
    this.#status = { state: 'stopped', registrar: this.#registrarName };
    this.#actions.push({ kind: 'changed', status: this.#status }, { kind: 'stopped' });
  }

  #know(address: string, untilMs: number): void {
    if (address === '') return;
    this.#addresses.delete(address);
    this.#addresses.set(address, untilMs);
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size > MAX_ADDRESSES && oldest !== undefined) this.#addresses.delete(oldest);
  }

  /** RFC 5626 section 4.5: between half of it and all of it, so that those that fail together do not come back together. */
  #withJitter(waitMs: Ms): number {
    return waitMs * (0.5 + 0.5 * this.#deps.random());
  }

  get #registrarName(): string {
    return this.account.registrars[this.#registrar] ?? this.account.domain;
  }
}

function faultOf(status: number): RegistrationFault {
  if (status < 400) return 'redirected';
  return TRANSIENT.has(status) || (status >= 500 && status < 600 && !PERMANENT.has(status)) ? 'unavailable' : 'refused';
}

/** Request Timeout, Too Many Requests, Temporarily Unavailable, Loop Detected, Too Many Hops: of the moment or of the way, not of the account. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 423, 429, 480, 482, 483]);
/** Not Implemented, Version Not Supported, Message Too Large. */
const PERMANENT: ReadonlySet<number> = new Set([501, 505, 513]);
/** Requests of one attempt: both sides challenge, both nonces are stale, 423, and a Contact that has moved. */
const MAX_REQUESTS = 7;
/** More than the 32 s after which the SIP server reports 408 (timer F, RFC 3261 section 17.1.2.2): a server that is gone reports nothing. */
const ANSWER_MS = 40_000;
const REMOVAL_MS = 2_000;
/** Guesses: an exchange that restarts is back within a minute or two. RFC 5626 section 4.5 has 30 s and 30 min, for crowds of telephones. */
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 300_000;
/** Guesses, also for an answer to a challenge that led to nothing: whoever gathers answers gets few. A wrong password stays wrong until somebody mends it, and exchanges ban addresses after some five tries in ten minutes. */
const FIRST_REFUSED_MS = 240_000;
const MAX_REFUSED_MS = 1_800_000;
const MAX_RETRY_AFTER_S = 3_600;
/** A shorter lifetime would be nothing but refreshes; a longer one than a day has no use. */
const MIN_EXPIRES_S = 10;
const MAX_EXPIRES_S = 86_400;
/** Refreshed after 80 to 90 % of the lifetime, which leaves a request and its repetitions (32 s) their time in all but the shortest. */
const MIN_REFRESH_RATIO = 0.8;
const REFRESH_SPREAD_RATIO = 0.1;
/** Behind NAT: a mapping lives for two minutes at least (RFC 4787 REQ-5), and the SIP server closes a connection that is silent for 15 min. */
const MAX_NAT_REFRESH_S = 120;
const MAX_ADDRESSES = 16;
/** Calls that the exchange sent just before it forgot us: their INVITE is repeated for 32 s (RFC 3261 timer B). */
const ADDRESS_SLACK_MS = 32_000;
const MAX_ROUTE_CHARS = 2_048;
