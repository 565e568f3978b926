import type { Ms } from '#domain/units';
import type { LegChange, LegSpec } from '../leg-spec.ts';
import { SourceLatch, type LatchOptions } from '../rtp/source-latch.ts';
import type { PathStats, RtpPath } from './rtp-path.ts';

/** What a leg over plain sockets does to the world; its shell carries it out. */
export interface SocketOutput {
  /** `packet` may be reused after the next but one. */
  sendRtp(packet: Uint8Array, port: number, address: string): void;
  sendRtcp(packet: Uint8Array, port: number, address: string): void;
}

/** The path of a leg whose packets anybody could send: its source is learned and locked, and what leaves goes there (core). */
export class LatchedPath implements RtpPath {
  readonly #output: SocketOutput;
  readonly #latch: SourceLatch;
  #remote: LegSpec['remote'];
  #signallingAddress: string;

  constructor(nowMs: Ms, options: LatchOptions, spec: Pick<LegSpec, 'remote' | 'signallingAddress'>, output: SocketOutput) {
    this.#output = output;
    this.#remote = spec.remote;
    this.#signallingAddress = spec.signallingAddress;
    this.#latch = new SourceLatch(nowMs, options, spec.remote, spec.signallingAddress);
  }

  accepts(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean {
    return this.#latch.accepts(nowMs, address, port, ssrc, sequence);
  }

  trusts(address: string): boolean {
    if (this.#latch.isTrustedAddress(address)) return true;
    this.#latch.strangers += 1;
    return false;
  }

  get takesAudio(): boolean {
    const { remote } = this.#latch;
    return remote !== undefined && remote.port !== 0;
  }

  get takesReports(): boolean {
    return this.#latch.remote !== undefined;
  }

  sendRtp(packet: Uint8Array): void {
    const { remote } = this.#latch;
    if (remote !== undefined) this.#output.sendRtp(packet, remote.port, remote.address);
  }

  sendRtcp(packet: Uint8Array): void {
    const { remote, isAsNamed } = this.#latch;
    if (remote === undefined) return;
    if (this.#remote?.rtcpMux === true) return this.#output.sendRtp(packet, remote.port, remote.address);
    // Behind NAT the port that SDP names is not the one to be reached: the port after the one that was learned is as good as any.
    const port = (isAsNamed ? this.#remote?.rtcpPort : undefined) ?? Math.min(65_535, remote.port + 1);
    this.#output.sendRtcp(packet, port, remote.address);
  }

  update(nowMs: Ms, change: LegChange): void {
    if ('remote' in change) this.#remote = change.remote;
    this.#signallingAddress = change.signallingAddress ?? this.#signallingAddress;
    this.#latch.expect(nowMs, this.#remote, this.#signallingAddress);
  }

  get stats(): PathStats {
    const { strangers, fromUnnamed, displaced } = this.#latch;
    return { packetsFromStrangers: strangers, packetsFromUnnamed: fromUnnamed, sourcesDisplaced: displaced, encryption: 'none' };
  }
}
