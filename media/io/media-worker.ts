import { setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { unreachable } from '#domain/assert';
import type { LegId } from '#domain/call';
import type { Clock } from '#domain/clock';
import { AppError, errorText } from '#domain/errors';
import type { LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { ComplexityPolicy } from '../codec/complexity.ts';
import type { OpusLibrary } from '../codec/opus-library.ts';
import { KeyedPath } from '../legs/keyed-path.ts';
import { LatchedPath } from '../legs/latched-path.ts';
import { PcmLeg } from '../legs/pcm-leg.ts';
import { RtpLeg, type RtpLegDeps } from '../legs/rtp-leg.ts';
import { SecurePath } from '../legs/secure-path.ts';
import type { PeerTransport, PeerTransportFactory } from '../peer-transport.ts';
import { Wheel } from '../worker/wheel.ts';
import type { MediaWorkerData, ToWorker } from '../worker/messages.ts';
import { FaultScope } from './fault-scope.ts';
import { LoadWatch } from './load-watch.ts';
import { loadOpus } from './opus.ts';
import { Outbox } from './outbox.ts';
import { RtpSocketPair } from './rtp-socket.ts';
import { SrtpSession } from './srtp-session.ts';
import { SileroScorer } from './silero.ts';
import { openFault, WorkerLeg, type LegBody } from './worker-leg.ts';

/** For benches: what happens in a worker, at the moment it happens. */
export interface MediaProbe {
  packetSent?(dueMs: Ms, sentAtMs: Ms): void;
  /** After the packet has become PCM. */
  packetHandled?(packet: Uint8Array, doneAtMs: Ms): void;
}

export interface MediaWorkerDeps extends MediaWorkerData {
  readonly port: MessagePort;
  readonly clock: Clock;
  readonly probe?: MediaProbe;
  /** What carries browser legs; absent: such legs cannot be opened. */
  readonly peers?: PeerTransportFactory;
}

/** The shell of one media thread: sockets, one timer and the messages of its legs. Resolves once it takes legs. */
export async function runMediaWorker(deps: MediaWorkerDeps): Promise<void> {
  const { options, port } = deps;
  raisePriority(options.threadNiceness);
  const [speech, opus] = await Promise.all([loadSpeechModel(deps), loadOpus()]);
  const worker = new MediaWorker(deps, speech.scorer, opus);
  port.on('message', (messages: readonly ToWorker[]) => {
    for (const message of messages) worker.handle(message);
  });
  worker.ready(speech.fault);
}

async function loadSpeechModel({ options, modelPaths, clock }: MediaWorkerDeps): Promise<{ scorer?: SileroScorer; fault?: string }> {
  if (options.vad.mode !== 'auto' && options.vad.mode !== 'silero') return {};
  const path = modelPaths.sileroVad;
  if (path === undefined) return options.vad.mode === 'silero' ? { fault: 'media.vad.mode is "silero" but no model file was given' } : {};
  try {
    return { scorer: await SileroScorer.load(path, clock) };
  } catch (error) {
    return { fault: errorText(error) };
  }
}

/** On Linux 0 means the calling thread, so that packets leave in time on a machine that speech models keep busy. */
function raisePriority(niceness: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, niceness);
  } catch {
    // Not permitted: as it was.
  }
}

