import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallId } from '#domain/call';
import type { CallEvent, CallEventBody } from '#domain/call-event';
import type { CallIntake, CallLeg, RefusalReason } from '#domain/call-leg';
import type { EndReason } from '#domain/end-reason';
import { LegEvents } from '#domain/leg-events';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { BotAudio, OpenPcmLeg, PcmLegSpec } from '#media';
import { websocketOptions } from '../websocket/options.ts';
import { createWebSocketGateway, type WebSocketGateway } from './websocket-gateway.ts';

/** A leg of media for tests: keeps what it is given, says what it is told to. */
export class FakePcmLeg extends LegEvents implements OpenPcmLeg {
  readonly legId: string;
  readonly spec: PcmLegSpec;
  readonly heard: Int16Array[] = [];
  readonly commands: LegMediaCommand[] = [];
  closes = 0;
  #audio: (audio: BotAudio) => void = () => undefined;

  constructor(spec: PcmLegSpec) {
    super();
    this.legId = spec.legId;
    this.spec = spec;
  }

  write(pcm: Int16Array): void {
    this.heard.push(pcm);
  }

  send(command: LegMediaCommand): void {
    this.commands.push(command);
  }

  onAudio(listener: (audio: BotAudio) => void): () => void {
    this.#audio = listener;
    return () => undefined;
  }

  inject(event: LegMediaEvent): void {
    this.emit(event);
  }

  speak(turnId: number, samples: number): void {
    this.#audio({ turnId, pcm: new Int16Array(samples).fill(turnId) });
  }

  close(): Promise<LegMediaStats> {
    this.closes += 1;
    return Promise.resolve({ packetsReceived: this.heard.length } as LegMediaStats);
  }
}

export interface TestStack {
  readonly gateway: WebSocketGateway;
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  readonly media: FakePcmLeg[];
  readonly rung: string[];
  readonly answered: CallLeg[];
  /** Calls whose client has shown that it is there. */
  readonly established: string[];
  readonly abandoned: EndReason[];
  readonly refused: RefusalReason[];
  publish(callId: CallId, body: CallEventBody): void;
  close(): Promise<void>;
}

export interface StackOptions {
  readonly options?: object;
  readonly admit?: CallIntake['admit'];
  readonly origins?: readonly string[];
  readonly tokenRequired?: boolean;
  readonly addressOf?: (request: IncomingMessage) => string;
  readonly openPcmLeg?: (spec: PcmLegSpec) => Promise<OpenPcmLeg>;
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A gateway on a free port with media and intake that do as they are told. */
export async function startStack(setup: StackOptions = {}): Promise<TestStack> {
  const media: FakePcmLeg[] = [];
  const rung: string[] = [];
  const answered: CallLeg[] = [];
  const established: string[] = [];
  const abandoned: EndReason[] = [];
  const refused: RefusalReason[] = [];
  const watchers = new Map<CallId, (event: CallEvent) => void>();
  let ids = 0;
  const gateway = createWebSocketGateway(websocketOptions.parse(setup.options ?? {}), {
    media: {
      openPcmLeg: (spec) => {
        if (setup.openPcmLeg !== undefined) return setup.openPcmLeg(spec);
        const leg = new FakePcmLeg(spec);
        media.push(leg);
        return Promise.resolve(leg);
      },
    },
    intake: {
      admit: setup.admit ?? (() => ({ kind: 'accept' })),
      ringing: (facts) => void rung.push(facts.toUser),
      answered: (leg) => void answered.push(leg),
      established: (callId) => void established.push(callId),
      abandoned: (_, reason) => void abandoned.push(reason),
    },
    clock: { nowMs: () => performance.now(), wallMs: () => Date.now() },
    randomId: () => `id-${(ids += 1)}`,
    log,
    personas: () => [{ name: 'bot', title: 'The receptionist' }],
    observe: (callId, listener) => {
      watchers.set(callId, listener);
      return () => watchers.delete(callId);
    },
    onRefused: (_, reason) => void refused.push(reason),
    access: { origins: setup.origins ?? [], tokenRequired: setup.tokenRequired ?? false },
    secrets: { callTokenKey: 'key' },
    ...(setup.addressOf === undefined ? {} : { addressOf: setup.addressOf }),
  });
  const server = createServer();
  gateway.attach(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    gateway,
    server,
    port,
    url: `ws://127.0.0.1:${port}/ws/audio`,
    media,
    rung,
    answered,
    established,
    abandoned,
    refused,
    publish: (callId, body) => watchers.get(callId)?.({ callId, atMs: performance.now(), ...body }),
    close: async () => {
      await gateway.close();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!condition()) throw new Error(`never: ${condition.toString()}`);
}
