import { unreachable } from '#domain/assert';
import type { Clock } from '#domain/clock';
import { errorText } from '#domain/errors';
import { ms } from '#domain/units';
import { WakeTimer } from '#kit/io/wake-timer';
import { addressRanges } from '#kit/ip/address-ranges';
import type { Log } from '#kit/log';
import { callerLine, type CallerLine, type KnownAccount, type KnownTrunk } from '../caller-line.ts';
import type { AccountOptions, TrunkOptions } from '../account-options.ts';
import { hexDigest } from '../registration/io/hex-digest.ts';
import { Registration } from '../registration/registration.ts';
import type { RegistrationAction, RegistrationInput, RegistrationStatus } from '../registration/registration-types.ts';
import { TrunkPing, type TrunkPingAction, type TrunkState } from '../registration/trunk-ping.ts';
import type { SrfLike, SrfRequest } from './srf.ts';

export interface AccountState extends Omit<RegistrationStatus, 'nextTryAtMs'> {
  readonly name: string;
  /** ISO 8601. */
  readonly nextTryAt?: string;
}

export interface TrunkStatus {
  readonly name: string;
  /** Undefined: it is not asked. */
  readonly state?: TrunkState;
}

export interface LinesDeps {
  readonly srf: Pick<SrfLike, 'request'>;
  readonly clock: Clock;
  readonly randomId: () => string;
  /** By the name of the account. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly log: Log;
}

interface Line {
  readonly registration: Registration;
  readonly known: KnownAccount;
  readonly timer: WakeTimer;
  readonly stopped: PromiseWithResolvers<void>;
}

/** The accounts that are kept registered and the trunks that are asked: where calls may come from beside `sip.allow`. */
export class Lines {
  readonly #deps: LinesDeps;
  readonly #lines: readonly Line[];
  readonly #trunks: readonly (KnownTrunk & { readonly options: TrunkOptions; readonly ping?: TrunkPing; readonly timer?: WakeTimer })[];
  #isOpen = false;

  constructor(accounts: readonly AccountOptions[], trunks: readonly TrunkOptions[], deps: LinesDeps) {
    this.#deps = deps;
    this.#lines = accounts.map((account) => this.#line(account));
    this.#trunks = trunks.map((options) => {
      const known = { name: options.name, persona: options.persona, contains: addressRanges(options.hosts), options };
      if (options.ping === undefined) return known;
      const ping = new TrunkPing(options.ping.intervalS * 1_000);
      const timer: WakeTimer = new WakeTimer(deps.clock, () => this.#ping(options, ping, timer));
      return { ...known, ping, timer };
    });
  }

