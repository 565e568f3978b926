import { setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { unreachable } from '#domain/assert';
import type { LegId } from '#domain/call';
import type { Clock } from '#domain/clock';
import { errorText } from '#domain/errors';
import type { LegMediaEvent } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { LegMediaCore, type LegIdentity } from '../leg-media.ts';
import type { LegSpec } from '../leg-spec.ts';
import { Wheel } from '../worker/wheel.ts';
import type { FromWorker, MediaWorkerData, ToWorker } from '../worker/messages.ts';
import type { ScoreRequester, SpeechScorer } from '../vad/voice-detector.ts';
import { RtpSocketPair } from './rtp-socket.ts';
import { SileroScorer } from './silero.ts';

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
}

/** The shell of one media thread: sockets, one timer and the messages of its legs. Resolves once it takes legs. */
export async function runMediaWorker(deps: MediaWorkerDeps): Promise<void> {
  const { options, port } = deps;
  raisePriority(options.threadNiceness);
  let scorer: SileroScorer | undefined;
  let fault: string | undefined;
  if (options.vad.mode === 'auto' || options.vad.mode === 'silero') {
    const path = deps.modelPaths.sileroVad;
    try {
      if (path !== undefined) scorer = await SileroScorer.load(path, deps.clock);
      else if (options.vad.mode === 'silero') fault = 'media.vad.mode is "silero" but no model file was given';
    } catch (error) {
      fault = errorText(error);
    }
  }
  const worker = new MediaWorker(deps, scorer);
  port.on('message', (messages: readonly ToWorker[]) => {
    for (const message of messages) worker.handle(message);
  });
  const vad = options.vad.mode === 'off' ? 'off' : scorer === undefined ? 'energy' : 'silero';
  worker.post({ kind: 'ready', vad, ...(fault !== undefined && { fault }) });
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
  readonly #legs = new Map<LegId, WorkerLeg>();
  readonly #wheel = new Wheel<WorkerLeg>();
  #timer: NodeJS.Timeout | undefined;
  /** Waking another thread costs more than what it is woken for: messages go over together. */
  #outbox: FromWorker[] = [];
  #transfer: ArrayBuffer[] = [];
  #flushing = false;
  #flushAtMs = Number.POSITIVE_INFINITY;
  readonly #flush = () => {
    const messages = this.#outbox;
    const transfer = this.#transfer;
    this.#outbox = [];
    this.#transfer = [];
    this.#flushing = false;
    this.#flushAtMs = Number.POSITIVE_INFINITY;
    if (messages.length > 0) this.#deps.port.postMessage(messages, transfer);
  };
  readonly #onTimer = () => this.#turn();
  readonly #runLeg = (leg: WorkerLeg) => leg.guarded((core) => this.#tick(leg, core));

  constructor(deps: MediaWorkerDeps, scorer: SileroScorer | undefined) {
    this.#deps = deps;
    this.#scorer = scorer;
  }

  handle(message: ToWorker): void {
    switch (message.kind) {
      case 'open':
        return void this.#open(message.legId, message.spec, message.port, message.identity);
      case 'update':
        return this.#with(message.legId, (core) => core.update(this.#nowMs(), message.change));
      case 'command':
        return this.#with(message.legId, (core) => core.command(this.#nowMs(), message.command));
      case 'close':
        return this.#close(message.legId);
      case 'stop':
        for (const legId of this.#legs.keys()) this.#close(legId);
        this.#scorer?.stop();
        clearTimeout(this.#timer);
        this.#flush();
        return this.#deps.port.close();
      default:
        return unreachable(message);
    }
  }

  async #open(legId: LegId, spec: LegSpec, port: number, identity: LegIdentity): Promise<void> {
    const { clock, options, probe } = this.#deps;
    const leg = new WorkerLeg((detail) => this.#fail(legId, detail), this.#scorer);
    try {
      leg.sockets = await RtpSocketPair.open(options.bindAddress, port, {
        rtp: (bytes, from) => {
          const nowMs = clock.nowMs();
          leg.guarded((core) => core.datagram(nowMs, clock.wallMs(), bytes, from.address, from.port));
          probe?.packetHandled?.(bytes, clock.nowMs());
        },
        rtcp: (bytes, from) => leg.guarded((core) => core.rtcp(clock.nowMs(), clock.wallMs(), bytes, from.address)),
      });
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? 'UNKNOWN');
      return this.post({ kind: 'open-failed', legId, code, message: errorText(error) });
    }
    const { sockets } = leg;
    leg.core = new LegMediaCore(this.#wheel.startMs(clock.nowMs()), spec, options, identity, leg.scorer, {
      sendRtp: (packet, toPort, address) => sockets.sendRtp(packet, toPort, address),
      sendRtcp: (packet, toPort, address) => sockets.sendRtcp(packet, toPort, address),
      emit: (event) => this.#emit(legId, event),
    });
    leg.ptimeMs = spec.ptimeMs;
    this.#legs.set(legId, leg);
    this.#wheel.add(leg);
    this.post({ kind: 'opened', legId, localPort: sockets.localPort, localRtcpPort: sockets.localRtcpPort });
    this.#arm();
  }

  #close(legId: LegId): void {
    this.#with(legId, (core) => {
      const stats = core.close(this.#nowMs(), this.#deps.clock.wallMs());
      this.#emit(legId, { kind: 'media-stats', stats, atMs: this.#nowMs() });
      this.#drop(legId);
      this.post({ kind: 'closed', legId, stats });
    });
  }

  #fail(legId: LegId, detail: string): void {
    if (!this.#drop(legId)) return;
    this.post({ kind: 'leg-failed', legId, detail });
  }

  #drop(legId: LegId): boolean {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return false;
    this.#legs.delete(legId);
    this.#wheel.remove(leg);
    leg.core = undefined;
    leg.sockets?.close();
    return true;
  }

  #with(legId: LegId, work: (core: LegMediaCore) => void): void {
    this.#legs.get(legId)?.guarded(work);
  }

  #emit(legId: LegId, event: LegMediaEvent): void {
    this.#outbox.push({ kind: 'event', legId, event });
    if (event.kind === 'caller-audio') this.#transfer.push(event.pcm.buffer as ArrayBuffer);
    if (isBulk(event)) this.#flushAtMs = Math.min(this.#flushAtMs, this.#nowMs() + BULK_WAIT_MS);
    else this.#flushSoon();
  }

  /** In order with the events before it. */
  post(message: FromWorker): void {
    this.#outbox.push(message);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(this.#flush);
  }

  #tick(leg: WorkerLeg, core: LegMediaCore): void {
    const nowMs = this.#nowMs();
    const dueMs = leg.dueMs;
    core.tick(nowMs, this.#deps.clock.wallMs());
    if (this.#deps.probe?.packetSent === undefined) return;
    for (let due = dueMs; due < leg.dueMs; due += leg.ptimeMs) this.#deps.probe.packetSent(due, nowMs);
  }

  #turn(): void {
    this.#timer = undefined;
    const nowMs = this.#nowMs();
    this.#wheel.advance(nowMs, this.#runLeg);
    if (nowMs >= this.#flushAtMs) this.#flush();
    this.#arm();
  }

  #arm(): void {
    const nextMs = this.#wheel.nextMs;
    if (nextMs === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#onTimer, Math.max(1, nextMs - this.#nowMs()));
  }

  #nowMs(): Ms {
    return this.#deps.clock.nowMs();
  }
}

