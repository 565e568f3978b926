import { AppError } from '#domain/errors';
import { LegEvents } from '#domain/leg-events';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { LegChange, LegSpec, MediaPort, OpenLeg } from '#media';

/** Media without sockets: remembers what it was told, and sends events when a test says so. */
export class FakeMediaPool implements Pick<MediaPort, 'openLeg'> {
  readonly legs: FakeLeg[] = [];
  outOfPorts = false;
  /** Held back until the test lets it go. */
  gate: Promise<void> = Promise.resolve();
  #nextPort = 30_000;

  async openLeg(spec: LegSpec): Promise<OpenLeg> {
    await this.gate;
    if (this.outOfPorts) throw new AppError('NO_PORTS', 'no port is free');
    const leg = new FakeLeg(spec, this.#nextPort);
    this.#nextPort += 2;
    this.legs.push(leg);
    return leg;
  }

  async close(): Promise<void> {
    await Promise.all(this.legs.map((leg) => leg.close()));
  }
}

export class FakeLeg extends LegEvents implements OpenLeg {
  readonly legId: string;
  readonly localPort: number;
  readonly localRtcpPort: number;
  readonly opened: LegSpec;
  readonly updates: Partial<LegSpec>[] = [];
  readonly commands: LegMediaCommand[] = [];
  closed = 0;

  constructor(spec: LegSpec, port: number) {
    super();
    this.opened = spec;
    this.legId = spec.legId;
    this.localPort = port;
    this.localRtcpPort = port + 1;
  }

  /** The spec as it stands after all updates. */
  get now(): LegSpec {
    return Object.assign({ ...this.opened }, ...this.updates) as LegSpec;
  }

  update(change: LegChange): void {
    this.updates.push(change);
  }

  send(command: LegMediaCommand): void {
    this.commands.push(command);
  }

  inject(event: LegMediaEvent): void {
    this.emit(event);
  }

  async close(): Promise<LegMediaStats> {
    this.closed += 1;
    return STATS;
  }
}

const STATS: LegMediaStats = {
  packetsReceived: 1,
  packetsSent: 1,
  packetsLost: 0,
  packetsLate: 0,
  packetsDuplicate: 0,
  packetsFromStrangers: 0,
  packetsMalformed: 0,
  framesConcealed: 0,
  jitterMs: 0,
  lossRatio: 0,
  mos: 4.4,
  sendJitterMaxMs: 0,
  staleTurnPackets: 0,
  piecesRefused: 0,
};
