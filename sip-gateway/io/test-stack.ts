import { randomUUID } from 'node:crypto';
import type { CallFacts } from '#domain/call';
import type { CallIntake, CallLeg, RefusalReason } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { endReasonLabel } from '#domain/end-reason';
import { ms } from '#domain/units';
import { startEmbeddedSipServer } from '../embedded/index.ts';
import type { RunningSipServer } from '../embedded/index.ts';
import { startSipGateway } from './gateway.ts';
import type { SipGateway } from './gateway.ts';
import { sipOptions } from '../options.ts';
import { FakeMediaPool } from './fake-media.ts';
import { TestCall, TestPhone } from '#callers/io/test-phone';

export const SECRET = 'a secret that is long enough';
export const clock = { nowMs: () => ms(performance.now()), wallMs: () => Date.now() };

/** An application that takes every call for a user that it knows, and remembers what it was told. */
export class RecordingIntake implements CallIntake {
  readonly rang: CallFacts[] = [];
  readonly legs: CallLeg[] = [];
  /** Calls whose caller has shown that they are there. */
  readonly acknowledged: string[] = [];
  readonly abandonedWith: string[] = [];
  readonly endings: string[] = [];
  refuse: RefusalReason | undefined;
  onRinging: ((facts: CallFacts, signal: AbortSignal, end: (reason: EndReason) => unknown) => void) | undefined;
  onAnswered: ((leg: CallLeg) => void) | undefined;

  admit(facts: CallFacts): ReturnType<CallIntake['admit']> {
    if (this.refuse !== undefined) return { kind: 'refuse', reason: this.refuse };
    if ((facts.persona ?? facts.toUser) !== 'bot') return { kind: 'refuse', reason: { by: 'refused', code: 'no-such-address' } };
    return { kind: 'accept' };
  }

  ringing(facts: CallFacts, signal: AbortSignal, end: (reason: EndReason) => unknown): void {
    this.rang.push(facts);
    this.onRinging?.(facts, signal, end);
  }

  answered(leg: CallLeg): void {
    this.legs.push(leg);
    void leg.ended.then(({ reason }) => this.endings.push(endReasonLabel(reason)));
    this.onAnswered?.(leg);
  }

  established(callId: string): void {
    this.acknowledged.push(callId);
  }

  abandoned(_facts: CallFacts, reason: EndReason): void {
    this.abandonedWith.push(endReasonLabel(reason));
  }
}

export interface TestStack {
  readonly server: RunningSipServer;
  readonly gateway: SipGateway;
  readonly intake: RecordingIntake;
  readonly media: FakeMediaPool;
  readonly refused: string[];
  readonly errors: string[];
  /** All that was logged. */
  readonly lines: string[];
  readonly udpPort: number;
  /** The SIP server's clock jumps ahead, so that its long timers can be seen. */
  skipServerMs(skipMs: number): void;
  phone(): Promise<TestPhone>;
  call(user?: string): Promise<TestCall>;
  close(): Promise<void>;
}

/** Embedded server and gateway on free ports of loopback, with media that are only pretended. */
export async function startTestStack(
  options: { readonly sip?: object; readonly calls?: number; readonly passwords?: ReadonlyMap<string, string> } = {},
): Promise<TestStack> {
  const errors: string[] = [];
  let skippedMs = 0;
  const server = await startServer(errors, 0, 0, () => skippedMs);
  const intake = new RecordingIntake();
  const media = new FakeMediaPool();
  const refused: string[] = [];
  const lines: string[] = [];
  const note = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = {
    debug: note,
    info: note,
    warn: note,
    error: (fields: object, message: string) => {
      note(fields, message);
      errors.push(`${message} ${JSON.stringify(fields)}`);
    },
  };
  const gateway = await startSipGateway(sipOptions.parse({ bindAddress: '127.0.0.1', ...options.sip }), {
    media,
    intake,
    clock,
    randomId: randomUUID,
    accountPasswords: options.passwords ?? new Map(),
    limits: { calls: options.calls ?? 10 },
    control: { host: server.controlAddress, port: server.controlPort, secret: SECRET },
    log,
    onRefused: (_facts, reason) => void refused.push(endReasonLabel(reason)),
  });
  const udpPort = server.boundListeners[0]?.port ?? 0;
  const phones: TestPhone[] = [];
  const phone = async (): Promise<TestPhone> => {
    const opened = await TestPhone.open({ host: '127.0.0.1', port: udpPort });
    phones.push(opened);
    return opened;
  };
  return {
    server,
    gateway,
    intake,
    media,
    refused,
    errors,
    lines,
    udpPort,
    skipServerMs: (skipMs) => {
      skippedMs += skipMs;
    },
    phone,
    call: async (user = 'bot') => new TestCall(await phone(), `sip:${user}@127.0.0.1:${udpPort}`),
    close: async () => {
      await gateway.close();
      await server.close();
      for (const opened of phones) opened.close();
    },
  };
}

export function startServer(errors: string[], controlPort = 0, sipPort = 0, skippedMs: () => number = () => 0): Promise<RunningSipServer> {
  return startEmbeddedSipServer(
    {
      listeners: [
        { transport: 'udp', address: '127.0.0.1', port: sipPort },
        { transport: 'tcp', address: '127.0.0.1', port: sipPort },
        { transport: 'ws', address: '127.0.0.1', port: 0 },
      ],
      secret: SECRET,
      controlPort,
    },
    {
      clock: { nowMs: () => ms(clock.nowMs() + skippedMs()), wallMs: clock.wallMs },
      randomId: randomUUID,
      log: (level, message, fields) => {
        if (level === 'error') errors.push(`${message} ${JSON.stringify(fields)}`);
      },
    },
  );
}

/** Waits until `holds`, at most `timeoutMs`. */
export async function until(what: string, holds: () => boolean, timeoutMs = 4_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
