import { describe, expect, it } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { InviteClientTransaction } from './invite-client.ts';
import { InviteServerTransaction } from './invite-server.ts';
import { NonInviteClientTransaction } from './non-invite-client.ts';
import { NonInviteServerTransaction } from './non-invite-server.ts';

interface Machine<Input> {
  handle(nowMs: Ms, input: Input | { kind: 'wake' }): readonly { readonly kind: string }[];
  readonly wakeAtMs: Ms | undefined;
  readonly state: string;
}

/** Runs a machine in virtual time; notes every action as `time:kind`. */
class Run<Input> {
  readonly log: string[] = [];
  nowMs = 0;
  readonly machine: Machine<Input>;

  constructor(machine: Machine<Input>) {
    this.machine = machine;
  }

  do(input: Input): this {
    for (const action of this.machine.handle(ms(this.nowMs), input)) this.log.push(`${this.nowMs}:${action.kind}`);
    return this;
  }

  until(endMs: number): this {
    for (let dueMs = this.machine.wakeAtMs; dueMs !== undefined && dueMs <= endMs; dueMs = this.machine.wakeAtMs) {
      this.nowMs = dueMs;
      for (const action of this.machine.handle(ms(dueMs), { kind: 'wake' })) this.log.push(`${dueMs}:${action.kind}`);
    }
    this.nowMs = endMs;
    return this;
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

const response = (status: number) => ({ kind: 'response', status }) as const;
const respond = (status: number) => ({ kind: 'respond', status }) as const;
const times = (kind: string, ...atMs: readonly number[]) => atMs.map((at) => `${at}:${kind}`);

describe('INVITE client transaction (RFC 3261 17.1.1)', () => {
  const start = (isReliable = false) => new Run(new InviteClientTransaction(isReliable)).do({ kind: 'start' });

  it('timer A doubles from T1, timer B gives up after 64*T1', () => {
    expect(start().until(100_000).take()).toEqual([
      ...times('transmit', 0, 500, 1500, 3500, 7500, 15_500, 31_500),
      '32000:timed-out',
      '32000:ended',
    ]);
  });

  it('does not repeat over a reliable transport, but gives up there too', () => {
    expect(start(true).until(100_000).take()).toEqual(['0:transmit', '32000:timed-out', '32000:ended']);
  });

  it('a provisional answer stops A and B; ringing for ever is given up after five minutes', () => {
    const run = start().do(response(100)).do(response(180));
    expect(run.until(200_000).take()).toEqual(['0:transmit', '0:deliver', '0:deliver']);
    expect(run.do(response(180)).until(1_000_000).take()).toEqual(['200000:deliver', '500000:timed-out', '500000:ended']);
  });

  it('acknowledges a refusal, again for each repetition until timer D', () => {
    const run = start().do(response(486)).do(response(486));
    expect(run.take()).toEqual(['0:transmit', '0:transmit-ack', '0:deliver', '0:transmit-ack']);
    expect(run.machine.state).toBe('completed');
    expect(run.until(40_000).take()).toEqual(['32000:ended']);
  });

  it('is over with a refusal over a reliable transport: timer D is zero', () => {
    expect(start(true).do(response(486)).take()).toEqual(['0:transmit', '0:transmit-ack', '0:deliver', '0:ended']);
  });

  it('hands up every 2xx while accepted (RFC 6026), until timer M', () => {
    const run = start().do(response(200));
    expect(run.machine.state).toBe('accepted');
    expect(run.until(4000).do(response(200)).do(response(486)).do(response(180)).take()).toEqual([
      '0:transmit',
      '0:deliver',
      '4000:deliver',
    ]);
    expect(run.until(60_000).take()).toEqual(['32000:ended']);
  });

  it('fails when nothing can be sent, but not any more once it is answered', () => {
    expect(start().do({ kind: 'transport-failed' }).take()).toEqual(['0:transmit', '0:failed', '0:ended']);
    expect(start().do(response(200)).do({ kind: 'transport-failed' }).take()).toEqual(['0:transmit', '0:deliver']);
  });

  it('gives up 64*T1 after a CANCEL that brought no final answer', () => {
    const run = start().do(response(180)).do({ kind: 'cancelled' });
    run.take();
    expect(run.until(100_000).take()).toEqual(['32000:timed-out', '32000:ended']);
  });
});

describe('non-INVITE client transaction (RFC 3261 17.1.2)', () => {
  const start = (isReliable = false) => new Run(new NonInviteClientTransaction(isReliable)).do({ kind: 'start' });

  it('timer E doubles up to T2, timer F gives up after 64*T1', () => {
    expect(start().until(100_000).take()).toEqual([
      ...times('transmit', 0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500),
      '32000:timed-out',
      '32000:ended',
    ]);
  });

  it('repeats every T2 after a provisional answer', () => {
    expect(start().do(response(100)).until(10_000).take()).toEqual(['0:transmit', '0:deliver', ...times('transmit', 500, 4500, 8500)]);
  });

  it('hands up one final answer and absorbs the rest until timer K', () => {
    expect(start().do(response(200)).do(response(200)).until(9000).take()).toEqual(['0:transmit', '0:deliver', '5000:ended']);
    expect(start(true).do(response(200)).take()).toEqual(['0:transmit', '0:deliver', '0:ended']);
  });

  it('fails when nothing can be sent', () => {
    expect(start().do({ kind: 'transport-failed' }).take()).toEqual(['0:transmit', '0:failed', '0:ended']);
  });
});

describe('INVITE server transaction (RFC 3261 17.2.1)', () => {
  const start = (isReliable = false) => new Run(new InviteServerTransaction(isReliable));

  it('answers a repeated request with the last provisional answer, if any', () => {
    const run = start().do({ kind: 'retransmission' });
    expect(run.take()).toEqual([]);
    expect(run.do(respond(100)).do({ kind: 'retransmission' }).take()).toEqual(times('transmit', 0, 0));
  });

  it('repeats a refusal by timer G up to T2 until timer H', () => {
    expect(start().do(respond(486)).until(100_000).take()).toEqual([
      ...times('transmit', 0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500),
      '32000:ack-missing',
      '32000:ended',
    ]);
    expect(start(true).do(respond(486)).until(100_000).take()).toEqual(['0:transmit', '32000:ack-missing', '32000:ended']);
  });

  it('absorbs ACKs for timer I once acknowledged, not at all over a reliable transport', () => {
    const run = start().do(respond(486)).do({ kind: 'ack' }).do({ kind: 'ack' }).do({ kind: 'retransmission' });
    expect(run.machine.state).toBe('confirmed');
    expect(run.until(50_000).take()).toEqual(['0:transmit', '5000:ended']);
    expect(start(true).do(respond(486)).do({ kind: 'ack' }).take()).toEqual(['0:transmit', '0:ended']);
  });

  it('absorbs repeated INVITEs while accepted (RFC 6026), until timer L, and repeats nothing by itself', () => {
    const run = start().do(respond(200)).do({ kind: 'retransmission' });
    expect(run.machine.state).toBe('accepted');
    expect(run.until(50_000).take()).toEqual(['0:transmit', '32000:ended']);
  });

  it('sends one final answer', () => {
    expect(start().do(respond(200)).do(respond(486)).take()).toEqual(['0:transmit']);
    expect(start().do(respond(486)).do(respond(200)).do(respond(180)).take()).toEqual(['0:transmit']);
  });
});

describe('non-INVITE server transaction (RFC 3261 17.2.2)', () => {
  const start = (isReliable = false) => new Run(new NonInviteServerTransaction(isReliable));

  it('is silent while trying, repeats its answers afterwards, ends by timer J', () => {
    const run = start().do({ kind: 'retransmission' });
    expect(run.take()).toEqual([]);
    expect(
      run.do(respond(180)).do({ kind: 'retransmission' }).do(respond(200)).do({ kind: 'retransmission' }).do(respond(500)).take(),
    ).toEqual(times('transmit', 0, 0, 0, 0));
    expect(run.until(50_000).take()).toEqual(['32000:ended']);
  });

  it('ends at once over a reliable transport', () => {
    expect(start(true).do(respond(200)).take()).toEqual(['0:transmit', '0:ended']);
  });
});