class MediaWorker {
  readonly #deps: MediaWorkerDeps;
  readonly #scorer: SileroScorer | undefined;
  readonly #opus: OpusLibrary;
  readonly #outbox: Outbox;
  readonly #legs = new Map<LegId, WorkerLeg>();
  readonly #wheel = new Wheel<WorkerLeg>();
  readonly #failed = (leg: WorkerLeg, error: unknown) => this.#fail(leg, error);
  /** Only the calls into transports run in it, and none of what they call back. */
  readonly #transports = new FaultScope<WorkerLeg>(this.#failed, (error) =>
    this.#outbox.post({ kind: 'stray-fault', detail: errorText(error) }),
  );
  /** Transports that say goodbye. */
  readonly #releasing = new Set<Promise<void>>();
  readonly #load: LoadWatch;
  readonly #complexity: ComplexityPolicy;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  readonly #onTimer = () => this.#turn();
  readonly #runLeg = (leg: WorkerLeg) => leg.guarded(undefined, (body) => this.#tick(body));

  constructor(deps: MediaWorkerDeps, scorer: SileroScorer | undefined, opus: OpusLibrary) {
    this.#deps = deps;
    this.#scorer = scorer;
    this.#opus = opus;
    this.#outbox = new Outbox(deps.port, deps.clock);
    this.#load = new LoadWatch(deps.clock.nowMs());
    this.#complexity = new ComplexityPolicy(deps.options.opus.complexity);
  }

  ready(fault: string | undefined): void {
    const vad = this.#deps.options.vad.mode === 'off' ? 'off' : this.#scorer === undefined ? 'energy' : 'silero';
    this.#outbox.post({ kind: 'ready', vad, ...(fault !== undefined && { fault }) });
  }

  handle(message: ToWorker): void {
    if (message.kind === 'stop') return void this.#stop();
    const leg = this.#legs.get(message.legId);
    switch (message.kind) {
      case 'open':
      case 'open-peer':
      case 'open-pcm':
        return void this.#open(message);
      case 'update':
        leg?.guarded('rtp', ({ core }) => core.update(this.#nowMs(), message.change));
        return leg?.guarded('peer', ({ core }) =>
          core.update(this.#nowMs(), { ...(message.change.direction !== undefined && { direction: message.change.direction }) }),
        );
      case 'peer-command':
        return leg?.guarded('peer', ({ transport }) => this.#transports.run(leg, () => transport.command(message.command)));
      case 'pcm':
        return leg?.guarded('pcm', ({ core }) => core.audio(this.#nowMs(), message.pcm));
      case 'command':
        return leg?.guarded(undefined, ({ core }) => core.command(this.#nowMs(), message.command));
      case 'close':
        return leg === undefined ? undefined : this.#close(leg);
      default:
        return unreachable(message);
    }
  }

  async #open(message: OpenMessage): Promise<void> {
    const { legId } = message;
    const leg = new WorkerLeg(legId, this.#failed, this.#scorer);
    let body: LegBody;
    try {
      body = await this.#makeBody(leg, message);
    } catch (error) {
      return this.#outbox.post({ kind: 'open-failed', legId, ...openFault(error) });
    }
    if (this.#stopping) return this.#release(leg, body);
    leg.body = body;
    this.#legs.set(legId, leg);
    this.#wheel.add(leg);
    this.#tellOpened(legId, body);
    this.#arm();
  }

  #tellOpened(legId: LegId, body: LegBody): void {
    switch (body.kind) {
      case 'rtp':
        return this.#outbox.post({ kind: 'opened', legId, localPort: body.sockets.localPort, localRtcpPort: body.sockets.localRtcpPort });
      case 'peer':
        return this.#outbox.post({ kind: 'peer-opened', legId, answer: body.transport.answer });
      case 'pcm':
        return this.#outbox.post({ kind: 'pcm-opened', legId });
      default:
        return unreachable(body);
    }
  }

  #makeBody(leg: WorkerLeg, message: OpenMessage): Promise<LegBody> | LegBody {
    switch (message.kind) {
      case 'open':
        return this.#rtpBody(leg, message);
      case 'open-peer':
        return this.#peerBody(leg, message);
      case 'open-pcm': {
        const core = new PcmLeg(this.#startMs(), message.spec, this.#deps.options, leg.scorer, {
          botPcm: (turnId, pcm) => this.#outbox.botPcm(leg.legId, turnId, pcm),
          emit: (event) => this.#outbox.event(leg.legId, event),
        });
        return { kind: 'pcm', core };
      }
      default:
        return unreachable(message);
    }
  }

  async #rtpBody(leg: WorkerLeg, { spec, port, identity }: OpenMessage & { kind: 'open' }): Promise<LegBody> {
    const { clock, options, probe } = this.#deps;
    const sockets = await RtpSocketPair.open(options.bindAddress, port, {
      rtp: (bytes, address, fromPort) => {
        const nowMs = clock.nowMs();
        leg.guarded('rtp', ({ core, path }) => {
          const packet = path.openRtp(bytes);
          if (packet !== undefined) core.packet(nowMs, clock.wallMs(), packet, address, fromPort);
        });
        probe?.packetHandled?.(bytes, clock.nowMs());
      },
      rtcp: (bytes, address) =>
        leg.guarded('rtp', ({ core, path }) => {
          const packet = path.openRtcp(bytes);
          if (packet !== undefined) core.rtcp(clock.nowMs(), clock.wallMs(), packet, address);
        }),
    });
    try {
      const startMs = this.#startMs();
      const latched = new LatchedPath(startMs, options.latch, spec, sockets);
      const path = new KeyedPath(latched, spec.srtp, (keying) => new SrtpSession(keying));
      const core = new RtpLeg(startMs, spec, { ...this.#legDeps(leg), identity, path });
      core.setComplexity(this.#complexity.complexity);
      return { kind: 'rtp', core, path, sockets };
    } catch (error) {
      sockets.close();
      throw error;
    }
  }

  async #peerBody(leg: WorkerLeg, { spec, identity }: OpenMessage & { kind: 'open-peer' }): Promise<LegBody> {
    const { peers } = this.#deps;
    if (peers === undefined) throw new AppError('NO_PEER_TRANSPORT', 'this media worker was started without a transport for browser legs');
    const transport = await this.#transports.run(leg, () => peers.open(spec.peer, this.#listener(leg)));
    const send = (work: () => void) => this.#transports.run(leg, work);
    try {
      const path = new SecurePath({
        sendRtp: (packet) => send(() => transport.sendRtp(packet)),
        sendRtcp: (packet) => send(() => transport.sendRtcp(packet)),
      });
      const core = new RtpLeg(this.#startMs(), spec, { ...this.#legDeps(leg), identity, path });
      core.setComplexity(this.#complexity.complexity);
      return { kind: 'peer', core, transport };
    } catch (error) {
      this.#goodbye(leg, transport);
      throw error;
    }
  }

  #legDeps(leg: WorkerLeg): Pick<RtpLegDeps, 'options' | 'scorer' | 'opus' | 'emit'> {
    const { options } = this.#deps;
    return { options, scorer: leg.scorer, opus: this.#opus, emit: (event) => this.#outbox.event(leg.legId, event) };
  }

  #listener(leg: WorkerLeg): Parameters<PeerTransportFactory['open']>[1] {
    const { clock, probe } = this.#deps;
    return {
      packet: (bytes) =>
        this.#transports.run(undefined, () => {
          leg.guarded('peer', ({ core }) => core.packet(clock.nowMs(), clock.wallMs(), bytes));
          probe?.packetHandled?.(bytes, clock.nowMs());
        }),
      event: (event) =>
        this.#transports.run(undefined, () =>
          leg.guarded('peer', () => this.#outbox.post({ kind: 'peer-event', legId: leg.legId, event })),
        ),
    };
  }

  #close(leg: WorkerLeg): void {
    leg.guarded(undefined, (body) => {
      const stats = body.core.close(this.#nowMs(), this.#deps.clock.wallMs());
      this.#outbox.event(leg.legId, { kind: 'media-stats', stats, atMs: this.#nowMs() });
      this.#drop(leg, stats);
    });
  }

  #fail(leg: WorkerLeg, error: unknown): void {
    if (leg.body === undefined) return;
    const { core } = leg.body;
    this.#drop(leg, undefined);
    try {
      // Frees what it holds, such as codecs; its goodbye goes nowhere.
      core.close(this.#nowMs(), this.#deps.clock.wallMs());
    } catch {
      // It is the one that failed.
    }
    this.#outbox.post({ kind: 'leg-failed', legId: leg.legId, detail: errorText(error) });
  }

  /** `stats`: the far side is told that it is closed, once it is. */
  #drop(leg: WorkerLeg, stats: LegMediaStats | undefined): void {
    const { body } = leg;
    if (body === undefined) return;
    this.#legs.delete(leg.legId);
    this.#wheel.remove(leg);
    leg.body = undefined;
    this.#release(leg, body, () => {
      if (stats !== undefined) this.#outbox.post({ kind: 'closed', legId: leg.legId, stats });
    });
  }

  #release(leg: WorkerLeg, body: LegBody, onReleased: () => void = () => undefined): void {
    if (body.kind === 'peer') return this.#goodbye(leg, body.transport, onReleased);
    if (body.kind === 'rtp') body.sockets.close();
    onReleased();
  }

  /** A transport that fails even in its goodbye, or takes too long over it, is gone all the same. */
  #goodbye(leg: WorkerLeg, transport: PeerTransport, onReleased: () => void = () => undefined): void {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, GOODBYE_MS);
    const closed = this.#transports.run(leg, async () => await transport.close()).catch(() => undefined);
    const gone = Promise.race([closed, late.promise]).then(() => {
      clearTimeout(timer);
      this.#releasing.delete(gone);
      onReleased();
    });
    this.#releasing.add(gone);
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    for (const leg of this.#legs.values()) this.#close(leg);
    await Promise.all(this.#releasing);
    this.#scorer?.stop();
    clearTimeout(this.#timer);
    this.#outbox.flush();
    this.#deps.port.close();
  }

  #tick({ core }: LegBody): void {
    const nowMs = this.#nowMs();
    const dueMs = core.dueMs;
    core.tick(nowMs, this.#deps.clock.wallMs());
    const { probe } = this.#deps;
    if (probe?.packetSent === undefined) return;
    for (let due = dueMs; due < core.dueMs; due += core.ptimeMs) probe.packetSent(due, nowMs);
  }

  #turn(): void {
    this.#timer = undefined;
    const nowMs = this.#nowMs();
    this.#wheel.advance(nowMs, this.#runLeg);
    this.#outbox.flushIfDue(nowMs);
    this.#watchLoad(nowMs);
    this.#arm();
  }

  /** A busy thread puts less work into each packet, so that all of them leave in time. */
  #watchLoad(nowMs: Ms): void {
    const load = this.#load.measure(nowMs);
    if (load === undefined) return;
    const before = this.#complexity.complexity;
    const complexity = this.#complexity.update(nowMs, load);
    if (complexity === before) return;
    for (const leg of this.#legs.values())
      leg.guarded(undefined, ({ core }) => {
        if (core instanceof RtpLeg) core.setComplexity(complexity);
      });
  }

  #arm(): void {
    const nextMs = this.#wheel.nextMs;
    if (nextMs === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#onTimer, Math.max(1, nextMs - this.#nowMs()));
  }

  /** A start for a new leg, such that legs are spread evenly over time. */
  #startMs(): Ms {
    return this.#wheel.startMs(this.#nowMs());
  }

  #nowMs(): Ms {
    return this.#deps.clock.nowMs();
  }
}

type OpenMessage = Extract<ToWorker, { kind: 'open' | 'open-peer' | 'open-pcm' }>;

const GOODBYE_MS = 1_000;
