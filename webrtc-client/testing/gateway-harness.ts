import Fastify, { type FastifyInstance } from 'fastify';
import { vi } from 'vitest';
import type { CallFacts } from '#domain/call';
import type { CallEvent, CallEventBody } from '#domain/call-event';
import type { CallIntake, CallLeg, RefusalReason } from '#domain/call-leg';
import { endReasonLabel } from '#domain/end-reason';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import { webrtcOptions, type WebRtcOptions } from '../options.ts';
import { chromium } from '../sdp/testing/vectors.ts';
import { createWebRtcGateway, type WebRtcGateway } from '../io/webrtc-gateway.ts';
import { FakeMedia } from './fake-media.ts';

type Input = Parameters<typeof webrtcOptions.parse>[0];

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Of problem details. */
  readonly code: string | undefined;
}

/** A gateway behind fastify, with media and an intake that do as the test says. Time stands still unless it is moved. */
export class GatewayHarness implements CallIntake {
  readonly media = new FakeMedia();
  readonly options: WebRtcOptions;
  readonly gateway: WebRtcGateway;
  readonly app: FastifyInstance;
  readonly admitted: CallFacts[] = [];
  readonly rang: CallFacts[] = [];
  readonly legs: CallLeg[] = [];
  readonly heard: LegMediaEvent[] = [];
  readonly came: string[] = [];
  readonly gone: string[] = [];
  readonly refused: string[] = [];
  readonly logged: string[] = [];
  refusal: RefusalReason | undefined;
  nowMs = 1_000;
  wallMs = 1_790_000_000_000;
  onAnswered: (leg: CallLeg) => void = () => undefined;
  readonly #listeners = new Map<string, (event: CallEvent) => void>();
  #ids = 0;

  constructor(input: Input = {}, secrets: { callTokenKey: string; turnSecret?: string } = { callTokenKey: 'key' }) {
    this.options = webrtcOptions.parse(input);
    const log = (level: string) => (fields: object, message: string) =>
      void this.logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
    this.gateway = createWebRtcGateway(this.options, {
      media: this.media,
      intake: this,
      clock: { nowMs: () => ms(this.nowMs), wallMs: () => this.wallMs },
      randomId: () => `id-${(this.#ids += 1)}`,
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      personas: () => [
        { name: 'bot', title: 'Receptionist' },
        { name: 'echo', title: 'Echo' },
      ],
      observe: (callId, listener) => {
        this.#listeners.set(callId, listener);
        return () => this.#listeners.delete(callId);
      },
      onRefused: (_facts, reason) => void this.refused.push(endReasonLabel(reason)),
      secrets,
    });
    this.app = Fastify({ logger: false });
    this.gateway.routes(this.app);
  }

  get observers(): number {
    return this.#listeners.size;
  }

  admit(facts: CallFacts): ReturnType<CallIntake['admit']> {
    this.admitted.push(facts);
    if (this.refusal !== undefined) return { kind: 'refuse', reason: this.refusal };
    return ['bot', 'echo'].includes(facts.toUser)
      ? { kind: 'accept' }
      : { kind: 'refuse', reason: { by: 'refused', code: 'no-such-address' } };
  }

  ringing(facts: CallFacts): void {
    this.rang.push(facts);
  }

  answered(leg: CallLeg): void {
    this.legs.push(leg);
    leg.media.onEvent((event) => void this.heard.push(event));
    this.publish(leg.facts.callId, { kind: 'call-answered', setupMs: ms(1) });
    void leg.ended.then(({ reason }) => this.gone.push(endReasonLabel(reason)));
    this.onAnswered(leg);
  }

  established(callId: string): void {
    this.came.push(callId);
  }

  abandoned(_facts: CallFacts, reason: Parameters<CallIntake['abandoned']>[1]): void {
    this.gone.push(`abandoned ${endReasonLabel(reason)}`);
  }

  publish(callId: string, body: CallEventBody): void {
    this.#listeners.get(callId)?.({ callId, atMs: ms(this.nowMs), ...body });
  }

  offer(
    sdp = chromium,
    how: { readonly query?: string; readonly headers?: Record<string, string>; readonly address?: string } = {},
  ): Promise<Answer> {
    const { query = '?persona=bot', headers = {}, address = '192.0.2.9' } = how;
    return this.ask('POST', `/webrtc/calls${query}`, sdp, { 'content-type': 'application/sdp', ...headers }, address);
  }

  patch(path: string, fragment: string, ifMatch?: string): Promise<Answer> {
    return this.ask('PATCH', path, fragment, {
      'content-type': 'application/trickle-ice-sdpfrag',
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    });
  }

  async ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'OPTIONS' | 'HEAD',
    url: string,
    payload?: string,
    headers: Record<string, string> = {},
    remoteAddress = '192.0.2.9',
  ): Promise<Answer> {
    const answer = await this.app.inject({ method, url, headers, remoteAddress, ...(payload === undefined ? {} : { payload }) });
    const isProblem = answer.body !== '' && String(answer.headers['content-type']).startsWith('application/problem+json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      code: isProblem ? (JSON.parse(answer.body) as { code: string }).code : undefined,
    };
  }

  /** Moves time on until `check` throws no more. */
  async until(check: () => void): Promise<void> {
    await vi.waitFor(() => {
      this.nowMs += 50;
      check();
    });
  }

  /** Offered, answered and connected, with the data channel open. */
  async connected(): Promise<{ readonly path: string; readonly etag: string; readonly callId: string }> {
    const answer = await this.offer();
    this.media.last.peer({ kind: 'state', state: 'ice-connected' });
    this.media.last.peer({ kind: 'state', state: 'connected' });
    this.media.last.peer({ kind: 'channel-open' });
    return { path: String(answer.headers['location']), etag: String(answer.headers['etag']), callId: this.rang.at(-1)?.callId ?? '' };
  }
}