/** What nobody decides by at once. */
function isBulk(event: LegMediaEvent): boolean {
  return event.kind === 'caller-audio' || event.kind === 'playout-progress' || event.kind === 'playout-queue' || event.kind === 'media-stats';
}

const BULK_WAIT_MS = 4;

/** A leg with its sockets. A defect in it ends it and nothing else. */
class WorkerLeg implements SpeechScorer, ScoreRequester {
  core: LegMediaCore | undefined;
  sockets: RtpSocketPair | undefined;
  ptimeMs: Ms = 20;
  readonly #failed: (detail: string) => void;
  readonly #model: SpeechScorer | undefined;
  #requester: ScoreRequester | undefined;

  constructor(failed: (detail: string) => void, model: SpeechScorer | undefined) {
    this.#failed = failed;
    this.#model = model;
  }

  get dueMs(): Ms {
    return this.core?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  guarded(work: (core: LegMediaCore) => void): void {
    if (this.core === undefined) return;
    try {
      work(this.core);
    } catch (error) {
      this.#failed(errorText(error));
    }
  }

  /** The model for this leg's only detector; absent where speech is told by energy. */
  get scorer(): SpeechScorer | undefined {
    return this.#model === undefined ? undefined : this;
  }

  score(requester: ScoreRequester, samples: Float32Array): void {
    this.#requester = requester;
    this.#model?.score(this, samples);
  }

  get modelState(): Float32Array {
    return this.#requester!.modelState;
  }

  scored(nowMs: Ms, probability: number): void {
    this.guarded(() => this.#requester!.scored(nowMs, probability));
  }
}
