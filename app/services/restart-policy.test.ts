import { describe, expect, it } from 'vitest';
import { ms } from '#domain/units';
import { RestartPolicy, type HealthOutcome, type PolicyInput } from './restart-policy.ts';

const options = {
  healthIntervalMs: 2_000,
  misses: 3,
  startTimeoutMs: 30_000,
  backoffMs: 500,
  maxBackoffMs: 4_000,
  stableMs: 60_000,
  stopGraceMs: 5_000,
};

/** Runs the policy in virtual time; `log` holds `moment action`. */
class Bench {
  readonly policy = new RestartPolicy(options);
  readonly log: string[] = [];
  nowMs = 0;
  /** What the service answers; undefined: nothing comes back. */
  answer: HealthOutcome | undefined = 'ready';

  feed(input: PolicyInput): void {
    for (const action of this.policy.handle(ms(this.nowMs), input)) {
      if (action.kind !== 'probe') this.log.push(`${this.nowMs} ${action.kind}${action.kind === 'gave-up' ? `: ${action.reason}` : ''}`);
      else if (this.answer !== undefined) this.feed({ kind: 'health', outcome: this.answer });
    }
  }

  exit(cause = 'signal SIGKILL'): void {
    this.feed({ kind: 'exited', cause, hopeless: false });
  }

  runTo(untilMs: number): void {
    for (;;) {
      const next = this.policy.wakeAtMs;
      if (next === undefined || next > untilMs) break;
      this.nowMs = next;
      this.feed({ kind: 'wake' });
    }
    this.nowMs = untilMs;
  }
}

function started(): Bench {
  const bench = new Bench();
  bench.feed({ kind: 'start' });
  bench.runTo(1_000);
  return bench;
}

describe('when a service is started and started again', () => {
  it('is ready as soon as it says so', () => {
    const bench = new Bench();
    bench.answer = 'starting';
    bench.feed({ kind: 'start' });
    bench.runTo(5_000);
    expect(bench.policy.state).toBe('starting');
    bench.answer = 'ready';
    bench.runTo(5_200);
    expect(bench.policy.state).toBe('ready');
    expect(bench.log).toEqual(['0 spawn']);
  });

  it('comes back after it was killed, later each time it dies soon', () => {
    const bench = started();
    bench.exit();
    expect(bench.policy).toMatchObject({ state: 'restarting', reason: 'signal SIGKILL' });
    bench.runTo(1_500);
    bench.exit();
    bench.runTo(10_000);
    expect(bench.log).toEqual(['0 spawn', '1500 spawn', '2500 spawn']);
    expect(bench.policy).toMatchObject({ state: 'ready', restarts: 2 });
  });

  it('never waits longer than the longest pause', () => {
    const bench = started();
    for (let i = 0; i < 12; i += 1) {
      bench.exit();
      bench.runTo((bench.policy.wakeAtMs ?? 0) + 1);
    }
    const moments = bench.log.map((line) => Number(line.split(' ')[0]));
    expect((moments.at(-1) ?? 0) - (moments.at(-2) ?? 0)).toBeLessThanOrEqual(options.maxBackoffMs + 1);
  });

  it('begins with the shortest pause again once it was stable', () => {
    const bench = started();
    bench.exit();
    bench.runTo(200_000);
    bench.exit();
    expect(bench.policy.wakeAtMs).toBe(200_500);
  });

  it('ends one that does not answer three times in a row', () => {
    const bench = started();
    bench.answer = 'none';
    bench.runTo(4_900);
    expect(bench.log).toEqual(['0 spawn']);
    bench.runTo(7_000);
    expect(bench.log.at(-1)).toMatch(/terminate$/);
    bench.exit('signal SIGTERM');
    bench.answer = 'ready';
    bench.runTo(9_000);
    expect(bench.policy).toMatchObject({ state: 'ready', restarts: 1 });
  });

  it('forgives misses that are not in a row', () => {
    const bench = started();
    for (let i = 0; i < 10; i += 1) {
      bench.answer = i % 3 === 2 ? 'ready' : 'none';
      bench.runTo(bench.nowMs + options.healthIntervalMs);
    }
    expect(bench.log).toEqual(['0 spawn']);
  });

  it('kills one that does not heed SIGTERM', () => {
    const bench = started();
    bench.feed({ kind: 'restart' });
    bench.runTo(7_000);
    expect(bench.log).toEqual(['0 spawn', '1000 terminate', '6000 kill']);
    bench.exit();
    expect(bench.log.at(-1)).toBe('7000 spawn');
  });

  it('ends one that does not become ready in time', () => {
    const bench = new Bench();
    bench.answer = 'starting';
    bench.feed({ kind: 'start' });
    bench.runTo(30_000);
    expect(bench.log.at(-1)).toBe('30000 terminate');
    expect(bench.policy.reason).toBe('not ready after 30 s');
  });

  it('gives up when it never came up, with the first cause', () => {
    const bench = new Bench();
    bench.answer = 'none';
    bench.feed({ kind: 'start' });
    for (let i = 0; i < 3; i += 1) {
      bench.runTo(bench.nowMs + 3_000);
      bench.exit('code 1');
    }
    expect(bench.log.at(-1)).toBe('9000 gave-up: code 1');
    expect(bench.policy.state).toBe('failed');
  });

  it('gives up at once when trying again is of no use', () => {
    const bench = new Bench();
    bench.feed({ kind: 'start' });
    bench.feed({ kind: 'exited', cause: 'STT_DEVICE is not right', hopeless: true });
    expect(bench.log).toEqual(['0 spawn', '0 gave-up: STT_DEVICE is not right']);
  });

  it('stops: SIGTERM, then SIGKILL at the deadline, and nothing after it', () => {
    const bench = started();
    bench.feed({ kind: 'stop' });
    bench.feed({ kind: 'stop' });
    bench.runTo(6_000);
    bench.exit();
    bench.feed({ kind: 'restart' });
    bench.runTo(100_000);
    expect(bench.log).toEqual(['0 spawn', '1000 terminate', '6000 kill']);
    expect(bench.policy).toMatchObject({ state: 'stopped', wakeAtMs: undefined });
  });

  it('does not wait long for one that still loads', () => {
    const bench = new Bench();
    bench.answer = 'starting';
    bench.feed({ kind: 'start' });
    bench.runTo(1_000);
    bench.feed({ kind: 'stop' });
    bench.runTo(3_000);
    expect(bench.log.slice(-2)).toEqual(['1000 terminate', '1500 kill']);
  });

  it('stops at once while it waits to be started again', () => {
    const bench = started();
    bench.exit();
    bench.feed({ kind: 'stop' });
    expect(bench.policy).toMatchObject({ state: 'stopped', wakeAtMs: undefined });
  });

  it('takes no answer of the process before for one of the new', () => {
    const bench = started();
    bench.exit();
    bench.feed({ kind: 'health', outcome: 'ready' });
    expect(bench.policy.state).toBe('restarting');
  });
});
