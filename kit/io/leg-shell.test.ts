import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unreachable } from '#domain/assert';
import type { CallFacts } from '#domain/call';
import type { CallIntake } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { AppError } from '#domain/errors';
import type { CommonLegAction, CommonLegInput, LegCore } from '#domain/leg-core';
import { LegEvents, type GatewayMedia } from '#domain/leg-events';
import type { LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms, type Ms } from '#domain/units';
import { LegShell } from './leg-shell.ts';

type Input = { readonly kind: 'start' } | { readonly kind: 'deadline'; readonly atMs: Ms } | { readonly kind: 'break' };

/** Answers at once; the first end counts. */
class Core implements LegCore<Input, CommonLegAction> {
  wakeAtMs: Ms | undefined;
  readonly wakes: number[] = [];
  #media: 'none' | 'opening' | 'open' = 'none';
  #isOver = false;

  handle(nowMs: Ms, input: Input | CommonLegInput): readonly CommonLegAction[] {
    switch (input.kind) {
      case 'start':
        this.#media = 'opening';
        return [{ kind: 'open-media' }];
      case 'deadline':
        this.wakeAtMs = input.atMs;
        return [];
      case 'break':
        throw new Error('broken');
      case 'media-opened':
        this.#media = 'open';
        return this.#isOver ? [{ kind: 'close-media' }] : [{ kind: 'answered' }];
      case 'media-failed':
      case 'end':
        return this.#end(input.reason);
      case 'wake':
        this.wakes.push(nowMs);
        if (this.wakeAtMs !== undefined && this.wakeAtMs <= nowMs) this.wakeAtMs = undefined;
        return [];
      default:
        return unreachable(input);
    }
  }

  #end(reason: EndReason): readonly CommonLegAction[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    const ended = { kind: 'ended', reason, wasAnswered: this.#media === 'open' } as const;
    return this.#media === 'open' ? [ended, { kind: 'close-media' }] : [ended];
  }
}

class Media extends LegEvents implements GatewayMedia {
  readonly legId = 'leg-1';
  closes = 0;
  closing: Promise<LegMediaStats> = Promise.resolve({ mos: 4 } as LegMediaStats);
  readonly send = (): void => undefined;

  inject(event: LegMediaEvent): void {
    this.emit(event);
  }

  close(): Promise<LegMediaStats> {
    this.closes += 1;
    return this.closing;
  }
}

class Leg extends LegShell<Input, never, Media> {
  readonly heard: string[] = [];
  releases = 0;
  readonly #opens: () => Promise<Media>;

  constructor(core: Core, intake: CallIntake, opens: () => Promise<Media>, lines: string[]) {
    const log = (level: string) => (fields: object, message: string) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    super({
      facts: { callId: 'call-1', legId: 'leg-1', kind: 'sip' } as CallFacts,
      core,
      clock: { nowMs: () => ms(Date.now()), wallMs: () => 0 },
      intake,
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    });
    this.#opens = opens;
  }

  override handle(input: Input | CommonLegInput): void {
    super.handle(input);
  }

  protected override perform(action: CommonLegAction): void {
    this.performCommon(action);
  }

  protected override openMedia(): Promise<Media> {
    return this.#opens();
  }

  protected override mediaEvent(event: LegMediaEvent): void {
    this.heard.push(event.kind);
  }

  protected override released(): void {
    this.releases += 1;
  }
}

function legWith(
  opens?: () => Promise<Media>,
  onAnswered: (leg: { media: { onEvent: Leg['media']['onEvent'] } }) => void = () => undefined,
) {
  const core = new Core();
  const media = new Media();
  const lines: string[] = [];
  const told: string[] = [];
  const intake: CallIntake = {
    admit: () => ({ kind: 'accept' }),
    ringing: () => undefined,
    answered: (answered) => {
      told.push('answered');
      onAnswered(answered);
    },
    established: () => undefined,
    abandoned: (_facts, reason) => void told.push(`abandoned ${reason.code}`),
  };
  const leg = new Leg(core, intake, opens ?? (() => Promise.resolve(media)), lines);
  return { leg, core, media, lines, told };
}
const GOODBYE: EndReason = { by: 'bot', code: 'goodbye' };
const LOST: LegMediaEvent = { kind: 'media-lost', detail: 'gone', atMs: 0 };

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