  open(): void {
    this.#isOpen = true;
    for (const line of this.#lines) this.#feed(line, { kind: 'start' });
    for (const { ping, timer, options } of this.#trunks) if (ping !== undefined && timer !== undefined) this.#ping(options, ping, timer);
  }

  /** Takes back the registrations, so that no more calls come; bounded by the registration itself. Idempotent. */
  async close(): Promise<void> {
    for (const { timer } of this.#trunks) timer?.cancel();
    if (!this.#isOpen) return;
    for (const line of this.#lines) this.#feed(line, { kind: 'stop' });
    await Promise.all(this.#lines.map(({ stopped }) => stopped.promise));
    this.#isOpen = false;
  }

  of(req: SrfRequest): CallerLine | undefined {
    const call = { requestUri: req.uri, toUri: /<([^>]*)>/.exec(req.get('To') ?? '')?.[1] ?? '', address: req.source_address };
    return callerLine(
      call,
      this.#lines.map(({ known }) => known),
      this.#trunks,
    );
  }

  /** A registrar that has answered, or an address of a trunk. */
  knows(address: string): boolean {
    return this.#lines.some(({ known }) => known.knows(address)) || this.#trunks.some(({ contains }) => contains(address));
  }

  get accounts(): readonly AccountState[] {
    const { clock } = this.#deps;
    return this.#lines.map(({ known, registration }) => {
      const { nextTryAtMs, ...status } = registration.status;
      if (nextTryAtMs === undefined) return { name: known.name, ...status };
      return { name: known.name, ...status, nextTryAt: new Date(clock.wallMs() + nextTryAtMs - clock.nowMs()).toISOString() };
    });
  }

  get trunks(): readonly TrunkStatus[] {
    return this.#trunks.map(({ name, ping }) => (ping === undefined ? { name } : { name, state: ping.state }));
  }

  #line(account: AccountOptions): Line {
    const registration = new Registration(
      {
        ...account,
        authUser: account.authUser ?? account.user,
        password: this.#deps.passwords.get(account.name) ?? '',
        registrars: account.registrars ?? [account.domain],
        outboundProxy: account.outboundProxy,
      },
      { hash: hexDigest, token: () => this.#deps.randomId().replaceAll('-', ''), random: Math.random },
    );
    const { name, user, persona } = account;
    const known = {
      name,
      user,
      persona,
      instance: registration.instance,
      knows: (address: string) => registration.knows(this.#deps.clock.nowMs(), address),
    };
    const line: Line = {
      registration,
      known,
      timer: new WakeTimer(this.#deps.clock, () => this.#feed(line, { kind: 'wake' })),
      stopped: Promise.withResolvers<void>(),
    };
    return line;
  }

  #feed(line: Line, input: RegistrationInput): void {
    for (const action of line.registration.handle(this.#deps.clock.nowMs(), input)) this.#perform(line, action);
    line.timer.arm(line.registration.wakeAtMs);
  }

  #perform(line: Line, action: RegistrationAction): void {
    switch (action.kind) {
      case 'send':
        this.#register(line, action);
        return;
      case 'changed':
        this.#tell(line, action.status);
        return;
      case 'stopped':
        line.timer.cancel();
        line.stopped.resolve();
        return;
      default:
        unreachable(action);
    }
  }

  #register(line: Line, { id, uri, nextHop, headers }: RegistrationAction & { kind: 'send' }): void {
    this.#request(
      'REGISTER',
      { uri, nextHop, headers },
      {
        sent: (contact) => this.#feed(line, { kind: 'sent', id, contact }),
        answered: (answer) => this.#feed(line, { kind: 'answer', id, answer }),
        // Not while the core is at work.
        failed: () => setImmediate(() => this.#feed(line, { kind: 'not-sent', id })),
      },
    );
  }

  #ping(options: TrunkOptions, ping: TrunkPing, timer: WakeTimer): void {
    const { name } = options;
    const perform = (actions: readonly TrunkPingAction[]): void => {
      for (const action of actions) {
        if (action.kind === 'ask') this.#ask(options, (status) => perform(ping.answered(action.id, status)));
        else if (action.state === 'up') this.#deps.log.info({ trunk: name }, 'sip trunk answers');
        else this.#deps.log.warn({ trunk: name }, 'sip trunk does not answer');
      }
    };
    perform(ping.wake(this.#deps.clock.nowMs()));
    timer.arm(ms(ping.wakeAtMs));
  }

  #ask({ ping }: TrunkOptions, answered: (status: number) => void): void {
    if (ping === undefined) return;
    const uri = `sip:${ping.target}${ping.transport === 'udp' ? '' : `;transport=${ping.transport}`}`;
    this.#request(
      'OPTIONS',
      { uri, headers: { Accept: 'application/sdp' } },
      {
        sent: () => undefined,
        answered: ({ status }) => answered(status),
        failed: () => setImmediate(() => answered(503)),
      },
    );
  }

  #request(
    method: string,
    { uri, nextHop, headers }: { readonly uri: string; readonly nextHop?: string; readonly headers: Readonly<Record<string, string>> },
    on: {
      readonly sent: (contact: string | undefined) => void;
      readonly answered: (answer: { status: number; address: string; get: (name: string) => string | undefined }) => void;
      readonly failed: () => void;
    },
  ): void {
    const guarded = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        this.#deps.log.error({ error: errorText(error), method }, 'sip request could not be handled');
      }
    };
    try {
      this.#deps.srf.request(
        uri,
        { method, headers: { ...headers }, ...(nextHop === undefined ? {} : { proxy: nextHop }) },
        (error, req) => {
          if (error !== null && error !== undefined) return on.failed();
          if (req === undefined) return;
          guarded(() => on.sent(req.get('Contact')));
          req.on('response', (res) =>
            guarded(() => on.answered({ status: res.status, address: res.source_address, get: (name) => res.get(name) })),
          );
        },
      );
    } catch {
      // No connection to the SIP server just now.
      on.failed();
    }
  }

  #tell({ known: { name: account } }: Line, { state, registrar, fault, status, expiresS, nextTryAtMs }: RegistrationStatus): void {
    const { log, clock } = this.#deps;
    if (state === 'stopped') return log.info({ account, registrar }, 'sip account is not registered any more');
    if (fault === undefined) return log.info({ account, registrar, expiresS }, 'sip account is registered');
    const nextTryS = nextTryAtMs === undefined ? undefined : Math.max(0, Math.round((nextTryAtMs - clock.nowMs()) / 1_000));
    log.warn({ account, registrar, state, fault, status, nextTryS }, 'sip account could not be registered');
  }
}
