import type { MessagePort } from 'node:worker_threads';
import type { LegId } from '#domain/call';
import type { Clock } from '#domain/clock';
import type { LegMediaEvent } from '#domain/leg-media';
import type { TurnId } from '#domain/turn';
import type { FromWorker } from '../worker/messages.ts';

/** What a media thread has to tell, in order. Waking another thread costs more than what it is woken for: messages go over together. */
export class Outbox {
  readonly #port: MessagePort;
  readonly #clock: Clock;
  #messages: FromWorker[] = [];
  #transfer: ArrayBuffer[] = [];
  #flushing = false;
  #flushAtMs = Number.POSITIVE_INFINITY;
  readonly #flush = () => this.flush();

  constructor(port: MessagePort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  post(message: FromWorker): void {
    this.#messages.push(message);
    this.#flushSoon();
  }

  event(legId: LegId, event: LegMediaEvent): void {
    this.#messages.push({ kind: 'event', legId, event });
    if (event.kind === 'caller-audio') this.#transfer.push(event.pcm.buffer as ArrayBuffer);
    if (isBulk(event)) this.#flushAtMs = Math.min(this.#flushAtMs, this.#clock.nowMs() + BULK_WAIT_MS);
    else this.#flushSoon();
  }

  /** A view into a bigger buffer is copied: the core that made it may go on to use that. */
  botPcm(legId: LegId, turnId: TurnId, pcm: Int16Array): void {
    const whole = pcm.byteLength === pcm.buffer.byteLength ? pcm : pcm.slice();
    this.#transfer.push(whole.buffer as ArrayBuffer);
    this.post({ kind: 'bot-pcm', legId, turnId, pcm: whole });
  }

  flushIfDue(nowMs: number): void {
    if (nowMs >= this.#flushAtMs) this.flush();
  }

  flush(): void {
    const messages = this.#messages;
    const transfer = this.#transfer;
    this.#messages = [];
    this.#transfer = [];
    this.#flushing = false;
    this.#flushAtMs = Number.POSITIVE_INFINITY;
    if (messages.length > 0) this.#port.postMessage(messages, transfer);
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(this.#flush);
  }
}

/** What nobody decides by at once. */
function isBulk(event: LegMediaEvent): boolean {
  return (
    event.kind === 'caller-audio' || event.kind === 'playout-progress' || event.kind === 'playout-queue' || event.kind === 'media-stats'
  );
}

const BULK_WAIT_MS = 4;
