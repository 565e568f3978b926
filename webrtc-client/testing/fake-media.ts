import { LegEvents } from '#domain/leg-events';
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import { ms } from '#domain/units';
import type { OpenPeerLeg, PeerAnswer, PeerCommand, PeerEvent, PeerLegSpec } from '#media';

type WithoutTime<E> = E extends unknown ? Omit<E, 'atMs'> : never;

/** Media without sockets: remembers what it was told, and tells what a test says. */
export class FakeMedia {
  readonly legs: FakePeerLeg[] = [];
  /** Thrown by the next openings. */
  fault: Error | undefined;
  /** Held back until the test lets it go. */
  gate: Promise<void> = Promise.resolve();
  answer: PeerAnswer = {
    ice: { usernameFragment: 'ours', password: 'p'.repeat(24), candidates: ['candidate:1 1 udp 2130706431 192.0.2.1 30000 typ host'] },
    iceLite: true,
    fingerprint: { algorithm: 'sha-256', value: 'AA:BB' },
  };

  async openPeerLeg(spec: PeerLegSpec): Promise<OpenPeerLeg> {
    await this.gate;
    if (this.fault !== undefined) throw this.fault;
    const leg = new FakePeerLeg(spec, this.answer);
    this.legs.push(leg);
    return leg;
  }

  get last(): FakePeerLeg {
    const leg = this.legs.at(-1);
    if (leg === undefined) throw new Error('no leg was opened');
    return leg;
  }
}

export class FakePeerLeg extends LegEvents implements OpenPeerLeg {
  readonly legId: string;
  readonly spec: PeerLegSpec;
  readonly answer: PeerAnswer;
  readonly told: PeerCommand[] = [];
  readonly commands: LegMediaCommand[] = [];
  closed = 0;
  #peer: (event: PeerEvent) => void = () => undefined;

  constructor(spec: PeerLegSpec, answer: PeerAnswer) {
    super();
    this.legId = spec.legId;
    this.spec = spec;
    this.answer = answer;
  }

  /** What went over the data channel, as objects. */
  get sent(): readonly Readonly<Record<string, unknown>>[] {
    return this.told.flatMap((command) => (command.kind === 'send-text' ? [JSON.parse(command.text) as Record<string, unknown>] : []));
  }

  peer(event: WithoutTime<PeerEvent>): void {
    this.#peer({ ...event, atMs: ms(0) } as PeerEvent);
  }

  page(message: object): void {
    this.peer({ kind: 'text', text: JSON.stringify(message) });
  }

  media(event: LegMediaEvent): void {
    this.emit(event);
  }

  inject(event: LegMediaEvent): void {
    this.emit(event);
  }

  tell(command: PeerCommand): void {
    this.told.push(command);
  }

  send(command: LegMediaCommand): void {
    this.commands.push(command);
  }

  update(): void {
    // Nothing that a test looks at.
  }

  onPeerEvent(listener: (event: PeerEvent) => void): () => void {
    this.#peer = listener;
    return () => undefined;
  }

  async close(): Promise<LegMediaStats> {
    this.closed += 1;
    return STATS;
  }
}

export const STATS: LegMediaStats = {
  packetsReceived: 1,
  packetsSent: 1,
  packetsLost: 0,
  packetsLate: 0,
  packetsDuplicate: 0,
  packetsFromStrangers: 0,
  packetsMalformed: 0,
  framesConcealed: 0,
  jitterMs: ms(0),
  lossRatio: 0,
  mos: 4.4,
  sendJitterMaxMs: ms(0),
  staleTurnPackets: 0,
  piecesRefused: 0,
};