describe('a leg', () => {
  it('opens media, is answered, and ends once: the first reason counts', async () => {
    const { leg, media, told } = legWith();
    leg.handle({ kind: 'start' });
    await vi.advanceTimersByTimeAsync(5);
    expect([told, leg.media, leg.signal.aborted]).toEqual([['answered'], media, false]);
    const ended = leg.end(GOODBYE);
    expect(leg.signal.aborted).toBe(true);
    leg.handle({ kind: 'end', reason: { by: 'caller', code: 'hangup' } });
    await ended;
    expect(await leg.ended).toEqual({ reason: GOODBYE, stats: { mos: 4 } });
    expect([media.closes, leg.releases, told]).toEqual([1, 1, ['answered']]);
  });

  it('that ends while its media open has them closed before it is released', async () => {
    const opening = Promise.withResolvers<Media>();
    const { leg, media, told } = legWith(() => opening.promise);
    leg.handle({ kind: 'start' });
    const ended = leg.end(GOODBYE);
    await vi.advanceTimersByTimeAsync(5);
    expect([leg.releases, told]).toEqual([0, []]);
    opening.resolve(media);
    await ended;
    expect([media.closes, leg.releases, told]).toEqual([1, 1, ['abandoned goodbye']]);
  });

  it.each([
    [new AppError('NO_PORTS', 'x'), 'no-ports'],
    [new AppError('MEDIA_WORKER_DIED', 'x'), 'media-worker-died'],
    [new Error('x'), 'internal-error'],
  ])('whose media cannot be opened (%s) says why', async (error, code) => {
    const { leg, lines, told } = legWith(() => Promise.reject(error));
    leg.handle({ kind: 'start' });
    const { reason, stats } = await leg.ended;
    expect([reason.by, reason.code, stats, told]).toEqual(['system', code, undefined, [`abandoned ${code}`]]);
    expect(lines).toEqual([expect.stringContaining('warn media could not be opened')]);
    expect(() => leg.media).toThrow('no media');
  });

  it('ends when its media are lost, after the conversation has heard of it', async () => {
    const order: string[] = [];
    const { leg, media } = legWith(undefined, ({ media: heard }) => void heard.onEvent(({ kind }) => void order.push(kind)));
    leg.signal.addEventListener('abort', () => void order.push('abort'));
    leg.handle({ kind: 'start' });
    await vi.advanceTimersByTimeAsync(0);
    media.emit(LOST);
    expect((await leg.ended).reason).toEqual({ by: 'system', code: 'media-worker-died', detail: 'gone' });
    expect([order, leg.heard]).toEqual([['media-lost', 'abort'], ['media-lost']]);
  });

  it.each([
    ['its core', (leg: Leg) => leg.handle({ kind: 'break' }), 'leg broke an invariant'],
    ['a listener', (_leg: Leg, media: Media) => media.emit({ kind: 'dtmf', digit: '1', durationMs: 1, atMs: 0 }), 'leg failed'],
  ])('a defect of %s ends it and goes no further', async (_what, breaks, line) => {
    const { leg, media, lines } = legWith(undefined, ({ media: heard }) => {
      heard.onEvent(() => {
        throw new Error('defect');
      });
    });
    leg.handle({ kind: 'start' });
    await vi.advanceTimersByTimeAsync(0);
    breaks(leg, media);
    expect((await leg.ended).reason).toMatchObject({ by: 'system', code: 'internal-error' });
    expect(lines.join()).toContain(`error ${line} {"kind":"sip"`);
  });

  it('is released even where its media do not close in order', async () => {
    const { leg, media, lines } = legWith();
    leg.handle({ kind: 'start' });
    await vi.advanceTimersByTimeAsync(0);
    media.closing = Promise.reject(new Error('stuck'));
    await leg.end(GOODBYE);
    expect([leg.releases, await leg.ended]).toEqual([1, { reason: GOODBYE }]);
    expect(lines.join()).toContain('media could not be closed');
  });
});

describe('the timer of a leg', () => {
  it('wakes the core at its earliest deadline, and only then', async () => {
    const { leg, core } = legWith();
    leg.handle({ kind: 'deadline', atMs: 100 });
    leg.handle({ kind: 'deadline', atMs: 40 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([core.wakes, vi.getTimerCount()]).toEqual([[40], 0]);
  });

  it('does not wake it for a deadline that has moved away', async () => {
    const { leg, core } = legWith();
    leg.handle({ kind: 'deadline', atMs: 40 });
    leg.handle({ kind: 'deadline', atMs: 100 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(core.wakes).toEqual([100]);
  });
});
